/** Charts a performance's seats and revenue since its first sale. */
import type { JSX } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import type { Answer } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { count } from '../../format/numbers.ts';
import type { Text } from '../../i18n/language.ts';
import { language, t } from '../../i18n/language.ts';
import { Chart } from '../activity/chart.tsx';
import type { Sales, SalesOverTime } from '../answers.ts';
import { monthAndDay } from '../../format/dates.ts';
import { moneyShort } from '../../format/money.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { useReading } from '../../hooks/use-resource.ts';

const TEXTS = {
  title: { ko: '누적 판매', en: 'Sales over time' },
  seats: { ko: '판매 좌석', en: 'Seats sold' },
  revenue: { ko: '매출', en: 'Revenue' },
  none: { ko: '아직 판매가 없습니다.', en: 'Nothing is sold yet.' },
} as const satisfies Record<string, Text>;

/** The service reads every sale to add them up: the chart asks again only after a sale, and not at every sale. */
const READ_EVERY_MS = 10_000;
const TIMEOUT_MS = 120_000;
const POINTS = 600;

export interface SalesChartProps {
  readonly performanceId: string;
  readonly sales: Sales | undefined;
}

export function SalesChart({ performanceId, sales }: SalesChartProps): JSX.Element {
  const totals = sales && `${sales.payments} ${sales.refunds}`;
  const totalsRead = useRef<string | undefined>(undefined);
  const readIfChanged = async (signal: AbortSignal): Promise<Answer<SalesOverTime> | undefined> => {
    if (totals === totalsRead.current) return undefined;
    const answer = await call('GET /v1/admin/performances/{performanceId}/sales-over-time', {
      params: { performanceId },
      query: { points: POINTS },
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    if (answer.ok) totalsRead.current = totals;
    return answer;
  };
  const { data, problem } = useReading(sales && performanceId, readIfChanged, { everyMs: READ_EVERY_MS });
  const spoken = language.value;
  const { at, seats, revenue } = useMemo(() => columnsOf(data?.points ?? []), [data]);
  const lines = useMemo(
    () => [
      { name: t(TEXTS.seats), values: seats, colour: '--accent', filled: true, stepped: true },
      {
        name: t(TEXTS.revenue),
        values: revenue,
        colour: '--grade-3',
        dashed: true,
        stepped: true,
        right: true,
      },
    ],
    [seats, revenue, spoken],
  );
  return (
    <>
      <Chart
        title={t(TEXTS.title)}
        at={at}
        lines={lines}
        format={count}
        formatRight={moneyShort}
        {...(isLong(at) && { formatTime: dayOf })}
        empty={t(TEXTS.none)}
        heightPx={220}
      />
      {problem !== undefined && <ProblemNote problem={problem} />}
    </>
  );
}

/** Turns the points into the chart's columns; times are in seconds since 1970. */
function columnsOf(points: SalesOverTime['points']): Record<'at' | 'seats' | 'revenue', readonly number[]> {
  return {
    at: points.map(({ at }) => Date.parse(at) / 1000),
    seats: points.map(({ seats }) => seats),
    revenue: points.map(({ revenue }) => revenue),
  };
}

const DAY_SECONDS = 86_400;

function isLong(at: readonly number[]): boolean {
  return (at.at(-1) ?? 0) - (at[0] ?? 0) > 2 * DAY_SECONDS;
}

function dayOf(seconds: number): string {
  return monthAndDay(seconds * 1000);
}
