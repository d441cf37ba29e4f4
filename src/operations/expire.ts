/**
 * Tidying expired holds. Correctness never depends on it: an expired hold's seat is free to the next request,
 * swept or not. A sweep writes what expiry alone leaves unwritten, so that seats and reservations read
 * plainly. It leaves the limit rows alone: an expired claim does not count, and the account's next hold drops
 * it.
 */
import { statement } from '../db/statement.ts';
import { FREED_SQL } from './give-back.ts';
import type { OperationContext } from './strategy.ts';

export interface SweepResult {
  readonly outcome: 'swept';
  /** Reservations that were set to expired. */
  readonly expired: number;
  /** When the last of them expired: a further sweep may begin there. Undefined when there was none. */
  readonly sweptUntil: Date | undefined;
}

// `skip locked`: a reservation that another transaction is paying or releasing right now is left to it. Seats
// are locked in the lock order and only where they are still the reservation's, so a sweep and a hold can't
// deadlock, and it never writes what a new hold has taken. No reservation is written before all seats are
// locked: a repeat of an expired hold has locked its seat, and its insert waits for a reservation that is being
// written, but not for one that is only locked. The lower bound lets the block range index pass over all that
// was swept before.
const sweep = statement({
  name: 'expire_sweep',
  group: 'performance',
  writes: true,
  params: ['timestamp with time zone', 'integer'],
  columns: { expired: 'integer', swept_until: 'timestamp with time zone?' },
  text: `
    with expired as materialized (
      select r.performance_id, r.reservation_id, r.seat_ids, r.expires_at
      from reservation as r
      where r.expires_at >= $1 and r.expires_at <= clock_timestamp() and r.state = 'held'
      order by r.expires_at
      limit $2::integer
      for no key update skip locked
    ), target as materialized (
      select s.performance_id, s.seat_number
      from expired as e
      join seat as s
        on s.performance_id = e.performance_id and s.seat_number = any(e.seat_ids) and s.reservation_id = e.reservation_id
      order by s.performance_id, s.seat_number
      for no key update of s
    ), freed as (
      update seat as s
      set ${FREED_SQL}
      from target
      where s.performance_id = target.performance_id and s.seat_number = target.seat_number
    ), marked as (
      update reservation as r
      set state = 'expired', version = r.version + 1
      from expired as e
      where r.performance_id = e.performance_id
        and r.reservation_id = e.reservation_id
        and (select count(*) from target) >= 0
      returning e.expires_at
    )
    select count(*)::integer as expired, max(m.expires_at) as swept_until from marked as m`,
});

/** Sweeps one bounded batch of holds that expired at or after `from`. */
export async function sweepExpired(
  context: OperationContext,
  options: { readonly from: Date; readonly batchSize: number },
): Promise<SweepResult> {
  const [row] = await context.database.connect(async (connection) => {
    await context.racePoint?.('expire: before write');
    return connection.autocommit(sweep, [options.from, options.batchSize]);
  });
  return { outcome: 'swept', expired: row?.expired ?? 0, sweptUntil: row?.swept_until ?? undefined };
}
