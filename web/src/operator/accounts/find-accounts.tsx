/** Finds accounts by the beginning of a name or an e-mail address. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Profile } from '../../api/types.ts';
import { count, countOf } from '../../format/numbers.ts';
import type { Resource } from '../../hooks/use-resource.ts';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { keepQuery, keptQuery } from './kept-query.ts';

const TEXTS = {
  title: { ko: '이름·이메일로 찾기', en: 'Find by name or e-mail' },
  query: { ko: '이름 또는 이메일 주소', en: 'Name or e-mail address' },
  rule: {
    ko: '앞부분만 입력해도 됩니다. 두 글자 이상.',
    en: 'The beginning is enough: 2 characters or more.',
  },
  find: { ko: '찾기', en: 'Find' },
  looking: { ko: '찾는 중…', en: 'Looking…' },
  none: {
    ko: '찾은 구매자가 없습니다. 이름이나 이메일 주소의 앞부분을 입력했는지 확인하세요.',
    en: 'No account found. Check that the name or address begins with what you typed.',
  },
} as const satisfies Record<string, Text>;

/** As the service takes it (`src/identity/profiles.ts`): two characters or more between spaces. */
const PATTERN = '\\s*\\S.*\\S\\s*';
const LENGTH_MAX = 320;

export function FindAccounts(): JSX.Element {
  const [typed, setTyped] = useState(keptQuery);
  const [query, setQuery] = useState(keptQuery);
  const found = useResource(query === '' ? undefined : 'GET /v1/admin/accounts', { query: { query } });
  const find = (event: Event): void => {
    event.preventDefault();
    const asked = typed.trim();
    keepQuery(asked);
    if (asked === query) found.reload();
    else setQuery(asked);
  };
  return (
    <section class="card stack">
      <form class="stack" role="search" aria-labelledby="find-accounts" onSubmit={find}>
        <h2 id="find-accounts">{t(TEXTS.title)}</h2>
        <div class="op-find">
          <label class="field fill">
            {t(TEXTS.query)}
            <input
              type="search"
              value={typed}
              required
              pattern={PATTERN}
              maxLength={LENGTH_MAX}
              title={t(TEXTS.rule)}
              aria-describedby="find-accounts-rule"
              autocomplete="off"
              autocapitalize="none"
              spellcheck={false}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
          <button class="button">{t(TEXTS.find)}</button>
        </div>
        <p id="find-accounts-rule" class="field-hint">
          {t(TEXTS.rule)}
        </p>
      </form>
      <FoundAccounts {...found} isAsked={query !== ''} />
    </section>
  );
}

type FoundProps = Omit<Resource<Found>, 'reload'> & { readonly isAsked: boolean };

interface Found {
  readonly accounts: readonly Profile[];
  readonly hasMore: boolean;
}

function FoundAccounts({ data, problem, isAsked }: FoundProps): JSX.Element {
  const isLooking = isAsked && data === undefined && problem === undefined;
  return (
    <>
      {/* On the page from the start, so that a screen reader says what comes into it. */}
      <div role="status">
        {isLooking && <p class="soft">{t(TEXTS.looking)}</p>}
        {data !== undefined && <p class="soft">{foundWords(data)}</p>}
      </div>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {data !== undefined && data.accounts.length > 0 && (
        <ul class="lines">
          {data.accounts.map((profile) => (
            <li key={profile.accountId}>
              <FoundAccount {...profile} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function foundWords({ accounts, hasMore }: Found): string {
  const { length } = accounts;
  if (length === 0) return t(TEXTS.none);
  if (hasMore) {
    return t({
      ko: `처음 ${count(length)}명만 보여 줍니다. 더 길게 입력하면 범위가 좁아집니다.`,
      en: `The first ${countOf(length, 'account')}. Type more to narrow it down.`,
    });
  }
  return t({ ko: `${count(length)}명을 찾았습니다.`, en: `${countOf(length, 'account')} found.` });
}

/** A whole line is the target of a finger. Names come in any script, and each keeps its own direction. */
function FoundAccount({ accountId, name, email }: Profile): JSX.Element {
  const [first, ...others] = [name, email].filter((known) => known !== null);
  return (
    <a class="op-found" href={`/operator/accounts/${encodeURIComponent(accountId)}`}>
      <strong>
        <bdi>{first ?? accountId}</bdi>
      </strong>
      {others.map((other) => (
        <bdi key={other} class="soft">
          {other}
        </bdi>
      ))}
      {first !== undefined && <span class="soft code">{accountId}</span>}
    </a>
  );
}
