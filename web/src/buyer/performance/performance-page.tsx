/** A performance: the hall as map or list, the seats one chooses, and the hold. */
import { useComputed } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Performance, Reservation } from '../../api/types.ts';
import type { SaleKind } from '../../components/badges.tsx';
import { LiveBadge } from '../../components/badges.tsx';
import { Countdown } from '../../components/countdown.tsx';
import { dateAndTime } from '../../format/dates.ts';
import { seatCount } from '../../format/seats.ts';
import { Icon } from '../../components/icon.tsx';
import { BackLink, Heading, Waiting } from '../../components/page.tsx';
import { ProblemNote } from '../../components/problem-note.tsx';
import { UnderWay } from '../../components/under-way.tsx';
import { useResource } from '../../hooks/use-resource.ts';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import type { LiveSeats } from '../../live/live-seats.ts';
import { useLiveSeats } from '../../live/use-live-seats.ts';
import { Legend } from '../../seat-map/legend.tsx';
import type { MapSeat, SeatMapDocument } from '../../seat-map/map-document.ts';
import { SeatList } from '../../seat-map/seat-list.tsx';
import { SeatMap } from '../../seat-map/seat-map.tsx';
import { useSeatMap } from '../../seat-map/use-seat-map.ts';
import { session } from '../../api/sign-in.ts';
import { NotFoundPage } from '../not-found-page.tsx';
import type { GradeNow } from './best-together.tsx';
import { BestTogether } from './best-together.tsx';
import type { Choice } from './choice.ts';
import { useChoice } from './choice.ts';
import { ChosenSeats, holdWords } from './chosen-seats.tsx';
import type { Holding } from './holding.ts';
import { holdsOf, useHolding } from './holding.ts';
import type { Left } from '../../live/left.ts';
import { useLeft } from '../../live/left.ts';
import { LossNote, lostWords } from './loss-note.tsx';
import { PickSheet } from './pick-sheet.tsx';
import { SaleNote } from './sale-note.tsx';
import type { Suggesting } from './suggesting.ts';
import { useSuggesting } from './suggesting.ts';

/** The states in which a reservation has its seats. */
const OWN_STATES: ReadonlySet<string> = new Set(['held', 'paying', 'confirmed', 'refunding']);

const TEXTS = {
  title: { ko: '좌석 고르기', en: 'Choose seats' },
  performances: { ko: '회차 목록', en: 'All performances' },
  view: { ko: '좌석 보기 방식', en: 'Seat view' },
  map: { ko: '좌석 배치도', en: 'Map' },
  list: { ko: '목록', en: 'List' },
  seats: { ko: '좌석', en: 'Seats' },
  best: { ko: '나란히 앉는 가장 좋은 자리', en: 'Best seats together' },
  chosen: { ko: '고른 좌석', en: 'Your seats' },
  limit: { ko: '여기까지 고를 수 있어요', en: "You've reached the seat limit" },
  mine: { ko: '결제를 기다리는 좌석이 있어요', en: 'You have seats awaiting payment' },
  pay: { ko: '결제하기', en: 'Pay' },
} satisfies Record<string, Text>;

export function PerformancePage({ performanceId }: { readonly performanceId: string }): JSX.Element {
  const read = useResource('GET /v1/performances/{performanceId}', { params: { performanceId } });
  const isUnknown = read.problem?.outcome === 'not_found';
  const live = useLiveSeats(performanceId, isUnknown);
  const { data: seatMap } = useSeatMap(performanceId, live);
  const { data: performance, problem } = read;
  if (isUnknown) return <NotFoundPage />;
  if (performance === undefined || live === undefined) {
    return (
      <div class="page">
        <Heading title={t(TEXTS.title)} hidden />
        {problem === undefined ? <Waiting /> : <ProblemNote problem={problem} />}
      </div>
    );
  }
  // The stream tells of a changed sale; nobody reads the performance again for that.
  const now = { ...performance, ...live.sale.value };
  return <Hall performance={now} live={live} map={seatMap} />;
}

interface HallProps {
  readonly performance: Performance;
  readonly live: LiveSeats;
  readonly map: SeatMapDocument | undefined;
}

