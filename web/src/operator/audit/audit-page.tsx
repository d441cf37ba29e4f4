/** The audit: every invariant, checked by the service in one snapshot of the database. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { Heading, StateNote } from '../../components/page.tsx';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import type { AuditReport } from '../answers.ts';
import { moment } from '../../format/dates.ts';
import { count, countOf } from '../../format/numbers.ts';
import { longFor, milliseconds } from '../../format/durations.ts';
import { ProblemNote } from '../parts/problem.tsx';

const TEXTS = {
  title: { ko: '감사', en: 'Audit' },
  about: {
    ko: '데이터베이스 전체를 한 시점에서 검사합니다. 판매를 멈추거나 막지 않습니다. 판매 현황의 숫자는 여기서 검사하는 것과 같은 원장과 좌석에서 나옵니다.',
    en: 'Checks the whole database in one snapshot, without blocking sales. The figures under Sales come from the same seats and ledger.',
  },
  run: { ko: '지금 감사하기', en: 'Run the audit' },
  again: { ko: '다시 감사하기', en: 'Run again' },
  running: { ko: '감사하는 중…', en: 'Checking…' },
  clean: { ko: '이상 없음', en: 'Everything is in order' },
  holds: { ko: '통과', en: 'Passed' },
  unchecked: { ko: '저널 필요', en: 'Needs a journal' },
  copy: { ko: '위반 내용 복사', en: 'Copy the violations' },
  copied: { ko: '복사했습니다', en: 'Copied' },
  journal: {
    ko: '4번과 6번은 클라이언트가 받은 응답을 기록한 저널이 있어야 검사할 수 있습니다:',
    en: 'Checks 4 and 6 need a journal of the answers that clients received:',
  },
} as const satisfies Record<string, Text>;

/** The service's titles are English; these say the same. */
const TITLES: Readonly<Record<number, Text>> = {
  1: { ko: '한 좌석을 두 사람이 동시에 차지하지 않는다', en: 'A seat has at most one live claim' },
  2: {
    ko: '확정된 예약은 좌석 판매·결제와 일치하고, 환불도 예약과 일치한다',
    en: 'Every confirmed reservation is sold and paid once; every refund matches one',
  },
  3: {
    ko: '잔액은 거래 내역의 합이며 빠진 번호가 없다',
    en: 'A balance is the sum of its ledger, without gaps',
  },
  4: {
    ko: '성공으로 응답한 요청은 정확히 한 번 저장되어 있다',
    en: 'Every acknowledged request is stored exactly once',
  },
  5: { ko: '멱등성 키 하나는 한 번만 처리되고 응답도 하나다', en: 'A key has one effect and one answer' },
  6: {
    ko: '거절된 요청은 아무것도 바꾸지 않았고, 만료된 선점은 결제되지 않았다',
    en: 'A refusal changed nothing; no expired hold is paid',
  },
  7: { ko: '회차의 좌석은 좌석 배치도와 정확히 같다', en: 'A performance has exactly its map’s seats' },
  8: { ko: '누구도 좌석 한도를 넘지 않는다', en: 'No account exceeds its seat limit' },
};

/** As long as the service itself allows an audit to take. */
const TIMEOUT_MS = 660_000;

interface Outcome {
  readonly report?: AuditReport;
  readonly problem?: Problem;
  readonly tookMs: number;
}

export function AuditPage(): JSX.Element {
  const [outcome, setOutcome] = useState<Outcome>();
  const [busy, setBusy] = useState(false);
  const verdict = useRef<HTMLDivElement>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    const startedAtMs = performance.now();
    const answer = await call('POST /v1/admin/audit', { timeoutMs: TIMEOUT_MS });
    const tookMs = performance.now() - startedAtMs;
    setOutcome(answer.ok ? { report: answer.data, tookMs } : { problem: answer.problem, tookMs });
    setBusy(false);
    verdict.current?.focus();
  };
  return (
    <div class="stack-wide">
      <Heading title={t(TEXTS.title)} />
      <p class="op-prose">{t(TEXTS.about)}</p>
      <div class="row">
        <button type="button" class="button" disabled={busy} onClick={() => void run()}>
          {t(busy ? TEXTS.running : outcome === undefined ? TEXTS.run : TEXTS.again)}
        </button>
      </div>
      <div ref={verdict} tabindex={-1} class="stack-wide" aria-busy={busy} aria-live="polite">
        {outcome?.problem !== undefined && <ProblemNote problem={outcome.problem} />}
        {outcome?.report !== undefined && <Report report={outcome.report} tookMs={outcome.tookMs} />}
      </div>
    </div>
  );
}

