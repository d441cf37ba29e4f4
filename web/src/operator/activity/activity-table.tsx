/** The charts' numbers as a table: for a screen reader, for a small phone, and to copy. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Text } from '../../i18n/language.ts';
import { t } from '../../i18n/language.ts';
import { money } from '../../format/money.ts';
import { count } from '../../format/numbers.ts';
import { clock } from '../../format/dates.ts';
import { milliseconds } from '../../format/durations.ts';
import { nameOfRefusal } from './refusal-words.ts';
import type { ActivityColumns, Gauges, Stretch } from './series.ts';
import { highestBetween, stretchesOf } from './series.ts';

const TEXTS = {
  open: { ko: '같은 숫자를 표로 보기', en: 'The same numbers as a table' },
  caption: {
    ko: '10초 단위, 최근 5분, 최신순',
    en: 'Ten seconds a row, the last five minutes, newest first',
  },
  from: { ko: '시각', en: 'From' },
  held: { ko: '선점', en: 'Holds' },
  paid: { ko: '결제', en: 'Sales' },
  revenue: { ko: '매출', en: 'Revenue' },
  refunded: { ko: '환불', en: 'Refunds' },
  refused: { ko: '거절', en: 'Refused' },
  p50: { ko: '응답 p50', en: 'p50' },
  p99: { ko: '응답 p99', en: 'p99' },
  group: { ko: '최대 그룹', en: 'Largest group' },
  waiting: { ko: '그룹 대기', en: 'Waiting for a group' },
  poolBusy: { ko: '연결 사용', en: 'Connections in use' },
  poolWaiting: { ko: '연결 대기', en: 'Waiting for one' },
  watchers: { ko: '좌석 배치도 접속자', en: 'Map viewers' },
  reasons: { ko: '거절 이유', en: 'Refusal reasons' },
} as const satisfies Record<string, Text>;

const ROW_SECONDS = 10;

const COLUMNS = [
  'from',
  'held',
  'paid',
  'revenue',
  'refunded',
  'p50',
  'p99',
  'group',
  'waiting',
  'poolBusy',
  'poolWaiting',
  'watchers',
  'refused',
  'reasons',
] as const;

export interface ActivityTableProps {
  readonly columns: ActivityColumns;
  readonly gauges: Gauges;
}

/** Its rows are made only while it is open. */
export function ActivityTable({ columns, gauges }: ActivityTableProps): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <details class="card op-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t(TEXTS.open)}</summary>
      {open && (
        <div class="table-frame" tabindex={0} role="region" aria-label={t(TEXTS.caption)}>
          <table class="table table-dense">
            <caption>{t(TEXTS.caption)}</caption>
            <thead>
              <tr>
                {COLUMNS.map((name) => (
                  <th key={name} scope="col">
                    {t(TEXTS[name])}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {stretchesOf(columns, ROW_SECONDS).map((stretch) => (
                <Row key={stretch.at} stretch={stretch} gauges={gauges} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

interface RowProps {
  readonly stretch: Stretch;
  readonly gauges: Gauges;
}

function Row({ stretch, gauges }: RowProps): JSX.Element {
  const seen = highestBetween(gauges, stretch.at, ROW_SECONDS);
  const known = (value: number | null | undefined): string =>
    value === null || value === undefined ? '–' : count(value);
  return (
    <tr>
      <th scope="row">{clock(stretch.at * 1000)}</th>
      <td>{count(stretch.held)}</td>
      <td>{count(stretch.paid)}</td>
      <td>{money(stretch.revenue)}</td>
      <td>{count(stretch.refunded)}</td>
      <td>{milliseconds(stretch.latencyMsP50)}</td>
      <td>{milliseconds(stretch.latencyMsP99)}</td>
      <td>{known(stretch.groupSizeMax)}</td>
      <td>{known(seen?.waiting)}</td>
      <td>{known(seen?.poolBusy)}</td>
      <td>{known(seen?.poolWaiting)}</td>
      <td>{known(seen?.watchers)}</td>
      <td>{count(stretch.refused)}</td>
      <td class="words">
        {stretch.refusals.map(([code, times]) => `${nameOfRefusal(code)} ${count(times)}`).join(', ')}
      </td>
    </tr>
  );
}
