/** Every performance at a glance: is it selling, how much is sold, what has it earned. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { HiddenBadge, SaleBadge } from '../components/badges.tsx';
import { Figure } from '../components/figure.tsx';
import { MoreButton } from '../components/more-button.tsx';
import { Heading } from '../components/page.tsx';
import type { Text } from '../i18n/language.ts';
import { local, t } from '../i18n/language.ts';
import { dateAndTime } from '../format/dates.ts';
import { money } from '../format/money.ts';
import { count, countOf, share } from '../format/numbers.ts';
import type { SaleNow, Sales } from './answers.ts';
import type { Resource } from '../hooks/use-resource.ts';
import { ProblemNote } from './parts/problem.tsx';
import { SaleButtons, SaleWindow } from './parts/sale.tsx';
import { SeatBar } from './parts/seat-bar.tsx';
import type { OwnConcert } from './own-concerts.ts';
import { useOwnConcerts } from './own-concerts.ts';
import { may, mayAnywhere } from './permissions.ts';
import { useSalesOf } from './sales-of.ts';

const TEXTS = {
  title: { ko: '판매 현황', en: 'Sales' },
  performances: { ko: '회차', en: 'Performances' },
  revenue: { ko: '매출', en: 'Revenue' },
  seatsSold: { ko: '판매 좌석', en: 'Seats sold' },
  held: { ko: '결제 대기', en: 'Held, not paid yet' },
  onSale: { ko: '판매 중인 회차', en: 'Performances on sale' },
  search: { ko: '공연·회차·공연장 찾기', en: 'Find a concert, performance or hall' },
  none: { ko: '아직 공연이 없습니다.', en: 'There are no concerts yet.' },
  noneFound: { ko: '맞는 회차가 없습니다.', en: 'No performance matches.' },
  create: { ko: '공연 만들기', en: 'New concert' },
  import: { ko: '파일에서 가져오기', en: 'Import a file' },
  details: { ko: '좌석 배치도와 매출', en: 'Map and sales' },
  loading: { ko: '불러오는 중…', en: 'Loading…' },
  stale: { ko: '마지막으로 확인된 수치입니다.', en: 'Showing the last known figures.' },
} as const satisfies Record<string, Text>;

const SHOWN_AT_FIRST = 20;
const CONCERTS_EVERY_MS = 5_000;

export function OverviewPage(): JSX.Element {
  const concerts = useOwnConcerts({ everyMs: CONCERTS_EVERY_MS });
  const [search, setSearch] = useState('');
  const [shownMax, setShownMax] = useState(SHOWN_AT_FIRST);
  const all = performancesOf(concerts.data ?? []);
  const found = all.filter((row) => row.searched.includes(search.trim().toLowerCase()));
  const shown = found.slice(0, shownMax);
  const withSales = shown.filter(({ performance }) => may('rowlock:finance', performance.id));
  const sales = useSalesOf(withSales.map((row) => row.performance.id));
  if (concerts.data === undefined) return <Waiting answer={concerts} />;
  return (
    <div class="stack-wide">
      <Heading title={title()} />
      {concerts.problem !== undefined && <ProblemNote problem={concerts.problem} />}
      {sales.problem !== undefined && (
        <>
          <ProblemNote problem={sales.problem} />
          <p class="soft">{t(TEXTS.stale)}</p>
        </>
      )}
      {all.length === 0 && <NoConcerts />}
      {withSales.length > 0 && <Totals rows={withSales} all={all} sales={sales.byPerformance} />}
      {all.length > 6 && (
        <label class="field op-search">
          {t(TEXTS.search)}
          <input type="search" value={search} onInput={(event) => setSearch(event.currentTarget.value)} />
        </label>
      )}
      {all.length > 0 && found.length === 0 && <p>{t(TEXTS.noneFound)}</p>}
      <ul class="stack">
        {shown.map((row) => (
          <PerformanceRow
            key={row.performance.id}
            row={row}
            sales={sales.byPerformance.get(row.performance.id)}
            onChanged={concerts.reload}
          />
        ))}
      </ul>
      {found.length > shown.length && <MoreButton onMore={() => setShownMax(shownMax + SHOWN_AT_FIRST)} />}
    </div>
  );
}

interface Row {
  readonly concert: OwnConcert;
  readonly performance: OwnConcert['performances'][number];
  /** In lower case. */
  readonly searched: string;
}

/** What sells now first, then what will, what is paused, and what has ended; each by its date. */
const RANK: Readonly<Record<SaleNow, number>> = { open: 0, paused: 1, not_yet: 2, ended: 3, cancelled: 4 };

function performancesOf(concerts: readonly OwnConcert[]): readonly Row[] {
  return concerts
    .flatMap((concert) =>
      concert.performances.map((performance) => ({
        concert,
        performance,
        searched: [performance.id, ...Object.values(concert.title), ...Object.values(performance.venueName)]
          .join(' ')
          .toLowerCase(),
      })),
    )
    .toSorted(
      (a, b) =>
        RANK[a.performance.sale] - RANK[b.performance.sale] ||
        a.performance.startsAt.localeCompare(b.performance.startsAt),
    );
}

