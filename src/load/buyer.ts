/** What one buyer of the crowd wants and does. */
import type { ServiceAnswer, ServiceRequest } from './http-client.ts';
import type { Random } from './random.ts';
import type { RetryingClient } from './retrying-client.ts';

/** What the crowd wants tickets for. */
export interface CrowdTarget {
  readonly performanceId: string;
  /** Grades with free seats, the dearest first. */
  readonly grades: readonly [GradeOnSale, ...GradeOnSale[]];
  /** Seats per account, or null. */
  readonly seatLimit: number | null;
  /** The seats that everyone wants, neighbours side by side. */
  readonly popularSeats: readonly PopularSeat[];
}

export interface GradeOnSale {
  readonly grade: string;
  /** Minor units. */
  readonly price: number;
}

export interface PopularSeat {
  readonly label: string;
  /** Seats of one row are neighbours. */
  readonly row: string;
}

export interface Buyer {
  readonly accountId: string;
  readonly token: string;
  readonly random: Random;
}

/** How one buyer ended. */
export interface BuyerOutcome {
  readonly end: 'bought' | 'refunded' | 'released' | 'abandoned' | 'without ticket' | 'unknown';
  readonly seats: number;
  /** Minor units that were paid and kept. */
  readonly paid: number;
}

/** Shares of the crowd. */
const POPULAR_SHARE = 0.4;
const POOR_SHARE = 0.05;
const ABANDON_SHARE = 0.06;
const RELEASE_SHARE = 0.06;
const REFUND_SHARE = 0.08;
const POPULAR_TRIES = 3;

const QUANTITIES = [1, 1, 1, 2, 2, 2, 2, 3, 3, 4] as const;

export interface BuyerPlan {
  readonly quantity: number;
  /** Labels of popular seats to try, one group after the other; empty when the buyer takes what is best available. */
  readonly popular: readonly (readonly string[])[];
  /** Grades in the order in which the buyer asks for what is best available. */
  readonly grades: readonly string[];
  /** Minor units that the buyer brings along. */
  readonly budget: number;
  readonly afterHold: 'pay' | 'release' | 'abandon';
  readonly refunds: boolean;
}

/** Everything is drawn before anything is asked, so that the same seed wants the same whatever others do meanwhile. */
export function planOf(random: Random, { grades, seatLimit, popularSeats }: CrowdTarget): BuyerPlan {
  const quantity = Math.min(random.pick(QUANTITIES), seatLimit ?? Number.POSITIVE_INFINITY);
  const isPopular = random.chance(POPULAR_SHARE);
  const tries = Array.from({ length: POPULAR_TRIES }, () =>
    neighbours(popularSeats, quantity, random.next()),
  );
  const first = Math.floor(random.next() * grades.length);
  const dearest = grades[0].price * quantity;
  const isPoor = random.chance(POOR_SHARE);
  const fate = random.next();
  return {
    quantity,
    popular: isPopular ? tries.filter((seats) => seats.length > 0) : [],
    grades: [...grades.slice(first), ...grades.slice(0, first)].map(({ grade }) => grade),
    budget: Math.max(1, isPoor ? Math.floor(grades[0].price / 3) : dearest),
    afterHold: fate < ABANDON_SHARE ? 'abandon' : fate < ABANDON_SHARE + RELEASE_SHARE ? 'release' : 'pay',
    refunds: random.chance(REFUND_SHARE),
  };
}

/** So many seats of one row, from about this place in the list; none when that place has no such row. */
function neighbours(seats: readonly PopularSeat[], quantity: number, place: number): readonly string[] {
  const start = Math.floor(place * Math.max(1, seats.length - quantity + 1));
  const group = seats.slice(start, start + quantity);
  return group.length === quantity && group.every(({ row }) => row === group[0]?.row)
    ? group.map(({ label }) => label)
    : [];
}

/** Puts the buyer's money into its wallet. */
export async function topUp(
  { accountId, token }: Buyer,
  { budget }: BuyerPlan,
  client: RetryingClient,
): Promise<void> {
  await client.ask(
    { op: 'topUp', accountId, key: 'top-up-1', amount: budget },
    { method: 'POST', path: '/v1/wallet/top-ups', token, key: 'top-up-1', body: { amount: budget } },
  );
}