function Hall({ performance, live, map }: HallProps): JSX.Element {
  const isHolding = useComputed(() => holdsOf(`/performances/${performance.id}`).length > 0);
  const choice = useChoice({ performanceId: performance.id, map, states: live.states, isHolding });
  const suggesting = useSuggesting(performance.id, choice, map !== undefined);
  const own = useOwn(performance.id, map);
  const holding = useHolding(performance.id, own.reload);
  const left = useLeft(map, live.states).value;
  const sale = saleNow(performance, left);
  const concertHref = `/concerts/${performance.concertId}`;
  const most = Math.min(20, (performance.seatLimit ?? 20) - own.numbers.size);

  const taken = holding.refusal?.outcome === 'seat_taken' ? holding.refusal : undefined;
  useEffect(() => {
    if (taken === undefined) return;
    choice.lose(taken['seats'] as readonly string[]);
    holding.forgetRefusal();
  }, [taken]);

  return (
    <div class="page hall">
      <div class="hall-head">
        <BackLink href={concertHref}>{t(TEXTS.performances)}</BackLink>
        <Heading
          title={local(performance.title)}
          below={
            <p>
              <span class="number">{dateAndTime(performance.startsAt, performance.timeZone)}</span> ·{' '}
              {local(performance.venueName)}
            </p>
          }
        />
      </div>
      <div class="hall-notes stack">
        <SaleNote
          sale={sale}
          opensAt={performance.saleOpensAt}
          timeZone={performance.timeZone}
          concertHref={concertHref}
        />
        {own.held !== undefined && <OwnHold held={own.held} onOver={own.reload} />}
      </div>
      <HallView
        map={map}
        live={live}
        performance={performance}
        choice={choice}
        own={own.numbers}
        most={most}
      />
      {/* Said aloud also while the note itself is out of sight. */}
      <p class="visually-hidden" aria-live="polite">
        {choice.loss === undefined ? '' : lostWords(choice.loss, performance.sections)}
      </p>
      {(sale === 'open' || holding.underWay !== undefined) && (
        <PickPanel
          performance={performance}
          choice={choice}
          suggesting={suggesting}
          holding={holding}
          left={left}
          most={most}
        />
      )}
    </div>
  );
}

/** The sale, and what the seats make of it. */
function saleNow({ sale }: Performance, { free, held }: Left): SaleKind | 'all_held' {
  if (sale !== 'open' || free === undefined || Object.keys(free).length > 0) return sale;
  return held > 0 ? 'all_held' : 'sold_out';
}

interface Own {
  readonly numbers: ReadonlySet<number>;
  readonly held: Reservation | undefined;
  readonly reload: () => void;
}

/** The seats that this buyer holds or owns here. */
function useOwn(performanceId: string, map: SeatMapDocument | undefined): Own {
  const isSignedIn = session.value !== undefined;
  const { data, reload } = useResource(isSignedIn ? 'GET /v1/reservations' : undefined, {
    query: { limit: 50 },
  });
  return useMemo(() => {
    const here = (data?.reservations ?? []).filter((one) => one.performanceId === performanceId);
    const labels = new Set(here.filter(({ state }) => OWN_STATES.has(state)).flatMap(({ seats }) => seats));
    const seats = [...labels].map((label) => map?.find(label)).filter((seat) => seat !== undefined);
    const numbers = new Set(seats.map(({ number }) => number));
    return { numbers, held: here.find(({ state }) => state === 'held'), reload };
  }, [data, map, performanceId]);
}

function OwnHold({
  held,
  onOver,
}: {
  readonly held: NonNullable<Own['held']>;
  readonly onOver: () => void;
}): JSX.Element {
  return (
    <a href={`/performances/${held.performanceId}/reservations/${held.id}`} class="own-hold">
      <Icon name="clock" />
      <span class="fill">
        {t(TEXTS.mine)} · {seatCount(held.seats.length)} ·{' '}
        <Countdown until={held.expiresAt} onOver={onOver} />
      </span>
      <strong>{t(TEXTS.pay)}</strong>
    </a>
  );
}

interface HallViewProps {
  readonly map: SeatMapDocument | undefined;
  readonly live: LiveSeats;
  readonly performance: Performance;
  readonly choice: Choice;
  readonly own: ReadonlySet<number>;
  readonly most: number;
}

