/** One performance: its hall as it sells, what is left by grade, what it has earned, and its files. */
import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { LiveBadge, SaleBadge } from '../../components/badges.tsx';
import { Figure } from '../../components/figure.tsx';
import { BackLink, Heading } from '../../components/page.tsx';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import type { LiveSeats } from '../../live/live-seats.ts';
import { useLiveSeats } from '../../live/use-live-seats.ts';
import { stateOf } from '../../live/seat-states.ts';
import { Legend } from '../../seat-map/legend.tsx';
import type { MapSeat } from '../../seat-map/map-document.ts';
import { SeatMap } from '../../seat-map/seat-map.tsx';
import { useSeatMap } from '../../seat-map/use-seat-map.ts';
import type { GradeCounts, Performance, Sales } from '../answers.ts';
import { clock, dateAndTime } from '../../format/dates.ts';
import { money } from '../../format/money.ts';
import { count, countOf, share } from '../../format/numbers.ts';
import { useResource } from '../../hooks/use-resource.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { may, mayAnywhere } from '../permissions.ts';
import { SaleButtons, SaleWindow } from '../parts/sale.tsx';
import { SEAT_WORDS } from '../parts/seat-bar.tsx';
import { Cancellation } from './cancellation.tsx';
import { ChosenSeat } from '../reservations/chosen-seat.tsx';
import { Downloads } from './downloads.tsx';
import { SalesChart } from './sales-chart.tsx';
import { Visibility } from './visibility.tsx';

const TEXTS = {
  back: { ko: '판매 현황', en: 'Sales' },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
  revenue: { ko: '매출', en: 'Revenue' },
  map: { ko: '좌석 배치도', en: 'Seat map' },
  choose: {
    ko: '좌석을 누르면 그 좌석의 예약을 볼 수 있습니다.',
    en: 'Choose a seat to see whose it is.',
  },
  byGrade: { ko: '등급별', en: 'By category' },
  grade: { ko: '등급', en: 'Category' },
  price: { ko: '가격', en: 'Price' },
  all: { ko: '합계', en: 'All' },
  files: { ko: '내려받기', en: 'Files' },
  ending: { ko: '숨기기와 취소', en: 'Hide or cancel' },
  hiding: { ko: '숨기기', en: 'Hide' },
  cancelling: { ko: '회차 취소', en: 'Cancellation' },
  performances: { ko: '회차', en: 'Performances' },
} as const satisfies Record<string, Text>;

const COUNTS_EVERY_MS = 2_000;

export function PerformancePage({ performanceId }: { readonly performanceId: string }): JSX.Element {
  const options = { params: { performanceId }, everyMs: COUNTS_EVERY_MS };
  const read = useResource('GET /v1/performances/{performanceId}', options);
  const seesSales = may('rowlock:finance', performanceId);
  const sales = useResource(
    seesSales ? 'GET /v1/admin/performances/{performanceId}/sales' : undefined,
    options,
  );
  const live = useLiveSeats(performanceId, read.problem?.outcome === 'not_found');
  const performance = read.data;
  const problem = read.problem ?? sales.problem;
  return (
    <div class="stack-wide">
      <BackLink href="/operator">
        {t(mayAnywhere('rowlock:finance') ? TEXTS.back : TEXTS.performances)}
      </BackLink>
      {problem !== undefined && <ProblemNote problem={problem} />}
      {performance === undefined ? (
        problem === undefined && <p class="soft">{t(TEXTS.loading)}</p>
      ) : (
        <>
          <Head performance={performance} live={live} onChanged={read.reload} />
          {seesSales && <Totals sales={sales.data} />}
          <div class="op-split">
            <LiveMap performance={performance} live={live} />
            <div class="stack-wide">
              <Grades grades={performance.grades} />
              {seesSales && <SalesChart performanceId={performanceId} sales={sales.data} />}
              {may(FILES, performanceId) && (
                <section class="card stack">
                  <h2>{t(TEXTS.files)}</h2>
                  <Downloads performanceId={performanceId} />
                </section>
              )}
              <Ending performance={performance} onChanged={read.reload} />
            </div>
          </div>
        </>
      )}
    </div>
  );
}

const FILES = ['rowlock:door', 'rowlock:box-office', 'rowlock:finance'] as const;
const REFUND_PROGRESS = ['rowlock:sale', 'rowlock:box-office', 'rowlock:finance'] as const;

interface EndingProps {
  readonly performance: Performance;
  readonly onChanged: () => void;
}

function Ending({ performance, onChanged }: EndingProps): JSX.Element | null {
  const hides = may('rowlock:catalogue');
  const isCancelled = performance.sale === 'cancelled';
  const cancels = may(isCancelled ? REFUND_PROGRESS : 'rowlock:sale', performance.id);
  if (!hides && !cancels) return null;
  return (
    <section class="card stack">
      <h2>{t(hides ? (cancels ? TEXTS.ending : TEXTS.hiding) : TEXTS.cancelling)}</h2>
      {hides && <Visibility concertId={performance.concertId} />}
      {cancels && <Cancellation performance={performance} onChanged={onChanged} />}
    </section>
  );
}

interface HeadProps {
  readonly performance: Performance;
  readonly live: LiveSeats | undefined;
  readonly onChanged: () => void;
}

