/**
 * Holding seats for a while: of many requests for one seat, all but the first should fail at once (analysis,
 * D4).
 *
 * This file has the contract and what every strategy shares: the record of a hold (the account's limit row
 * and the reservation) and the search for the reason of a refusal. How the seats themselves are claimed, and
 * how that is guarded, is each strategy's own file.
 *
 * Locks are taken in the lock order: seats by number, then the limit row. The reservation comes last although
 * the lock order begins with it: it is a new row that only a duplicate of this request can wait for, and
 * written last it costs a loser nothing (docs/decisions/0002).
 */
import type { Connection, Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { ReservationState } from '../../domain/states.ts';
import { oneByOne } from '../settle.ts';
import type { Core } from '../settle.ts';
import type { Declaration, Strategy } from '../strategy.ts';
import type { Bytes } from '../../lib/bytes.ts';

export interface HoldCommand {
  readonly performanceId: string;
  readonly accountId: string;
  /** Seat numbers in ascending order, each once. */
  readonly seats: readonly number[];
  /** Derived from performance, account and idempotency key: see `reservationIdOf`. */
  readonly reservationId: string;
  readonly requestHash: Bytes;
}

/**
 * The reservation as it was made: a replay says the same after expiry, release or refund. Only its `state` is
 * as it is now, so that nobody pays what is gone.
 */
export interface Held extends Outcome {
  readonly outcome: 'held';
  readonly performanceId: string;
  readonly reservationId: string;
  readonly seats: readonly number[];
  /** Minor units, fixed now. */
  readonly amount: number;
  readonly expiresAt: Date;
  readonly state: ReservationState;
}

export type HoldRefusal =
  | Refusal<
      | 'not_found'
      | 'idempotency_key_reused'
      | 'sales_closed'
      | 'seat_taken'
      | 'seat_limit_exceeded'
      | 'hold_budget_exceeded'
    >
  | Unsettled;
export type HoldOutcome = Held | HoldRefusal;
export type HoldStrategy = Strategy<HoldCommand, Held, HoldRefusal>;

/** Completes an attempt to a strategy; undefined from it means that it lost and its transaction changed nothing. */
export function holdStrategy(
  declaration: Declaration,
  attempt: Core<HoldCommand, Held, HoldRefusal>['attempt'],
): HoldStrategy {
  return oneByOne<HoldCommand, Held, HoldRefusal>(declaration, {
    attempt,
    refuseWith: holdRefusal,
    replay: findHold,
  });
}

const readSeats = statement({
  name: 'hold_read_versions',
  group: 'performance',
  params: ['text', 'integer[]'],
  columns: { version: 'integer', free: 'boolean' },
  text: `
    select
      s.version,
      s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp() as free
    from seat as s
    where s.performance_id = $1 and s.seat_number = any($2)
    order by s.seat_number`,
});

/**
 * Reads the seats' versions without a lock, in the order of the command; undefined when one is missing or
 * taken: such a hold is lost already, and going on would only wait for the row.
 */
export async function readVersions(
  tx: Transaction,
  command: HoldCommand,
): Promise<readonly number[] | undefined> {
  const seen = await tx.run(readSeats, [command.performanceId, command.seats]);
  const lost = seen.length !== command.seats.length || seen.some((seat) => !seat.free);
  return lost ? undefined : seen.map((seat) => seat.version);
}

/** A seat that a strategy's statement has claimed in this transaction. */
export interface ClaimedSeat {
  readonly seat_number: number;
  readonly price: number;
  readonly held_until: Date;
}

// The sale is read after the seats were locked: after a close has committed, nothing is held.
const takeSeats = statement({
  name: 'hold_take_locked',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]'],
  columns: { seat_number: 'integer', price: 'bigint', held_until: 'timestamp with time zone' },
  text: `
    with expiry as materialized (
      select date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => p.hold_seconds) as held_until
      from performance as p
      where p.performance_id = $1
        and p.sale_state = 'open'
        and p.sale_opens_at <= clock_timestamp()
        and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null)
    )
    update seat as s
    set state = 'held',
        version = s.version + 1,
        price = s.list_price,
        reservation_id = $2,
        held_until = e.held_until,
        changed_by = pg_current_xact_id()
    from expiry as e
    where s.performance_id = $1 and s.seat_number = any($3)
    returning s.seat_number, s.price, s.held_until`,
});