function Waiting({ answer }: { readonly answer: Resource<unknown> }): JSX.Element {
  return (
    <div class="stack-wide">
      <Heading title={title()} />
      {answer.problem === undefined ? (
        <p class="soft">{t(TEXTS.loading)}</p>
      ) : (
        <ProblemNote problem={answer.problem} />
      )}
    </div>
  );
}

function NoConcerts(): JSX.Element {
  return (
    <div class="card stack-wide">
      <p>{t(TEXTS.none)}</p>
      {may('rowlock:catalogue') && (
        <div class="row">
          <a href="/operator/create" class="button">
            {t(TEXTS.create)}
          </a>
          <a href="/operator/import" class="button-quiet">
            {t(TEXTS.import)}
          </a>
        </div>
      )}
    </div>
  );
}

/** What the page shows: sales to those who may see them. */
function title(): string {
  return t(mayAnywhere('rowlock:finance') ? TEXTS.title : TEXTS.performances);
}

function Sold({ sales, name }: { readonly sales: Sales | undefined; readonly name: string }): JSX.Element {
  return (
    <>
      {sales === undefined ? (
        <p class="soft">{t(TEXTS.loading)}</p>
      ) : (
        <SeatBar seats={sales.seats} label={name} />
      )}
      <p class="op-performance-revenue between number">
        <span class="soft">{t(TEXTS.revenue)}</span>
        <strong>{sales === undefined ? '–' : money(sales.revenue)}</strong>
      </p>
    </>
  );
}

interface TotalsProps {
  readonly rows: readonly Row[];
  readonly all: readonly Row[];
  readonly sales: ReadonlyMap<string, Sales>;
}

function Totals({ rows, all, sales }: TotalsProps): JSX.Element {
  const known = rows.flatMap((row) => sales.get(row.performance.id) ?? []);
  const sum = (read: (one: Sales) => number): number => known.reduce((total, one) => total + read(one), 0);
  const sold = sum((one) => one.seats.sold);
  const seats = sold + sum((one) => one.seats.held + one.seats.free);
  const open = all.filter((row) => row.performance.sale === 'open').length;
  const refunds = sum((one) => one.refunds);
  const isPart = known.length < rows.length;
  const soFar = (note: string): string =>
    isPart ? t({ ko: `현재까지 · ${note}`, en: `so far · ${note}` }) : note;
  return (
    <section class="op-figures op-figures-few grid" aria-label={t(TEXTS.title)}>
      {isPart && (
        <p class="soft small">
          {t({
            ko: `${count(rows.length)}회차 중 ${count(known.length)}회차까지 집계했습니다.`,
            en: `So far ${count(known.length)} of ${countOf(rows.length, 'performance')} counted.`,
          })}
        </p>
      )}
      <Figure
        name={t(TEXTS.revenue)}
        value={money(sum((one) => one.revenue))}
        note={soFar(t({ ko: `환불 ${money(refunds)} 제외`, en: `after ${money(refunds)} of refunds` }))}
      />
      <Figure
        name={t(TEXTS.seatsSold)}
        value={count(sold)}
        note={soFar(
          t({
            ko: `전체 ${count(seats)}석의 ${share(sold, seats)}`,
            en: `${share(sold, seats)} of ${count(seats)}`,
          }),
        )}
      />
      <Figure
        name={t(TEXTS.held)}
        value={count(sum((one) => one.seats.held))}
        note={soFar(
          t({
            ko: `예약 ${count(sum((one) => one.reservations.held))}건`,
            en: `in ${countOf(
              sum((one) => one.reservations.held),
              'reservation',
            )}`,
          }),
        )}
      />
      <Figure
        name={t(TEXTS.onSale)}
        value={count(open)}
        note={t({
          ko:
            rows.length < all.length
              ? `합계는 표시된 ${count(rows.length)}회차 기준`
              : `전체 ${count(all.length)}회차`,
          en:
            rows.length < all.length
              ? `sums of the ${countOf(rows.length, 'performance')} shown`
              : `of ${countOf(all.length, 'performance')}`,
        })}
      />
    </section>
  );
}

interface PerformanceRowProps {
  readonly row: Row;
  readonly sales: Sales | undefined;
  readonly onChanged: () => void;
}

function PerformanceRow({ row, sales, onChanged }: PerformanceRowProps): JSX.Element {
  const { concert, performance } = row;
  const starts = dateAndTime(performance.startsAt, performance.timeZone);
  const name = `${local(concert.title)}, ${starts}`;
  return (
    <li class="card op-performance">
      <div>
        <div class="row">
          <h2>
            <a href={`/operator/performances/${performance.id}`}>{local(concert.title)}</a>
          </h2>
          <SaleBadge sale={performance.sale} />
          {concert.hidden && <HiddenBadge />}
        </div>
        <p>{starts}</p>
        <p class="soft">{local(performance.venueName)}</p>
        <p class="soft small">
          <SaleWindow sale={performance} />
        </p>
      </div>
      {may('rowlock:finance', performance.id) && <Sold sales={sales} name={name} />}
      <div class="row between">
        {may('rowlock:sale', performance.id) && (
          <SaleButtons sale={performance} name={name} onChanged={onChanged} />
        )}
        <a href={`/operator/performances/${performance.id}`} class="link">
          {t(TEXTS.details)} <span aria-hidden="true">→</span>
          <span class="visually-hidden">: {name}</span>
        </a>
      </div>
    </li>
  );
}
