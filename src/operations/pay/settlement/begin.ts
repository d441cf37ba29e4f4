/**
 * The first step of a payment whose money is elsewhere: `held → paying`, with its attempt. From here on the seats stay held
 * and the account's claims count until the attempt has an outcome, whatever the hold's time. The payments of a performance
 * that arrive while a transaction is in flight are decided together, in the order of their arrival.
 *
 * Statements of a group: begin, read, take, commit, whatever its size, in three round trips.
 */
import type { Connection, Transaction } from '../../../db/database.ts';
import type { RowOf } from '../../../db/statement.ts';
import { statement } from '../../../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../../../domain/outcomes.ts';
import { refuse } from '../../../domain/outcomes.ts';
import { answeredBy, CountsDiffer, groupedStrategy } from '../../groups/group-strategy.ts';
import type { Answered, GroupedOperation, GroupState } from '../../groups/group-strategy.ts';
import type { Wait } from '../../groups/scheduler.ts';
import type { Strategy } from '../../strategy.ts';
import { isAllTaken, TAKEN_COLUMNS, TAKEN_SQL, takeHeldSql } from '../grouped/take-held.ts';
import {
  FIND_LOCKED_COLUMNS,
  FIND_LOCKED_PARAMS,
  LIMITS_PASSED_OVER_SQL,
  LOCK_FREE_SQL,
  lockedRows,
  PASSED_OVER_SQL,
} from '../locked-rows.ts';
import type { PayCommand } from '../pay.ts';
import type { Attempt } from './attempt.ts';
import { PROVIDER, TAKE_OVER_SECONDS } from './live-attempts.ts';

/** An attempt in flight: a new one, or the one that this very request began before. */
export interface Begun extends Outcome {
  readonly outcome: 'begun';
  readonly attempt: Attempt;
  readonly seats: readonly number[];
}

/** Why no attempt began, in the refusal order; before it is the answer, the account's side must be asked for the key. */
export type BeginRefusal =
  | Refusal<'not_found' | 'idempotency_key_reused' | 'hold_expired' | 'reservation_not_payable'>
  | Unsettled;

const readReservations = statement({
  name: 'pay_begin_read',
  group: 'performance',
  params: ['text', 'uuid[]'],
  columns: {
    reservation_id: 'uuid',
    account_id: 'text',
    state: 'text',
    expired: 'boolean',
    version: 'integer',
    amount: 'bigint',
    seat_ids: 'integer[]',
    attempt: 'integer',
    key: 'text?',
    request_hash: 'bytea?',
  },
  text: `
    select
      r.reservation_id,
      r.account_id::text as account_id,
      r.state::text as state,
      r.state = 'expired' or r.state = 'held' and r.expires_at <= clock_timestamp() as expired,
      r.version,
      r.amount,
      r.seat_ids,
      coalesce(a.attempt, 0)::integer as attempt,
      a.key::text as key,
      a.request_hash
    from reservation as r
    left join lateral (
      select a.attempt, a.key, a.request_hash
      from payment_attempt as a
      where a.performance_id = $1 and a.reservation_id = r.reservation_id
      order by a.attempt desc
      limit 1
    ) as a on true
    where r.performance_id = $1 and r.reservation_id = any($2)`,
});
type ReservationRow = RowOf<(typeof readReservations)['columns']>;

const findLocked = statement({
  name: 'pay_begin_find_locked',
  group: 'performance',
  writes: true,
  params: FIND_LOCKED_PARAMS,
  columns: FIND_LOCKED_COLUMNS,
  text: `
    with ${LOCK_FREE_SQL}
    select
      ${PASSED_OVER_SQL},
      array(${LIMITS_PASSED_OVER_SQL}) as accounts`,
});

// A duplicate drives its own attempt on; the settler does, once nobody has for a while.
const beginAll = statement({
  name: 'pay_begin_write',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid[]', 'integer[]', 'integer[]', 'text[]', 'bytea[]'],
  columns: { attempts: 'integer', ...TAKEN_COLUMNS },
  text: `
    with begun as materialized (
      select clock_timestamp() as at
    ), ${takeHeldSql({ state: 'paying', seatSql: "held_until = 'infinity'" })}, attempted as (
      insert into payment_attempt (
        performance_id, reservation_id, attempt, account_id, kind, provider, amount, key, request_hash, started_at,
        leased_until
      )
      select
        $1, a.reservation_id, w.attempt, a.account_id, 'payment', '${PROVIDER}', a.amount, w.key, w.request_hash, b.at,
        b.at + interval '${TAKE_OVER_SECONDS} s'
      from unnest($2::uuid[], $4::integer[], $5::text[], $6::bytea[]) as w (reservation_id, attempt, key, request_hash)
      join alive as a on a.reservation_id = w.reservation_id
      cross join begun as b
      returning 1
    )
    select (select count(*) from attempted)::integer as attempts, ${TAKEN_SQL.trim()}`,
});

interface BeginState extends GroupState<PayCommand> {
  readonly performanceId: string;
  readonly reservations: ReadonlyMap<string, ReservationRow>;
  /** The reservations that members of this group have begun to pay. */
  readonly begunNow: Set<string>;
}

