/** Holds seats by label, or seats that the engine chooses. */
import type { SeatMap } from '../../catalogue/seat-map/seat-map.ts';
import type { Database } from '../../db/database.ts';
import { requestHashOf, reservationIdOf } from '../../domain/ids.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { asReplay, isRefusal, refuse } from '../../domain/outcomes.ts';
import { inBatches } from '../../lib/batches.ts';
import type { Read } from '../../operations/durability.ts';
import { behind } from '../../operations/durability.ts';
import { forgive } from '../../operations/hold/forgive.ts';
import { findHolds, holdRefusal, NOTHING_IN_THE_WAY } from '../../operations/hold/hold.ts';
import type {
  EarlierHold,
  Held,
  HoldCommand,
  HoldOutcome,
  HoldRefusal as OperationRefusal,
} from '../../operations/hold/hold.ts';
import { asking, reading, seatMapOf } from '../context.ts';
import type { BoxOfficeContext } from '../context.ts';
import type { Bytes } from '../../lib/bytes.ts';
import { faultInSeats, SEATS_PER_HOLD_MAX } from '../input-rules.ts';
import type { NoSeats } from './best-seats.ts';
import type { Claim } from './free-seats.ts';

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

/** Chosen seats may be taken a moment later; after this many lost holds the answer is `contended`. */
const CHOICES_MAX = 5;

/**
 * Holds the named seats, all or none. Refusals: `invalid_request` and those of `HoldOutcome`, with
 * `not_found` also for a label that is not on the map.
 */
export async function holdSeats(
  context: BoxOfficeContext,
  request: HoldRequest,
): Promise<HeldSeats | HoldRefusal> {
  const fault = faultInSeats(request.seats);
  if (fault !== undefined) return fault;
  const map = await seatMapOf(context, request.performanceId, request.seats);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(map)) return map;
  const unknown = request.seats.filter((label) => map.numberOf(label) === undefined);
  if (unknown.length > 0) return refuse<'not_found', string>('not_found', { what: 'seat', seats: unknown });
  const seats = request.seats.map((label) => map.numberOf(label)!).sort((a, b) => a - b);
  const command = commandOf(request, seats, requestHashOf('hold', ...seats));
  return withLabels(await executeHold(context, command), map);
}

/**
 * Chooses adjacent seats of a grade and holds them. Refusals: as `holdSeats`, with `not_found` for a grade
 * that the performance lacks, and `seats_unavailable` when no such seats are left together.
 */
export async function holdBestAvailable(
  context: BoxOfficeContext,
  request: BestAvailableRequest,
): Promise<HeldSeats | BestAvailableRefusal> {
  const fault = faultInQuantity(request.quantity);
  if (fault !== undefined) return fault;
  const map = await seatMapOf(context, request.performanceId);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if (isRefusal(map)) return map;
  const command = commandOf(request, [], requestHashOf('best-available', request.grade, request.quantity));
  const outcome = await chooseAndHold(context, map, request, command);
  return withLabels(outcome, map);
}

/** Requests whose keys are looked up together. */
const LOOK_UP_MAX = 256;

/** Finds out what requests have made before: those of one moment share a reading. */
export function earlierHolds(database: Database): (command: HoldCommand) => Promise<Read<EarlierHold>> {
  const find = inBatches<HoldCommand, Read<EarlierHold>>(LOOK_UP_MAX, (performanceId, commands) =>
    database.connect(async (connection) => {
      const answerOf = await findHolds(connection, performanceId, commands);
      return (command) => ({ answer: answerOf(command), server: connection.server });
    }),
  );
  return (command) => find(command.performanceId, command);
}

async function chooseAndHold(
  context: BoxOfficeContext,
  map: SeatMap,
  { accountId, grade, quantity }: BestAvailableRequest,
  command: HoldCommand,
): Promise<ChoiceOutcome> {
  // A request that already has its seats must not choose again: it would find others, or none.
  const earlier = await earlierOf(context, command);
  if (earlier !== undefined) return earlier;
  if (!map.grades.some((known) => known.grade === grade)) return refuse('not_found', { what: 'grade' });
  const avoid = new Set<number>();
  for (let choice = 0; choice < CHOICES_MAX; choice += 1) {
    const claim = await asking(() => context.bestSeats.claim({ map, accountId, grade, quantity, avoid }));
    if (typeof claim === 'string') return refusedChoice(context, command, claim);
    if ('outcome' in claim) return claim;
    const outcome = await holdClaim(context, command, claim);
    if (outcome.outcome !== 'seat_taken' && outcome.outcome !== 'contended') return outcome;
    for (const seat of claim.seats) avoid.add(seat);
  }
  return refuse('contended', { cause: 'retries' });
}

