/**
 * Cancelling a performance, for good: nothing is held any more, holds are ended, and every confirmed
 * reservation is refunded.
 *
 * The mark is one short transaction. It waits for holds in flight by a table lock (decision 0023): once it has
 * committed, no hold is made that did not exist before. The rest is repeatable work in bounded steps:
 * `endHolds`, and a refund of each reservation that `nextConfirmed` finds, until nothing is left. A payment in
 * flight either loses to the end of its hold, or is refunded.
 */
import type { Connection, Reader } from '../db/database.ts';
import { commit, rollback } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Refusal, Unsettled } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { FREED_SQL } from './give-back.ts';
import type { By } from '../operator-log/note-action.ts';
import { noteAction } from '../operator-log/note-action.ts';
import { settle } from './settle.ts';
import type { OperationContext, RequestHooks } from './strategy.ts';

/** `actor` is kept with the cancellation, too. */
export interface CancelCommand extends By {
  readonly performanceId: string;
}

export interface Cancelled {
  readonly outcome: 'cancelled';
  readonly performanceId: string;
}

export type CancelRefusal = Refusal<'not_found', never> | Unsettled;

/** Marks the performance as cancelled. To cancel a cancelled one again is the same success. */
export function cancel(
  context: OperationContext,
  command: CancelCommand,
): Promise<Cancelled | CancelRefusal> {
  const core = { attempt, refuseWith: cancelRefusal, replay: findCancelled };
  return settle<CancelCommand, Cancelled, CancelRefusal>(context.database, core, command, context);
}

/** How long the mark waits for holds in flight. All writers of seats, in every hall, wait behind it meanwhile. */
const LOCK_TIMEOUT_MS = 2_000;

/** How long a process that works on a cancellation is believed to be alive without a sign. */
export const LEASE_SECONDS = 10;

// The row is locked before the table: an import takes them in this order too, and a serializable hold keeps a
// share lock on the row.
const mark = statement({
  name: 'cancel_mark',
  group: 'performance',
  writes: true,
  params: ['text'],
  columns: { xid: 'text' },
  text: `
    update performance as p
    set sale_state = 'cancelled', cancelled_at = date_trunc('milliseconds', clock_timestamp())
    where p.performance_id = $1 and p.sale_state <> 'cancelled'
    returning pg_current_xact_id()::text as xid`,
});

const begin = statement({
  name: 'cancel_begin',
  group: 'performance',
  writes: true,
  params: ['text', 'text?', 'integer'],
  columns: {},
  text: `
    insert into cancellation (performance_id, actor, refunded_before, leased_until)
    select $1::text, $2::text, count(*), clock_timestamp() + make_interval(secs => $3::integer)
    from reservation as r
    where r.performance_id = $1::text and r.state = 'refunded'`,
});

// Every statement that finds the sale open to hold seats writes this table. So this waits for those that have
// found it open, and those that come later take their snapshot after this transaction has committed.
const lockSeats = statement({
  name: 'cancel_lock_seats',
  group: 'performance',
  writes: true,
  params: [],
  columns: {},
  text: `lock table seat in share mode`,
});

async function attempt(
  connection: Connection,
  { performanceId, actor, requestId }: CancelCommand,
  { racePoint }: RequestHooks,
): Promise<Cancelled | undefined> {
  return connection.transaction({ lockTimeoutMs: LOCK_TIMEOUT_MS }, async (tx) => {
    const [marked] = await tx.run(mark, [performanceId]);
    if (marked === undefined) return rollback(undefined);
    await tx.run(begin, [performanceId, actor ?? null, LEASE_SECONDS]);
    await noteAction(tx, { actor, requestId }, { action: 'performance_cancelled', performanceId });
    await racePoint?.('cancel: before the lock');
    await tx.run(lockSeats, []);
    tx.noteXid(marked.xid);
    return commit({ outcome: 'cancelled', performanceId });
  });
}

const readState = statement({
  name: 'cancel_read_state',
  group: 'performance',
  params: ['text'],
  columns: { cancelled: 'boolean' },
  text: `select p.sale_state = 'cancelled' as cancelled from performance as p where p.performance_id = $1`,
});

