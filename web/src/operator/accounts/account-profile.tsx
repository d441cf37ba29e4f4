/** What is kept of the person behind an account, and what an operator can do about it. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Profile } from '../../api/types.ts';
import { moment } from '../../format/dates.ts';
import { count, countOf } from '../../format/numbers.ts';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { may } from '../permissions.ts';
import { Fact } from '../reservations/reservation-card.tsx';
import { EndSessions, EraseProfile } from './profile-deeds.tsx';

const TEXTS = {
  title: { ko: '구매자 정보', en: 'Person' },
  name: { ko: '이름', en: 'Name' },
  email: { ko: '이메일', en: 'E-mail address' },
  account: { ko: '구매자 ID', en: 'Account' },
  signedIn: { ko: '마지막 로그인', en: 'Last sign-in' },
  notGiven: { ko: '없음', en: 'Not given' },
  nothing: {
    ko: '저장된 이름이나 이메일 주소가 없습니다. 로그인한 적이 없거나, 삭제한 뒤 다시 로그인하지 않은 계정입니다.',
    en: 'No name or e-mail address is stored: this account has never signed in, or not since they were erased.',
  },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
  erased: { ko: '이름과 이메일 주소를 삭제했습니다.', en: 'Name and e-mail address erased.' },
} as const satisfies Record<string, Text>;

export function AccountProfile({ accountId }: { readonly accountId: string }): JSX.Element {
  const { data, problem, reload } = useResource('GET /v1/admin/accounts/{accountId}/profile', {
    params: { accountId },
  });
  const [done, setDone] = useState<string>();
  const [isErased, setErased] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  // The button that had the focus goes away with what it erased.
  useEffect(() => {
    if (isErased) heading.current?.focus();
  }, [isErased]);
  const onEnded = (sessions: number): void => setDone(endedWords(sessions));
  const onErased = (): void => {
    setErased(true);
    setDone(t(TEXTS.erased));
    reload();
  };
  const isNothing = problem?.outcome === 'not_found';
  return (
    <section class="card stack op-person" aria-labelledby="person">
      <h2 id="person" ref={heading} tabIndex={-1}>
        {t(TEXTS.title)}
      </h2>
      {data === undefined && problem === undefined && <p class="soft">{t(TEXTS.loading)}</p>}
      {isNothing && <p class="soft">{t(TEXTS.nothing)}</p>}
      {problem !== undefined && !isNothing && <ProblemNote problem={problem} />}
      <Facts accountId={accountId} profile={isNothing ? undefined : data} />
      <div role="status">{done !== undefined && <p>{done}</p>}</div>
      {/* Every session writes a profile: where none is, there is nothing to end. */}
      {data !== undefined && !isNothing && (
        <div class="row">
          {may('rowlock:box-office') && <EndSessions accountId={accountId} onEnded={onEnded} />}
          {may('rowlock:admin') && <EraseProfile accountId={accountId} onErased={onErased} />}
        </div>
      )}
    </section>
  );
}

interface FactsProps {
  readonly accountId: string;
  readonly profile: Profile | undefined;
}

function Facts({ accountId, profile }: FactsProps): JSX.Element {
  return (
    <dl class="op-facts grid">
      {profile !== undefined && (
        <>
          <Fact name={t(TEXTS.name)}>
            <bdi>{profile.name ?? t(TEXTS.notGiven)}</bdi>
          </Fact>
          <Fact name={t(TEXTS.email)}>
            <bdi>{profile.email ?? t(TEXTS.notGiven)}</bdi>
          </Fact>
        </>
      )}
      <Fact name={t(TEXTS.account)}>
        <span class="code">{accountId}</span>
      </Fact>
      {typeof profile?.updatedAt === 'string' && (
        <Fact name={t(TEXTS.signedIn)}>{moment(profile.updatedAt)}</Fact>
      )}
    </dl>
  );
}

function endedWords(sessions: number): string {
  if (sessions === 0) return t({ ko: '로그인된 기기가 없었습니다.', en: 'It was signed in nowhere.' });
  return t({
    ko: `로그인 ${count(sessions)}건을 끝냈습니다.`,
    en: `${countOf(sessions, 'session')} ended.`,
  });
}