/**
 * Takes seats that this transaction has locked and found free (or, serializable, that only it can have
 * changed); none when the sale is not open.
 */
export function takeLockedSeats(tx: Transaction, command: HoldCommand): Promise<readonly ClaimedSeat[]> {
  return tx.run(takeSeats, [command.performanceId, command.reservationId, command.seats]);
}

// The limit is counted in the row that is written, never by counting reservations: a count can't see the rows
// that other transactions are about to commit. Where the performance has no limit there is no limit row.
const recordHold = statement({
  name: 'hold_record',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text', 'integer[]', 'bigint', 'timestamp with time zone', 'bytea'],
  columns: { xid: 'text' },
  text: `
    with performance_limit as materialized (
      select p.seat_limit, p.seat_limit * p.hold_budget as budget from performance as p where p.performance_id = $1
    ), counted as (
      insert into claim_limit as l (performance_id, account_id, claims)
      select $1, $3, array_fill($6::timestamptz, array[cardinality($4::integer[])])
      from performance_limit as p
      where p.seat_limit is not null and cardinality($4) <= p.seat_limit
      on conflict (performance_id, account_id) do update
      set claims = kept_claims(l.claims) || excluded.claims
      where cardinality(live_claims(l.claims)) + cardinality(excluded.claims) <= (select p.seat_limit from performance_limit as p)
        and hold_allowed_at(l.claims, (select p.budget from performance_limit as p)) is null
      returning 1
    )
    insert into reservation (
      performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
    )
    select $1, $2, $3, $4, $5, $6, clock_timestamp(), $7
    from performance_limit as p
    where p.seat_limit is null or exists (select from counted)
    returning pg_current_xact_id()::text as xid`,
});

/**
 * Writes the hold of seats that this transaction has claimed; undefined when not all were claimed or the
 * account's limit does not allow them. A duplicate's reservation raises a unique violation. The caller rolls
 * back in both cases.
 */
export async function writeHold(
  tx: Transaction,
  command: HoldCommand,
  claimed: readonly ClaimedSeat[],
): Promise<Held | undefined> {
  const [first] = claimed;
  if (first === undefined || claimed.length !== command.seats.length) return undefined;
  const { performanceId, reservationId, accountId, seats, requestHash } = command;
  const amount = claimed.reduce((sum, seat) => sum + seat.price, 0);
  const expiresAt = first.held_until;
  const [recorded] = await tx.run(recordHold, [
    performanceId,
    reservationId,
    accountId,
    seats,
    amount,
    expiresAt,
    requestHash,
  ]);
  if (recorded === undefined) return undefined;
  tx.noteXid(recorded.xid);
  return { outcome: 'held', performanceId, reservationId, seats, amount, expiresAt, state: 'held' };
}

const readHolds = statement({
  name: 'hold_find',
  group: 'performance',
  params: ['text', 'uuid[]'],
  columns: {
    reservation_id: 'uuid',
    seat_ids: 'integer[]',
    amount: 'bigint',
    expires_at: 'timestamp with time zone',
    request_hash: 'bytea',
    state: 'text',
  },
  text: `
    select
      r.reservation_id, r.seat_ids, r.amount, r.expires_at, r.request_hash,
      case when r.state = 'held' and r.expires_at <= clock_timestamp() then 'expired' else r.state::text end as state
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = any($2)`,
});

/** What is known of a request's key. */
export type EarlierHold = Held | Refusal<'idempotency_key_reused'> | undefined;

/**
 * For each of these requests for one performance: the hold that this very request has made,
 * `idempotency_key_reused` when its key belongs to another, or nothing.
 */
export async function findHolds(
  connection: Connection,
  performanceId: string,
  commands: readonly HoldCommand[],
): Promise<(command: HoldCommand) => EarlierHold> {
  const ids = commands.map(({ reservationId }) => reservationId);
  const rows = await connection.read(readHolds, [performanceId, ids]);
  const found = new Map(rows.map((row) => [row.reservation_id, row]));
  return ({ reservationId, requestHash }) => {
    const row = found.get(reservationId);
    if (row === undefined) return undefined;
    if (!row.request_hash.equals(requestHash)) return refuse('idempotency_key_reused');
    const { seat_ids: seats, amount, expires_at: expiresAt } = row;
    const state = row.state as ReservationState;
    return { outcome: 'held', performanceId, reservationId, seats, amount, expiresAt, state };
  };
}

