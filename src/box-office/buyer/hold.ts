/** Holds seats by label, or seats that the engine chooses. */
import { chooseSeats } from '../../catalogue/best-available/chooser.ts';
import type { SeatChoice } from '../../catalogue/best-available/chooser.ts';
import type { SeatMap } from '../../catalogue/seat-map/seat-map.ts';
import { requestHashOf, reservationIdOf } from '../../domain/ids.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import { findHold, holdRefusal, NOTHING_IN_THE_WAY } from '../../operations/hold/hold.ts';
import type {
  Held,
  HoldCommand,
  HoldOutcome,
  HoldRefusal as OperationRefusal,
} from '../../operations/hold/hold.ts';
import { reading, seatMapOf } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { brokenRuleIn, faultInSeats, SEATS_PER_HOLD_MAX } from '../input-rules.ts';

export interface HoldRequest {
  readonly performanceId: string;
  readonly accountId: string;
  /** Labels as the seat map gives them, without repeats, at most `SEATS_PER_HOLD_MAX`. */
  readonly seats: readonly string[];
  /** Unique per account and performance; the same request with the same key has one effect and one answer. */
  readonly idempotencyKey: string;
}

export interface BestAvailableRequest extends Omit<HoldRequest, 'seats'> {
  readonly grade: string;
  readonly quantity: number;
}

/** The refusals of a hold: the operation's, with seats by label, and `invalid_request`. */
export type HoldRefusal = Refusal<OperationRefusal['outcome'] | 'invalid_request', string>;
export type BestAvailableRefusal = Refusal<HoldRefusal['outcome'] | 'seats_unavailable', string>;

/** The outcome of choosing and holding, with seats by number. */
type ChoiceOutcome = HoldOutcome | Refusal<'seats_unavailable'>;

/** The reservation as it was made, with seats by label. */
export interface HeldSeats extends Omit<Held, 'seats'> {
  readonly seats: readonly string[];
}

/** Chosen seats may be taken a moment later; after this many choices the answer is `contended`. */
const CHOICES_MAX = 5;

/**
 * Holds the named seats, all or none. Refusals: `invalid_request` and those of `HoldOutcome`, with
 * `not_found` also for a label that is not on the map.
 */
export async function holdSeats(
  context: BoxOfficeContext,
  request: HoldRequest,
): Promise<HeldSeats | HoldRefusal> {
  const fault = brokenRuleIn(request) ?? faultInSeats(request.seats);
  if (fault !== undefined) return fault;
  const map = await seatMapOf(context, request.performanceId, request.seats);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(map)) return map;
  const unknown = request.seats.filter((label) => map.numberOf(label) === undefined);
  if (unknown.length > 0) return refuse<'not_found', string>('not_found', { what: 'seat', seats: unknown });
  const seats = request.seats.map((label) => map.numberOf(label)!).sort((a, b) => a - b);
  const command = commandOf(request, seats, requestHashOf('hold', ...seats));
  return withLabels(await context.strategies.hold.execute(command), map);
}

/**
 * Chooses adjacent seats of a grade and holds them. Refusals: as `holdSeats`, with `not_found` for a grade
 * that the performance lacks, and `seats_unavailable` when no such seats are left together.
 */
export async function holdBestAvailable(
  context: BoxOfficeContext,
  request: BestAvailableRequest,
): Promise<HeldSeats | BestAvailableRefusal> {
  const fault = brokenRuleIn(request) ?? faultInQuantity(request.quantity);
  if (fault !== undefined) return fault;
  const map = await seatMapOf(context, request.performanceId);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(map)) return map;
  const command = commandOf(request, [], requestHashOf('best-available', request.grade, request.quantity));
  const outcome = await chooseAndHold(context, map, request, command);
  return withLabels(outcome, map);
}

async function chooseAndHold(
  context: BoxOfficeContext,
  map: SeatMap,
  request: BestAvailableRequest,
  command: HoldCommand,
): Promise<ChoiceOutcome> {
  // A request that already has its seats must not choose again: it would find others, or none.
  const earlier = await reading(context, (connection) => findHold(connection, command));
  if (earlier !== undefined) return earlier;
  if (!map.grades.some(({ grade }) => grade === request.grade)) return refuse('not_found', { what: 'grade' });
  const avoid = new Set<number>();
  for (let choice = 0; choice < CHOICES_MAX; choice += 1) {
    const { accountId, grade, quantity } = request;
    const seats = await choose(context, map, { accountId, grade, quantity, avoid });
    if (seats !== undefined && isRefusal(seats)) return seats;
    if (seats === undefined) return refusedChoice(context, command, choice);
    const outcome = await context.strategies.hold.execute({ ...command, seats });
    if (outcome.outcome !== 'seat_taken' && outcome.outcome !== 'contended') return outcome;
    for (const seat of seats) avoid.add(seat);
  }
  return refuse('contended', { cause: 'retries' });
}

/**
 * Looks near the account's place. Before reading the rest of the grade, it asks whether long enough runs are
 * left at all: when the grade is sold out, a crowd shares that answer.
 */
async function choose(
  context: BoxOfficeContext,
  map: SeatMap,
  choice: SeatChoice,
): Promise<readonly number[] | undefined | ReadRefusal> {
  const look = (isFirstLook: boolean): Promise<readonly number[] | undefined | ReadRefusal> =>
    reading(context, (connection) => chooseSeats(connection, map, { ...choice, isFirstLook }));
  const near = await look(true);
  if (near !== undefined) return near;
  const longest = await context.longestFreeRun(map.performanceId, choice.grade);
  if (typeof longest !== 'number') return longest;
  return longest < choice.quantity ? undefined : look(false);
}

/**
 * The answer when no seats were found: the key's own reservation, then what refuses any hold, then the seats.
 */
async function refusedChoice(
  context: BoxOfficeContext,
  command: HoldCommand,
  choice: number,
): Promise<ChoiceOutcome> {
  const outcome = await reading(context, (connection) => holdRefusal(connection, command));
  if (outcome.outcome !== 'contended' || outcome.cause !== NOTHING_IN_THE_WAY) return outcome;
  // It passed over seats being taken, which may become free: only a first choice that finds none is final.
  return choice === 0 ? refuse('seats_unavailable') : refuse('contended', { cause: 'retries' });
}

function commandOf(
  request: Omit<HoldRequest, 'seats'>,
  seats: readonly number[],
  requestHash: Buffer,
): HoldCommand {
  const { performanceId, accountId, idempotencyKey } = request;
  const reservationId = reservationIdOf(performanceId, accountId, idempotencyKey);
  return { performanceId, accountId, seats, reservationId, requestHash };
}

function faultInQuantity(quantity: number): Refusal<'invalid_request'> | undefined {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= SEATS_PER_HOLD_MAX
    ? undefined
    : refuse('invalid_request', { detail: `quantity: a whole number from 1 to ${SEATS_PER_HOLD_MAX}` });
}

function withLabels<Code extends HoldRefusal['outcome'] | 'seats_unavailable'>(
  outcome: Held | Refusal<Code>,
  map: SeatMap,
): HeldSeats | Refusal<Code, string> {
  const { seats } = outcome as { readonly seats?: readonly number[] };
  const labelled =
    seats === undefined ? outcome : { ...outcome, seats: seats.map((seat) => map.labelOf(seat)) };
  return labelled as HeldSeats | Refusal<Code, string>;
}
