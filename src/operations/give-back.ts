/** What release, refund and expire share of the performance's side: giving seats back. */
import type { Transaction } from '../db/database.ts';
import { statement } from '../db/statement.ts';

/** Frees the seat `s`. Live maps read what changed by `changed_by`. */
export const FREED_SQL = `state = 'free',
          version = s.version + 1,
          held_until = null,
          reservation_id = null,
          changed_by = pg_current_xact_id()`;

// Only the seats that are still this reservation's: an expired hold's seat may be someone else's by now. The
// limit row loses as many of the reservation's claims as it gives back seats; claims that expired by themselves no
// longer count anyway. A hold that counts as unpaid leaves claims that have ended, for the budget of unpaid holds.
const freeSeats = statement({
  name: 'seats_free',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]', 'text', 'timestamp with time zone', 'timestamp with time zone?'],
  columns: { freed: 'integer', amount: 'bigint' },
  text: `
    with target as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1 and s.seat_number = any($3) and s.reservation_id = $2
      order by s.seat_number
      for no key update
    ), freed as (
      update seat as s
      set ${FREED_SQL}
      from target
      where s.performance_id = $1 and s.seat_number = target.seat_number
      returning s.price
    ), uncounted as (
      update claim_limit as l
      set claims = without_claims(l.claims, array_fill($5::timestamptz, array[cardinality($3)]))
        || case when $6::timestamptz is null then '{}' else array_fill($6::timestamptz, array[cardinality($3)]) end
      where l.performance_id = $1 and l.account_id = $4 and (select count(*) from freed) >= 0
    )
    select count(*)::integer as freed, coalesce(sum(f.price), 0)::bigint as amount from freed as f`,
});

/**
 * A reservation whose seats are given back, with the claim that its limit row holds for each: its expiry, or
 * 'infinity'.
 */
export interface SeatsToFree {
  readonly performanceId: string;
  readonly reservationId: string;
  readonly accountId: string;
  readonly seats: readonly number[];
  /** When the hold expires; undefined once the seats are sold. */
  readonly expiresAt: Date | undefined;
  /** The time that is counted for a hold that ended unpaid; undefined when it does not count. */
  readonly unpaidAt?: Date | undefined;
}

/**
 * Frees the reservation's seats, which this transaction must have locked the reservation for; how many were
 * still its own, and what they took when they were held.
 */
export async function giveSeatsBack(
  tx: Transaction,
  given: SeatsToFree,
): Promise<{ readonly freed: number; readonly amount: number }> {
  // pg sends Infinity as the timestamp 'infinity'.
  const claim = given.expiresAt ?? (Infinity as unknown as Date);
  const values = [
    given.performanceId,
    given.reservationId,
    given.seats,
    given.accountId,
    claim,
    given.unpaidAt ?? null,
  ] as const;
  const [row] = await tx.run(freeSeats, values);
  return row ?? { freed: 0, amount: 0 };
}