/** `findHolds` for one request. */
export async function findHold(connection: Connection, command: HoldCommand): Promise<EarlierHold> {
  return (await findHolds(connection, command.performanceId, [command]))(command);
}

// Everything that can be in the way, in one snapshot: committed rows, read after the loser's own transaction has ended.
const readObstacles = statement({
  name: 'hold_obstacles',
  group: 'performance',
  params: ['text', 'text', 'integer[]'],
  columns: {
    sale_state: 'text',
    opens_at: 'timestamp with time zone',
    not_yet: 'boolean',
    ended: 'boolean',
    seat_limit: 'integer?',
    claimed: 'integer',
    allowed_at: 'timestamp with time zone?',
    known: 'integer[]',
    taken: 'integer[]',
  },
  text: `
    select
      p.sale_state::text as sale_state,
      p.sale_opens_at as opens_at,
      p.sale_opens_at > clock_timestamp() as not_yet,
      coalesce(p.sale_closes_at <= clock_timestamp(), false) as ended,
      p.seat_limit,
      coalesce(counted.claimed, 0) as claimed,
      counted.allowed_at,
      coalesce(array_agg(s.seat_number) filter (where s.seat_number is not null), '{}') as known,
      coalesce(array_agg(s.seat_number order by s.seat_number) filter (
        where s.state = 'sold' or s.held_until > clock_timestamp()
      ), '{}') as taken
    from performance as p
    left join seat as s on s.performance_id = p.performance_id and s.seat_number = any($3)
    left join lateral (
      select
        cardinality(live_claims(l.claims)) as claimed,
        hold_allowed_at(l.claims, p.seat_limit * p.hold_budget) as allowed_at
      from claim_limit as l
      where l.performance_id = $1 and l.account_id = $2
    ) as counted on true
    where p.performance_id = $1
    group by p.performance_id, counted.claimed, counted.allowed_at`,
});

/** The cause of a `contended` hold that lost although nothing is in its way any more. */
export const NOTHING_IN_THE_WAY = 'version';

/** Why a hold lost, in the refusal order; the reservation of this very request when a duplicate made it. */
export async function holdRefusal(connection: Connection, command: HoldCommand): Promise<HoldOutcome> {
  // The obstacles are read first: a duplicate that commits between the two reads is then found by the second
  // one, so that no request is refused for a seat that its own duplicate took.
  const { performanceId, accountId, seats } = command;
  const [obstacles] = await connection.read(readObstacles, [performanceId, accountId, seats]);
  const replayed = await findHold(connection, command);
  if (replayed !== undefined) return replayed;
  if (obstacles === undefined) return refuse('not_found', { what: 'performance' });
  const unknown = seats.filter((seat) => !obstacles.known.includes(seat));
  if (unknown.length > 0) return refuse<'not_found', number>('not_found', { what: 'seat', seats: unknown });
  if (obstacles.sale_state === 'cancelled') return refuse('sales_closed', { reason: 'cancelled' });
  if (obstacles.sale_state === 'closed' || obstacles.ended)
    return refuse('sales_closed', { reason: 'ended' });
  if (obstacles.sale_state === 'paused') return refuse('sales_closed', { reason: 'paused' });
  if (obstacles.not_yet) return refuse('sales_closed', { reason: 'not_yet', opensAt: obstacles.opens_at });
  if (obstacles.taken.length > 0)
    return refuse<'seat_taken', number>('seat_taken', { seats: obstacles.taken });
  const { seat_limit: limit, claimed, allowed_at: retryAt } = obstacles;
  if (limit !== null && claimed + seats.length > limit)
    return refuse('seat_limit_exceeded', { limit, claimed });
  if (retryAt !== null) return refuse('hold_budget_exceeded', { retryAt });
  return refuse('contended', { cause: NOTHING_IN_THE_WAY });
}
