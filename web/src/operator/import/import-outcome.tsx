/** What an import did, or every rule that stood in its way. */
import type { JSX } from 'preact';
import { count } from '../../format/numbers.ts';
import { StateNote } from '../../components/page.tsx';
import { Note } from '../../components/problem-note.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { ImportReport } from '../answers.ts';
import { ProblemNote } from '../parts/problem.tsx';
import type { ListedRule } from './catalogue-text.ts';
import type { ImportOutcome } from './send-catalogue.ts';

const TEXTS = {
  done: { ko: '가져왔습니다', en: 'Imported' },
  unchanged: {
    ko: '이미 같은 내용입니다. 바뀐 것이 없습니다.',
    en: 'Everything was already there. Nothing changed.',
  },
  refused: { ko: '아무것도 가져오지 않았습니다', en: 'Nothing was imported' },
  kind: { ko: '종류', en: 'What' },
  created: { ko: '새로', en: 'New' },
  changed: { ko: '변경', en: 'Changed' },
  same: { ko: '그대로', en: 'Same' },
  removed: { ko: '삭제', en: 'Removed' },
  venues: { ko: '공연장', en: 'Venues' },
  seats: { ko: '좌석', en: 'Seats' },
  concerts: { ko: '공연', en: 'Concerts' },
  performances: { ko: '회차', en: 'Performances' },
  place: { ko: '줄', en: 'Line' },
  rule: { ko: '어긴 규칙', en: 'Rule' },
  toSales: { ko: '판매 현황 보기', en: 'See sales' },
} as const satisfies Record<string, Text>;

/** The service lists so many, and says in its own words how many there are. */
const LISTED_MAX = 20;

export interface ImportOutcomeProps {
  readonly outcome: ImportOutcome;
  /** Shows the line in the text, where there is one to show it in. */
  readonly onLine?: (line: number) => void;
}

export function ImportOutcomeCard({ outcome, onLine }: ImportOutcomeProps): JSX.Element {
  if (outcome.kind === 'problem') return <ProblemNote problem={outcome.problem} />;
  if (outcome.kind === 'imported') return <Report report={outcome.report} />;
  if (outcome.kind === 'not_utf8') {
    return (
      <Note tone="danger">
        {t({
          ko: `${outcome.name} 파일은 UTF-8이 아니어서 읽지 않았습니다. UTF-8로 저장해 다시 고르세요.`,
          en: `${outcome.name} is not UTF-8 and was not read. Save it as UTF-8 and choose it again.`,
        })}
      </Note>
    );
  }
  return (
    <section class="card stack">
      <StateNote tone="danger" icon="close" title={t(TEXTS.refused)}>
        <p>
          {t({
            ko: `고칠 문제가 ${count(outcome.rules.length)}개 있습니다. 모두 고치기 전에는 아무것도 가져오지 않습니다.`,
            en: `${outcome.rules.length === 1 ? '1 problem' : `${count(outcome.rules.length)} problems`} to fix. Nothing is imported until all of them are fixed.`,
          })}
        </p>
      </StateNote>
      {outcome.detail !== undefined && outcome.rules.length >= LISTED_MAX && (
        <p class="soft small" lang="en">
          {outcome.detail}
        </p>
      )}
      <Rules rules={outcome.rules} {...(onLine !== undefined && { onLine })} />
    </section>
  );
}

interface RulesProps {
  readonly rules: readonly ListedRule[];
  readonly onLine?: (line: number) => void;
}

function Rules({ rules, onLine }: RulesProps): JSX.Element {
  return (
    <table class="table">
      <thead>
        <tr>
          <th scope="col">{t(TEXTS.place)}</th>
          <th scope="col" class="words">
            {t(TEXTS.rule)}
          </th>
        </tr>
      </thead>
      <tbody>
        {rules.map(({ path, rule, place: { line, column } }) => (
          <tr key={`${path} ${rule} ${line} ${column}`}>
            <th>
              {onLine === undefined ? (
                `${line}:${column}`
              ) : (
                <button type="button" class="link-button" onClick={() => onLine(line)}>
                  {line}:{column}
                </button>
              )}
            </th>
            <td class="words">
              {path !== '' && <p class="code">{path}</p>}
              <p lang="en">{rule}</p>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const KINDS = ['concerts', 'performances', 'venues', 'seats'] as const;

function Report({ report }: { readonly report: ImportReport }): JSX.Element {
  const { added, removed, repriced } = report.seatsOnSale;
  const changes = KINDS.reduce((sum, kind) => sum + report[kind].created + report[kind].changed, 0);
  const { code, changed } = report.currency;
  const isSame = !changed && changes + report.seats.removed + added + removed + repriced === 0;
  return (
    <section class="card stack">
      <StateNote tone="ok" icon="check" title={t(TEXTS.done)}>
        {isSame && <p>{t(TEXTS.unchanged)}</p>}
        {changed && <p>{t({ ko: `통화: ${code}`, en: `Currency: ${code}` })}</p>}
      </StateNote>
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              {(['kind', 'created', 'changed', 'same', 'removed'] as const).map((name) => (
                <th key={name} scope="col">
                  {t(TEXTS[name])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {KINDS.map((kind) => (
              <tr key={kind}>
                <th scope="row">{t(TEXTS[kind])}</th>
                <td>{count(report[kind].created)}</td>
                <td>{count(report[kind].changed)}</td>
                <td>{count(report[kind].unchanged)}</td>
                <td>{kind === 'seats' ? count(report.seats.removed) : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p>
        {t({
          ko: `판매할 좌석 ${count(added)}석 추가, ${count(removed)}석 제외, ${count(repriced)}석 가격 변경`,
          en: `Seats on sale: ${count(added)} added, ${count(removed)} removed, ${count(repriced)} with a new price`,
        })}
      </p>
      <p>
        <a href="/operator" class="link">
          {t(TEXTS.toSales)} <span aria-hidden="true">→</span>
        </a>
      </p>
    </section>
  );
}
