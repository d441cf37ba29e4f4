/** What the service is doing, second by second. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { Heading } from '../../components/page.tsx';
import type { Text } from '../../i18n/language.ts';
import { language, t } from '../../i18n/language.ts';
import type { Activity } from '../answers.ts';
import { useCatalogue } from '../../hooks/use-catalogue.ts';
import { Figure } from '../../components/figure.tsx';
import { count, countOf } from '../../format/numbers.ts';
import { duration, longFor, milliseconds } from '../../format/durations.ts';
import { moneyShort } from '../../format/money.ts';
import { useResource } from '../../hooks/use-resource.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { ActivityTable } from './activity-table.tsx';
import type { ChartLine } from './chart.tsx';
import { Chart } from './chart.tsx';
import { nameOfRefusal } from './refusal-words.ts';
import type { ActivityColumns, Gauges } from './series.ts';
import { columnsOf, lastOf, NO_GAUGES, WINDOW_SECONDS, withMoment } from './series.ts';

const TEXTS = {
  title: { ko: '실시간 활동', en: 'Activity' },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
  stale: { ko: '마지막으로 확인된 수치입니다.', en: 'Showing the last known figures.' },
  lastMinute: { ko: '최근 1분', en: 'Last minute' },
  holds: { ko: '선점', en: 'Holds' },
  sales: { ko: '결제', en: 'Sales' },
  revenue: { ko: '매출', en: 'Revenue' },
  refused: { ko: '거절', en: 'Refused' },
  waitP99: { ko: '응답 시간 p99', en: 'Response time p99' },
  watchers: { ko: '좌석 배치도 접속자', en: 'Map viewers' },
  inFlight: { ko: '처리 중인 결제·환불', en: 'Payments and refunds in flight' },
  holdsAndSales: { ko: '초당 선점·결제', en: 'Holds and sales per second' },
  revenuePerSecond: { ko: '초당 매출', en: 'Revenue per second' },
  refusals: { ko: '초당 거절, 이유별', en: 'Refusals per second, by reason' },
  latency: { ko: '응답 시간', en: 'Response time' },
  typical: { ko: '보통 (p50)', en: 'Typical (p50)' },
  slowest: { ko: '느린 1% (p99)', en: 'Slowest 1% (p99)' },
  groupSize: { ko: '그룹 크기', en: 'Requests per group' },
  mean: { ko: '평균', en: 'Mean' },
  largest: { ko: '최대', en: 'Largest' },
  pool: { ko: '데이터베이스 연결', en: 'Database connections' },
  poolWaiting: { ko: '연결 대기', en: 'Waiting for one' },
  poolBusy: { ko: '사용 중', en: 'In use' },
  groupWaiting: { ko: '그룹 대기', en: 'Waiting for a group' },
  watching: { ko: '좌석 배치도 접속자', en: 'People viewing a seat map' },
  noRefusals: { ko: '최근 5분 동안 거절이 없습니다.', en: 'Nothing was refused in the last five minutes.' },
  noGroups: {
    ko: '최근 5분 동안 그룹 처리가 없습니다. grouped 전략에서만 나타납니다.',
    en: 'No groups in the last five minutes. Only the "grouped" strategy makes them.',
  },
  other: { ko: '기타', en: 'Other' },
  remembered: {
    ko: '연결과 접속자 수는 이 화면을 연 때부터 기록됩니다.',
    en: 'Connections and viewers are recorded from when this page was opened.',
  },
} as const satisfies Record<string, Text>;

const ASK_EVERY_MS = 1_000;

export function ActivityPage(): JSX.Element {
  const { data, problem } = useResource('GET /v1/admin/activity', { everyMs: ASK_EVERY_MS });
  // Names the currency of the revenue.
  useCatalogue();
  const [gauges, setGauges] = useState<Gauges>(NO_GAUGES);
  useEffect(() => {
    if (data !== undefined) setGauges((before) => withMoment(before, data));
  }, [data]);
  const columns = useMemo(() => (data === undefined ? undefined : columnsOf(data)), [data]);
  return (
    <div class="stack-wide">
      <Heading title={t(TEXTS.title)} />
      {problem !== undefined && (
        <>
          <ProblemNote problem={problem} />
          {data !== undefined && <p class="soft">{t(TEXTS.stale)}</p>}
        </>
      )}
      {data === undefined || columns === undefined ? (
        problem === undefined && <p class="soft">{t(TEXTS.loading)}</p>
      ) : (
        <>
          <Process activity={data} />
          <LastMinute columns={columns} activity={data} />
          <Charts columns={columns} gauges={gauges} />
          <p class="soft">{t(TEXTS.remembered)}</p>
          <ActivityTable columns={columns} gauges={gauges} />
        </>
      )}
    </div>
  );
}

function Process({ activity }: { readonly activity: Activity }): JSX.Element {
  const { uptimeSeconds, strategies } = activity.process;
  const up = longFor(uptimeSeconds);
  return (
    <p class="soft">
      {t({
        ko: `지금 응답하는 프로세스 하나의 최근 5분입니다. 로드 밸런서 뒤에 여러 프로세스가 있으면 나머지는 여기에 없습니다. 가동 ${up} · 선점 ${strategies.hold} · 결제 ${strategies.pay} · 충전 ${strategies.topUp}`,
        en: `The last five minutes of the one process that answers. Behind a load balancer, the others are not in these numbers. Up for ${up} · hold: ${strategies.hold} · pay: ${strategies.pay} · top-up: ${strategies.topUp}`,
      })}
    </p>
  );
}

interface LastMinuteProps {
  readonly columns: ActivityColumns;
  readonly activity: Activity;
}

function LastMinute({ columns, activity }: LastMinuteProps): JSX.Element {
  const { held, paid, refunded, revenue, refused, latencyMsP50, latencyMsP99 } = lastOf(columns, 60);
  const perSecond = (value: number): string =>
    t({
      ko: `초당 ${count(Math.round(value / 6) / 10)}건`,
      en: `${count(Math.round(value / 6) / 10)} a second`,
    });
  return (
    <section class="op-figures grid" aria-label={t(TEXTS.lastMinute)}>
      <h2>{t(TEXTS.lastMinute)}</h2>
      <Figure name={t(TEXTS.holds)} value={count(held)} note={perSecond(held)} />
      <Figure name={t(TEXTS.sales)} value={count(paid)} note={perSecond(paid)} />
      <Figure
        name={t(TEXTS.revenue)}
        value={moneyShort(revenue)}
        note={t({ ko: `환불 ${count(refunded)}건`, en: countOf(refunded, 'refund') })}
      />
      <Figure name={t(TEXTS.refused)} value={count(refused)} note={perSecond(refused)} />
      <Figure
        name={t(TEXTS.waitP99)}
        value={milliseconds(latencyMsP99)}
        note={t({ ko: `보통 ${milliseconds(latencyMsP50)}`, en: `typical ${milliseconds(latencyMsP50)}` })}
      />
      <Figure
        name={t(TEXTS.watchers)}
        value={count(activity.now.watchers)}
        note={t({ ko: '지금', en: 'now' })}
      />
      <InFlight {...activity.now.inFlight} />
    </section>
  );
}

/** Money between two transactions; there is none where a payment is one. */
function InFlight({ attempts, oldestSeconds }: Activity['now']['inFlight']): JSX.Element | null {
  if (attempts === 0) return null;
  const age = duration(Math.round(oldestSeconds));
  return (
    <Figure
      name={t(TEXTS.inFlight)}
      value={count(attempts)}
      note={t({ ko: `가장 오래된 것 ${age}`, en: `oldest ${age}` })}
    />
  );
}