/** Holds, and then pays or does not. Throws `CrowdStopped`. */
export async function buy(
  buyer: Buyer,
  plan: BuyerPlan,
  target: CrowdTarget,
  client: RetryingClient,
): Promise<BuyerOutcome> {
  const held = await holdAny(buyer, plan, target, client);
  if (held === undefined || held.refusal !== undefined)
    return ended(held === undefined ? 'unknown' : 'without ticket');
  const reservation = reservationOf(buyer, target, held);
  if (plan.afterHold === 'abandon') return ended('abandoned');
  if (plan.afterHold === 'release') return release(reservation, client);
  const paid = await client.ask(...reservation.posting('pay', 'payment'));
  // A buyer that can't pay releases the seats.
  if (paid?.refusal === 'insufficient_balance') return release(reservation, client);
  if (paid === undefined || paid.refusal !== undefined)
    return ended(paid === undefined ? 'unknown' : 'without ticket');
  if (plan.refunds) {
    const refunded = await client.ask(...reservation.posting('refund', 'refund'));
    if (refunded?.refusal === undefined) return ended(refunded === undefined ? 'unknown' : 'refunded');
  }
  return { end: 'bought', seats: reservation.seats, paid: reservation.amount };
}

function ended(end: BuyerOutcome['end']): BuyerOutcome {
  return { end, seats: 0, paid: 0 };
}

/** Tries the plan, step by step more modest, until something is held; the last answer otherwise. */
async function holdAny(
  { accountId, token }: Buyer,
  plan: BuyerPlan,
  { performanceId }: CrowdTarget,
  client: RetryingClient,
): Promise<ServiceAnswer | undefined> {
  const modest = plan.quantity > 1 ? [{ grade: plan.grades[0] ?? '', quantity: 1 }] : [];
  const bodies = [
    ...plan.popular.map((seats) => ({ seats })),
    ...plan.grades.map((grade) => ({ bestAvailable: { grade, quantity: plan.quantity } })),
    ...modest.map((bestAvailable) => ({ bestAvailable })),
  ];
  const path = `/v1/performances/${performanceId}/reservations`;
  let answer: ServiceAnswer | undefined;
  for (const [index, body] of bodies.entries()) {
    const key = `hold-${index + 1}`;
    const seats = 'seats' in body ? { seats: body.seats } : {};
    answer = await client.ask(
      { op: 'hold', accountId, key, performanceId, ...seats },
      { method: 'POST', path, token, key, body },
    );
    const isTaken = answer?.refusal === 'seat_taken' || answer?.refusal === 'seats_unavailable';
    if (!isTaken) return answer;
  }
  return answer;
}

interface HeldReservation {
  readonly seats: number;
  readonly amount: number;
  posting(op: 'pay' | 'refund', what: string): Parameters<RetryingClient['ask']>;
  readonly releasing: Parameters<RetryingClient['ask']>;
}

function reservationOf(
  { accountId, token }: Buyer,
  { performanceId }: CrowdTarget,
  held: ServiceAnswer,
): HeldReservation {
  const { id, seats, amount } = held.body as { id: string; seats: readonly string[]; amount: number };
  const path = `/v1/performances/${performanceId}/reservations/${id}`;
  const named = { accountId, performanceId, reservationId: id };
  const removal: ServiceRequest = { method: 'DELETE', path, token };
  return {
    seats: seats.length,
    amount,
    posting: (op, what) => {
      const key = `${op}-1`;
      return [
        { op, ...named, key },
        { method: 'POST', path: `${path}/${what}`, token, key },
      ];
    },
    releasing: [{ op: 'release', ...named }, removal],
  };
}

async function release({ releasing }: HeldReservation, client: RetryingClient): Promise<BuyerOutcome> {
  const answer = await client.ask(...releasing);
  return ended(answer === undefined ? 'unknown' : 'released');
}