async function holdClaim(
  context: BoxOfficeContext,
  command: HoldCommand,
  claim: Claim,
): Promise<HoldOutcome> {
  let outcome: HoldOutcome | undefined;
  try {
    outcome = await executeHold(context, { ...command, seats: claim.seats });
    return outcome;
  } finally {
    settle(claim, outcome);
  }
}

/** Holds by the strategy, within the account's budget of unpaid holds; what was not its fault is forgiven. */
async function executeHold(context: BoxOfficeContext, command: HoldCommand): Promise<HoldOutcome> {
  const { strategies, unpaidHolds, deadline } = context;
  const overspent = unpaidHolds.refusalOf(command.accountId);
  // What the key has made before comes before any refusal.
  if (overspent !== undefined) return (await earlierOf(context, command)) ?? overspent;
  let outcome = await strategies.hold.execute(command, { deadline });
  if (outcome.outcome === 'hold_budget_exceeded' && (await forgiveExcused(context, command))) {
    outcome = await strategies.hold.execute(command, { deadline });
  }
  if (outcome.outcome === 'held' && outcome.replayed !== true)
    unpaidHolds.held(command, outcome.seats.length);
  return outcome;
}

async function earlierOf(context: BoxOfficeContext, command: HoldCommand): Promise<HoldOutcome | undefined> {
  const earlier = await asking(() => context.earlierHold(command));
  if ('outcome' in earlier) return earlier;
  const { answer, server } = earlier;
  if (answer === undefined) return undefined;
  return behind(context.barrier, { answer: asReplay(answer), server }, context.deadline);
}

/** Forgives the holds whose payments failed by the service's fault; false when there are none, or the database is away. */
async function forgiveExcused(context: BoxOfficeContext, command: HoldCommand): Promise<boolean> {
  const { performanceId, accountId } = command;
  const reservationIds = context.unpaidHolds.takeExcused(command);
  if (reservationIds.length === 0) return false;
  const failed = await asking(() => forgive(context.database, { performanceId, accountId, reservationIds }));
  return failed === undefined;
}

/** Tells the other buyers of best seats what has become of the claimed ones. */
function settle(claim: Claim, outcome: HoldOutcome | undefined): void {
  switch (outcome?.outcome) {
    case 'held':
      // A duplicate's answer has the seats that its first request got.
      if (String(outcome.seats) === String(claim.seats)) claim.held();
      else claim.lost([]);
      break;
    case 'seat_taken':
    case 'contended':
    case 'outcome_unknown':
      claim.lost(claim.seats);
      break;
    default:
      claim.lost([]);
  }
}

/**
 * The answer when no seats were found: the key's own reservation, then what refuses any hold, then the seats.
 */
async function refusedChoice(
  context: BoxOfficeContext,
  command: HoldCommand,
  reason: NoSeats,
): Promise<ChoiceOutcome> {
  let server = '';
  const found = await reading(context, (connection) => {
    server = connection.server;
    return holdRefusal(connection, command);
  });
  const outcome = asReplay(found);
  if (outcome.outcome !== 'contended' || outcome.cause !== NOTHING_IN_THE_WAY) {
    return behind(context.barrier, { answer: outcome, server }, context.deadline);
  }
  return reason === 'none' ? refuse('seats_unavailable') : refuse('contended', { cause: 'retries' });
}

function commandOf(
  request: Omit<HoldRequest, 'seats'>,
  seats: readonly number[],
  requestHash: Bytes,
): HoldCommand {
  const { performanceId, accountId, idempotencyKey } = request;
  const reservationId = reservationIdOf(performanceId, accountId, idempotencyKey);
  return { performanceId, accountId, seats, reservationId, requestHash };
}

export function faultInQuantity(quantity: number): Refusal<'invalid_request'> | undefined {
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