interface ReportProps {
  readonly report: AuditReport;
  readonly tookMs: number;
}

function Report({ report, tookMs }: ReportProps): JSX.Element {
  const { clean, checkedAt, counts, invariants } = report;
  const violations = invariants.reduce((sum, each) => sum + each.violations, 0);
  const took = tookMs < 10_000 ? milliseconds(Math.round(tookMs)) : longFor(tookMs / 1000);
  return (
    <>
      <StateNote
        tone={clean ? 'ok' : 'danger'}
        icon={clean ? 'check' : 'close'}
        title={clean ? t(TEXTS.clean) : violationsInWords(violations)}
      >
        <p>
          {t({
            ko: `${moment(checkedAt)} 시점 · ${took} 소요 · 회차 ${count(counts.performances)}, 좌석 ${count(counts.seats)}, 예약 ${count(counts.reservations)}, 지갑 ${count(counts.wallets)}, 거래 ${count(counts.entries)}`,
            en: `As of ${moment(checkedAt)} · took ${took} · ${countsInWords(counts)}`,
          })}
        </p>
      </StateNote>
      <ol class="card lines">
        {invariants.map((invariant) => (
          <Invariant key={invariant.number} invariant={invariant} />
        ))}
      </ol>
      {invariants.some(({ checked }) => !checked) && (
        <p class="soft op-prose">
          {t(TEXTS.journal)} <code class="code">rowlock audit --journal FILE</code>
        </p>
      )}
    </>
  );
}

function violationsInWords(violations: number): string {
  return t({ ko: `위반 ${count(violations)}건`, en: countOf(violations, 'violation') });
}

/** What was looked at. */
function countsInWords(counts: AuditReport['counts']): string {
  return [
    countOf(counts.performances, 'performance'),
    countOf(counts.seats, 'seat'),
    countOf(counts.reservations, 'reservation'),
    countOf(counts.wallets, 'wallet'),
    countOf(counts.entries, 'ledger entry', 'ledger entries'),
  ].join(', ');
}

function Invariant({ invariant }: { readonly invariant: AuditReport['invariants'][number] }): JSX.Element {
  const { number, title, violations, examples, checked } = invariant;
  const words = TITLES[number];
  return (
    <li class="op-invariant between">
      <strong class="soft">{number}</strong>
      <div class="fill">
        <p>{words === undefined ? title : t(words)}</p>
        {examples.length > 0 && (
          <ul class="soft small" lang="en">
            {examples.map((example) => (
              <li key={example}>{example}</li>
            ))}
          </ul>
        )}
        {violations > examples.length && examples.length > 0 && (
          <p class="soft small">
            {t({
              ko: `위반 ${count(violations)}건 중 ${count(examples.length)}건입니다.`,
              en: `The first ${count(examples.length)} of ${countOf(violations, 'violation')}.`,
            })}
          </p>
        )}
        {examples.length > 0 && <CopyButton text={[title, ...examples].join('\n')} />}
      </div>
      <Verdict violations={violations} checked={checked} />
    </li>
  );
}

/** For a report to the engineer who mends it. The clipboard needs a secure context; elsewhere the list can be selected. */
function CopyButton({ text }: { readonly text: string }): JSX.Element | null {
  const [isCopied, setCopied] = useState(false);
  if (!isSecureContext) return null;
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <p>
      <button type="button" class="text-button" onClick={() => void copy()}>
        {t(isCopied ? TEXTS.copied : TEXTS.copy)}
      </button>
    </p>
  );
}

function Verdict({
  violations,
  checked,
}: {
  readonly violations: number;
  readonly checked: boolean;
}): JSX.Element {
  if (violations > 0) {
    return (
      <span class="badge" data-tone="danger">
        <span aria-hidden="true">✕</span>
        {violationsInWords(violations)}
      </span>
    );
  }
  if (!checked) return <span class="badge">{t(TEXTS.unchecked)}</span>;
  return (
    <span class="badge" data-tone="ok">
      <span aria-hidden="true">✓</span>
      {t(TEXTS.holds)}
    </span>
  );
}