interface ChartsProps {
  readonly columns: ActivityColumns;
  readonly gauges: Gauges;
}

function Charts({ columns, gauges }: ChartsProps): JSX.Element {
  const { at } = columns;
  // Redrawn only with new numbers, or in another language.
  const spoken = language.value;
  const lines = useMemo(() => linesOf(columns), [columns, spoken]);
  const moments = useMemo(() => gaugeLinesOf(gauges), [gauges, spoken]);
  const ms = (value: number): string =>
    value >= 1_000 ? `${count(Math.round(value / 100) / 10)} s` : `${count(Math.round(value))} ms`;
  return (
    <div class="op-charts grid">
      <Chart title={t(TEXTS.holdsAndSales)} at={at} lines={lines.trade} format={count} />
      <Chart title={t(TEXTS.revenuePerSecond)} at={at} lines={lines.revenue} format={moneyShort} />
      <Chart
        title={t(TEXTS.refusals)}
        at={at}
        lines={lines.refusals}
        format={count}
        empty={t(TEXTS.noRefusals)}
      />
      <Chart title={t(TEXTS.latency)} at={at} lines={lines.latency} format={ms} />
      <Chart
        title={t(TEXTS.pool)}
        at={gauges.at}
        lines={moments.pool}
        format={count}
        windowSeconds={WINDOW_SECONDS}
      />
      <Chart
        title={t(TEXTS.watching)}
        at={gauges.at}
        lines={moments.watchers}
        format={count}
        windowSeconds={WINDOW_SECONDS}
      />
      <Chart
        title={t(TEXTS.groupSize)}
        at={at}
        lines={lines.groups}
        format={count}
        empty={t(TEXTS.noGroups)}
      />
    </div>
  );
}