function HallView({ map, live, performance, choice, own, most }: HallViewProps): JSX.Element {
  const [view, setView] = useState<'map' | 'list'>('map');
  const [isFull, setFull] = useState(false);
  const toggle = (seat: MapSeat): void => {
    if (own.has(seat.number)) return;
    const isMore = !choice.numbers.has(seat.number);
    setFull(isMore && choice.numbers.size >= most);
    if (!isMore || choice.numbers.size < most) choice.toggle(seat);
  };
  // A stadium's map shows suggested seats as a few pixels until it is moved to their row.
  const suggested = useMemo(() => {
    const [one] = choice.wanted === undefined ? [] : choice.seats;
    const row = map?.seats.filter(({ section, row: name }) => section === one?.section && name === one.row);
    return row?.map(({ number }) => number) ?? [];
  }, [choice.wanted, map]);
  if (map === undefined) return <div class="hall-view hall-view-empty" aria-busy="true" />;
  const props = {
    map,
    grades: performance.grades,
    states: live.states,
    mine: own,
    selected: choice.numbers,
    onToggle: toggle,
  };
  return (
    <section class="hall-view stack-tight" aria-labelledby="hall-title">
      <h2 id="hall-title" class="visually-hidden">
        {t(TEXTS.seats)}
      </h2>
      <div class="between">
        <div class="segments" role="group" aria-label={t(TEXTS.view)}>
          {(['map', 'list'] as const).map((one) => (
            <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
              {t(TEXTS[one])}
            </button>
          ))}
        </div>
        <LiveBadge live={live} />
      </div>
      <div class="hall-seats" data-view={view}>
        {view === 'map' ? <SeatMap {...props} focus={suggested} /> : <SeatList {...props} />}
      </div>
      <p class="hall-limit" role="status">
        {isFull && choice.numbers.size >= most ? limitWords(most) : ''}
      </p>
      <Legend map={map} grades={performance.grades} states={live.states} />
    </section>
  );
}

function limitWords(most: number): string {
  return `${t(TEXTS.limit)} (${seatCount(Math.max(0, most))})`;
}

interface PickPanelProps {
  readonly performance: Performance;
  readonly choice: Choice;
  readonly suggesting: Suggesting;
  readonly holding: Holding;
  readonly left: Left;
  readonly most: number;
}

/** A sheet at the bottom of a phone, a panel beside the map on a desktop. */
function PickPanel(props: PickPanelProps): JSX.Element {
  const { performance, choice, suggesting, holding, left, most } = props;
  const [wished, setQuantity] = useState(2);
  const quantity = Math.max(1, Math.min(wished, most));
  const { underWay, isBusy, refusal, hold } = holding;
  const limit = performance.seatLimit;
  const grades: readonly GradeNow[] = performance.grades.map(({ grade, price, free }) => ({
    grade,
    price,
    free: left.free === undefined ? free : (left.free[grade] ?? 0),
  }));
  const priceOf = (grade: string): number => grades.find((one) => one.grade === grade)?.price ?? 0;
  const { seats } = choice;
  const holdChosen = (): void => hold({ seats: seats.map(({ label }) => label) });
  return (
    <PickSheet
      summary={seats.length === 0 ? t(TEXTS.best) : `${t(TEXTS.chosen)} · ${seatCount(seats.length)}`}
      action={
        seats.length > 0 && (
          <button type="button" class="button" disabled={isBusy} onClick={holdChosen}>
            {holdWords(seats.length)}
          </button>
        )
      }
      isUrgent={underWay !== undefined || refusal !== undefined || choice.loss !== undefined}
    >
      {underWay !== undefined && <UnderWay purchase={underWay} />}
      {refusal !== undefined && refusal.outcome !== 'seat_taken' && <ProblemNote problem={refusal} />}
      {suggesting.problem !== undefined && <ProblemNote problem={suggesting.problem} />}
      {limit !== null && most < 1 && underWay === undefined && (
        <ProblemNote
          problem={{ outcome: 'seat_limit_exceeded', limit, claimed: limit - most, retry: 'same' }}
        />
      )}
      {choice.loss !== undefined && (
        <LossNote
          loss={choice.loss}
          sections={performance.sections}
          isLooking={suggesting.isBusy}
          onTake={choice.takeOffer}
          onClose={choice.forgetLoss}
        />
      )}
      {choice.seats.length === 0 ? (
        <BestTogether
          grades={grades}
          quantity={quantity}
          most={most}
          isBusy={isBusy || suggesting.isBusy || most < 1}
          onQuantity={setQuantity}
          onPick={(grade) => suggesting.ask({ grade, quantity })}
        />
      ) : (
        <ChosenSeats
          seats={choice.seats}
          wanted={choice.wanted}
          sections={performance.sections}
          priceOf={priceOf}
          isBusy={isBusy}
          onRemove={choice.toggle}
          onClear={choice.clear}
          onHold={holdChosen}
        />
      )}
    </PickSheet>
  );
}