async function findCancelled(
  reader: Reader,
  { performanceId }: CancelCommand,
): Promise<Cancelled | undefined> {
  const [performance] = await reader.read(readState, [performanceId]);
  return performance?.cancelled === true ? { outcome: 'cancelled', performanceId } : undefined;
}

async function cancelRefusal(
  connection: Connection,
  { performanceId }: CancelCommand,
): Promise<Cancelled | CancelRefusal> {
  const [performance] = await connection.read(readState, [performanceId]);
  if (performance === undefined) return refuse('not_found', { what: 'performance' });
  if (performance.cancelled) return { outcome: 'cancelled', performanceId };
  return refuse('contended', { cause: 'version' });
}

// Also the holds whose time has passed: one that is being paid right now, in time, would otherwise be confirmed
// after all was done. It waits for locked rows, in the lock order; the clock is read after the locks. As in a
// sweep, no reservation is written before all seats are locked.
const endSome = statement({
  name: 'cancel_end_holds',
  group: 'performance',
  writes: true,
  params: ['text', 'integer'],
  columns: { ended: 'integer' },
  text: `
    with ended as materialized (
      select r.reservation_id, r.account_id, r.seat_ids, r.expires_at
      from reservation as r
      where r.performance_id = $1 and r.state = 'held'
      order by r.reservation_id
      limit $2::integer
      for no key update
    ), target as materialized (
      select s.seat_number
      from ended as e
      join seat as s
        on s.performance_id = $1 and s.seat_number = any(e.seat_ids) and s.reservation_id = e.reservation_id
      order by s.seat_number
      for no key update of s
    ), freed as (
      update seat as s
      set ${FREED_SQL}
      from target
      where s.performance_id = $1 and s.seat_number = target.seat_number
    ), gone as materialized (
      select e.account_id, array_agg(e.expires_at) as claims
      from ended as e
      cross join unnest(e.seat_ids)
      where (select count(*) from target) >= 0
      group by e.account_id
    ), counted as materialized (
      select l.account_id, gone.claims
      from gone
      join claim_limit as l on l.performance_id = $1 and l.account_id = gone.account_id
      order by l.account_id
      for no key update of l
    ), uncounted as (
      update claim_limit as l
      set claims = without_claims(l.claims, c.claims)
      from counted as c
      where l.performance_id = $1 and l.account_id = c.account_id
    ), moment as materialized (
      select clock_timestamp() as now where (select count(*) from target) >= 0
    ), marked as (
      update reservation as r
      set state = case when e.expires_at > m.now then 'released' else 'expired' end::reservation_state,
          version = r.version + 1
      from ended as e, moment as m
      where r.performance_id = $1 and r.reservation_id = e.reservation_id
      returning 1
    )
    select count(*)::integer as ended from marked`,
});

/** Ends one batch of the cancelled performance's holds; how many. None are left once it ends fewer than asked. */
export async function endHolds(
  { database, racePoint }: OperationContext,
  performanceId: string,
  batchSize: number,
): Promise<number> {
  const [row] = await database.connect(async (connection) => {
    await racePoint?.('cancel: before holds end');
    return connection.autocommit(endSome, [performanceId, batchSize]);
  });
  return row?.ended ?? 0;
}

/** A reservation that is still to be refunded. */
export interface ConfirmedReservation {
  readonly reservationId: string;
  readonly accountId: string;
}

const readConfirmed = statement({
  name: 'cancel_confirmed',
  group: 'performance',
  params: ['text', 'uuid', 'integer'],
  columns: { reservation_id: 'uuid', account_id: 'text' },
  text: `
    select r.reservation_id, r.account_id::text as account_id
    from reservation as r
    where r.performance_id = $1 and r.reservation_id > $2 and r.state = 'confirmed'
    order by r.reservation_id
    limit $3::integer`,
});

/** The next confirmed reservations of the performance, by id. */
export async function nextConfirmed(
  { database }: Pick<OperationContext, 'database'>,
  performanceId: string,
  after: string,
  count: number,
): Promise<readonly ConfirmedReservation[]> {
  const rows = await database.connect((connection) =>
    connection.read(readConfirmed, [performanceId, after, count]),
  );
  return rows.map((row) => ({ reservationId: row.reservation_id, accountId: row.account_id }));
}
