/** One buyer of the crowd: what it wants and does. */
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
  /** The seats that everyone wants, in the order of their rows. */
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

export interface BuyerOutcome {
  readonly end: 'bought' | 'refunded' | 'released' | 'abandoned' | 'without ticket' | 'unknown';
  readonly seats: number;
  /** Minor units, of seats that were not refunded. */
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
  /** Groups of popular seats to try in turn; empty for a buyer who takes the best available. */
  readonly popular: readonly (readonly string[])[];
  /** Grades in the order in which the buyer requests the best available seats. */
  readonly grades: readonly string[];
  /** Minor units that the buyer tops up. */
  readonly budget: number;
  readonly afterHold: 'pay' | 'release' | 'abandon';
  readonly refunds: boolean;
}

/**
 * Draws everything before the first request, so that the same seed gives the same plan whatever others do.
 */
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

/** Neighbouring seats of one row, from about this place (0 to 1) in the list; none where the row ends. */
function neighbours(seats: readonly PopularSeat[], quantity: number, place: number): readonly string[] {
  const start = Math.floor(place * Math.max(1, seats.length - quantity + 1));
  const group = seats.slice(start, start + quantity);
  return group.length === quantity && group.every(({ row }) => row === group[0]?.row)
    ? group.map(({ label }) => label)
    : [];
}

/** Tops up the buyer's wallet. */
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

/** Holds seats, then pays, releases or abandons them. Throws `CrowdStopped`. */
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

/** Tries ever more modest requests until one is not refused for taken seats. Returns the last answer. */
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