interface Winner {
  readonly command: PayCommand;
  readonly reservation: ReservationRow;
  readonly begun: Begun;
}

async function read(tx: Transaction, commands: readonly PayCommand[], wait: Wait): Promise<BeginState> {
  const performanceId = commands[0]!.performanceId;
  const ids = [...new Set(commands.map((command) => command.reservationId))].sort();
  const rows = await tx.run(readReservations, [performanceId, ids]);
  const reservations = new Map(rows.map((row) => [row.reservation_id, row]));
  const isLocked = wait === 'not' ? await lockedRows(tx, findLocked, performanceId, rows) : undefined;
  return {
    performanceId,
    reservations,
    begunNow: new Set(),
    isLockedOut: (command) => isLocked?.(command, reservations.get(command.reservationId)) === true,
  };
}

function win({ reservations, begunNow }: BeginState, command: PayCommand): Winner | undefined {
  const reservation = reservations.get(command.reservationId);
  if (reservation === undefined || reservation.account_id !== command.accountId) return undefined;
  if (reservation.state !== 'held' || reservation.expired) return undefined;
  if (begunNow.has(command.reservationId)) return undefined;
  begunNow.add(command.reservationId);
  return { command, reservation, begun: begunOf(command, reservation, reservation.attempt + 1) };
}

function begunOf(command: PayCommand, reservation: ReservationRow, attempt: number): Begun {
  const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
  const { amount, seat_ids: seats } = reservation;
  return {
    outcome: 'begun',
    seats,
    attempt: {
      performanceId,
      reservationId,
      attempt,
      accountId,
      kind: 'payment',
      amount,
      idempotencyKey,
      requestHash,
      part: 0,
      seats: [],
    },
  };
}

/** Why a member lost, in the refusal order. */
function reason(command: PayCommand, { reservations, begunNow }: BeginState): Begun | BeginRefusal {
  const reservation = reservations.get(command.reservationId);
  if (reservation === undefined || reservation.account_id !== command.accountId) {
    return refuse('not_found', { what: 'reservation' });
  }
  if (reservation.state === 'paying' && reservation.key === command.idempotencyKey) {
    return reservation.request_hash?.equals(command.requestHash) === true
      ? begunOf(command, reservation, reservation.attempt)
      : refuse('idempotency_key_reused');
  }
  if (reservation.expired) return refuse('hold_expired');
  const state = begunNow.has(command.reservationId) ? 'paying' : reservation.state;
  return state === 'paying' || state === 'held'
    ? refuse('contended', { cause: 'paying' })
    : refuse('reservation_not_payable', { state });
}

async function write(
  tx: Transaction,
  winners: readonly Winner[],
  { performanceId }: BeginState,
): Promise<ReadonlyMap<string, Answered<PayCommand, Begun>>> {
  const [taken] = await tx.run(beginAll, [
    performanceId,
    winners.map(({ reservation }) => reservation.reservation_id),
    winners.map(({ reservation }) => reservation.version),
    winners.map(({ begun }) => begun.attempt.attempt),
    winners.map(({ command }) => command.idempotencyKey),
    winners.map(({ command }) => command.requestHash),
  ]);
  const wanted = winners.map(({ reservation }) => reservation);
  if (!isAllTaken(taken, wanted) || taken.attempts !== winners.length) throw new CountsDiffer();
  tx.noteXid(taken.xid);
  return new Map(
    winners.map(({ command, begun }) => [keyOf(command), answeredBy(command.requestHash, () => begun)]),
  );
}

function keyOf(command: PayCommand): string {
  return `${command.accountId} ${command.idempotencyKey}`;
}

/** The last attempt, if this very request began it: it may be over, and driving it on only reads what became of it. */
async function findBegun(connection: Connection, command: PayCommand): Promise<Begun | undefined> {
  const { performanceId, reservationId } = command;
  const [reservation] = await connection.read(readReservations, [performanceId, [reservationId]]);
  if (reservation === undefined || reservation.account_id !== command.accountId) return undefined;
  const isOwn =
    reservation.key === command.idempotencyKey &&
    reservation.request_hash?.equals(command.requestHash) === true;
  return isOwn ? begunOf(command, reservation, reservation.attempt) : undefined;
}

const operation: GroupedOperation<PayCommand, Begun, BeginRefusal, BeginState, Winner> = {
  shardOf: (command) => command.performanceId,
  rowsOf: (command) => [command.reservationId, command.accountId],
  keyOf,
  read,
  // The key is on the attempt, which `read` has read.
  findAnswered: async () => new Map(),
  win,
  explain: async (_, __, state) => (command) => reason(command, state),
  write,
  replay: findBegun,
};

/** Begins payments, in groups. */
export const beginPayment: Strategy<PayCommand, Begun, BeginRefusal> = groupedStrategy(
  { contention: 'one-wins-rest-retry', meanwhile: 'works-too', detects: 'version' },
  'pay: between read and write',
  () => operation,
);