/** The stream tells of a changed sale before the next poll does. */
function Head({ performance, live, onChanged }: HeadProps): JSX.Element {
  const sale = { ...performance, ...live?.sale.value };
  const name = local(performance.title);
  return (
    <>
      <Heading
        title={name}
        below={
          <p>
            {dateAndTime(performance.startsAt, performance.timeZone)} · {local(performance.venueName)} ·{' '}
            <span class="code">{performance.id}</span>
          </p>
        }
      />
      <div class="row between">
        <p class="row">
          <SaleBadge sale={sale.sale} />
          <span class="soft">
            <SaleWindow sale={sale} />
          </span>
        </p>
        {may('rowlock:sale', performance.id) && <SaleButtons sale={sale} name={name} onChanged={onChanged} />}
      </div>
    </>
  );
}

function Totals({ sales }: { readonly sales: Sales | undefined }): JSX.Element {
  if (sales === undefined) return <p class="soft">{t(TEXTS.loading)}</p>;
  const { at, seats, reservations, revenue, payments, refunds } = sales;
  const all = seats.sold + seats.held + seats.free;
  const inReservations = (value: number): string =>
    t({ ko: `예약 ${count(value)}건`, en: `in ${countOf(value, 'reservation')}` });
  return (
    <section class="op-figures op-figures-few grid" aria-label={t(TEXTS.revenue)}>
      <p class="soft small">
        {t({ ko: `${clock(Date.parse(at))} 기준`, en: `As of ${clock(Date.parse(at))}` })}
      </p>
      <Figure
        name={t(TEXTS.revenue)}
        value={money(revenue)}
        note={t({
          ko: `결제 ${money(payments)} − 환불 ${money(refunds)}`,
          en: `${money(payments)} paid − ${money(refunds)} refunded`,
        })}
      />
      <Figure
        name={t(SEAT_WORDS.sold)}
        value={count(seats.sold)}
        note={`${share(seats.sold, all)} · ${inReservations(reservations.confirmed)}`}
      />
      <Figure name={t(SEAT_WORDS.held)} value={count(seats.held)} note={inReservations(reservations.held)} />
      <Figure
        name={t(SEAT_WORDS.free)}
        value={count(seats.free)}
        note={t({ ko: `전체 ${count(all)}석`, en: `of ${countOf(all, 'seat')}` })}
      />
    </section>
  );
}

interface LiveMapProps {
  readonly performance: Performance;
  readonly live: LiveSeats | undefined;
}

const NOTHING: ReadonlySet<number> = new Set();

function LiveMap({ performance, live }: LiveMapProps): JSX.Element {
  const map = useSeatMap(performance.id, live);
  const [chosen, setChosen] = useState<MapSeat>();
  const looksUp = may('rowlock:box-office', performance.id);
  const grades = useMemo(
    () => performance.grades.map(({ grade, price }) => ({ grade, price })),
    [JSON.stringify(performance.grades.map(({ grade, price }) => [grade, price]))],
  );
  return (
    <section class="card stack">
      <div class="row between">
        <h2>{t(TEXTS.map)}</h2>
        {live !== undefined && <LiveBadge live={live} />}
      </div>
      {map.problem !== undefined && <ProblemNote problem={map.problem} />}
      {map.data !== undefined && live !== undefined && (
        <>
          <div class="op-map">
            <SeatMap
              map={map.data}
              grades={grades}
              states={live.states}
              mine={NOTHING}
              selected={NOTHING}
              solid="sold"
              {...(looksUp && { onChoose: setChosen })}
            />
          </div>
          <Legend map={map.data} grades={grades} states={live.states} solid="sold" />
          {looksUp && (
            <div aria-live="polite">
              {chosen === undefined ? (
                <p class="soft small">{t(TEXTS.choose)}</p>
              ) : (
                <ChosenSeat
                  // Read again when somebody takes it or gives it back.
                  key={`${chosen.label} ${stateOf(live.states.value, chosen.number)}`}
                  performanceId={performance.id}
                  label={chosen.label}
                  sections={map.data.sections}
                />
              )}
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Grades({ grades }: { readonly grades: readonly GradeCounts[] }): JSX.Element {
  const sum = (read: (grade: GradeCounts) => number): number =>
    grades.reduce((total, grade) => total + read(grade), 0);
  return (
    <section class="card stack">
      <h2>{t(TEXTS.byGrade)}</h2>
      <div class="table-frame">
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{t(TEXTS.grade)}</th>
              <th scope="col">{t(TEXTS.price)}</th>
              <th scope="col">{t(SEAT_WORDS.sold)}</th>
              <th scope="col">{t(SEAT_WORDS.held)}</th>
              <th scope="col">{t(SEAT_WORDS.free)}</th>
            </tr>
          </thead>
          <tbody>
            {grades.map(({ grade, price, sold, held, free }) => (
              <tr key={grade}>
                <th scope="row">{grade}</th>
                <td>{money(price)}</td>
                <td>
                  {count(sold)} <span class="soft">{share(sold, sold + held + free)}</span>
                </td>
                <td>{count(held)}</td>
                <td>{count(free)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t(TEXTS.all)}</th>
              <td />
              <td>{count(sum(({ sold }) => sold))}</td>
              <td>{count(sum(({ held }) => held))}</td>
              <td>{count(sum(({ free }) => free))}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </section>
  );
}