type Lines = readonly ChartLine[];

function linesOf(
  columns: ActivityColumns,
): Readonly<Record<'trade' | 'revenue' | 'refusals' | 'latency' | 'groups', Lines>> {
  return {
    trade: [
      { name: t(TEXTS.holds), values: columns.held, colour: '--grade-4', dashed: true },
      { name: t(TEXTS.sales), values: columns.paid, colour: '--accent', filled: true },
    ],
    revenue: [{ name: t(TEXTS.revenue), values: columns.revenue, colour: '--accent', filled: true }],
    refusals: refusalLinesOf(columns),
    latency: [
      { name: t(TEXTS.slowest), values: columns.latencyMsP99, colour: '--grade-3', dashed: true },
      { name: t(TEXTS.typical), values: columns.latencyMsP50, colour: '--accent' },
    ],
    groups: [
      { name: t(TEXTS.largest), values: columns.groupSizeMax, colour: '--grade-3', dashed: true },
      { name: t(TEXTS.mean), values: columns.groupSizeMean, colour: '--accent' },
    ],
  };
}

function gaugeLinesOf(gauges: Gauges): Readonly<Record<'pool' | 'watchers', Lines>> {
  return {
    pool: [
      { name: t(TEXTS.poolBusy), values: gauges.poolBusy, colour: '--accent', filled: true },
      { name: t(TEXTS.poolWaiting), values: gauges.poolWaiting, colour: '--danger' },
      { name: t(TEXTS.groupWaiting), values: gauges.waiting, colour: '--grade-4', dashed: true },
    ],
    watchers: [{ name: t(TEXTS.watchers), values: gauges.watchers, colour: '--accent', filled: true }],
  };
}

const REFUSAL_COLOURS = ['--grade-2', '--grade-4', '--grade-3', '--grade-1', '--grade-5'];

/** The most frequent refusals by name, the rest as one line: more lines than that nobody can tell apart. */
function refusalLinesOf({ at, refusals }: ActivityColumns): Lines {
  const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const byFrequency = Object.entries(refusals).toSorted(([, a], [, b]) => total(b) - total(a));
  const named = byFrequency.slice(0, REFUSAL_COLOURS.length).toSorted(([a], [b]) => a.localeCompare(b));
  const rest = byFrequency.slice(REFUSAL_COLOURS.length);
  const lines: ChartLine[] = named.map(([code, values], i) => ({
    name: nameOfRefusal(code),
    values,
    colour: REFUSAL_COLOURS[i]!,
    dashed: i % 2 === 1,
  }));
  if (rest.length > 0) {
    const values = at.map((_, i) => rest.reduce((sum, [, each]) => sum + (each[i] ?? 0), 0));
    lines.push({ name: t(TEXTS.other), values, colour: '--ink-soft', dashed: true });
  }
  return lines;
}
