/** Asks the database about a few seats, before they are held or shown. */
import type { Connection } from '../../db/database.ts';
import { rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

const lockFreeSeats = statement({
  name: 'best_available_lock',
  group: 'performance',
  writes: true,
  params: ['text', 'integer[]'],
  columns: { seat_number: 'integer' },
  text: `
    select s.seat_number
    from seat as s
    where s.performance_id = $1
      and s.seat_number = any($2)
      and (s.state = 'free' or s.held_until <= clock_timestamp())
    order by s.seat_number
    for no key update skip locked`,
});

/**
 * Those of the seats that are free and that no transaction has locked. It locks them for a moment itself; a
 * rollback, which costs no flush, ends that. Call it outside a transaction.
 */
export async function unlockedOf(
  connection: Connection,
  performanceId: string,
  seats: readonly number[],
): Promise<ReadonlySet<number>> {
  const rows = await connection.transaction({ byKeyOnly: true }, async (tx) =>
    rollback(await tx.run(lockFreeSeats, [performanceId, seats])),
  );
  return new Set(rows.map((row) => row.seat_number));
}

const readFreeSeats = statement({
  name: 'best_available_read',
  group: 'performance',
  params: ['text', 'integer[]'],
  columns: { seat_number: 'integer', price: 'bigint' },
  text: `
    select s.seat_number, s.list_price as price
    from seat as s
    where s.performance_id = $1
      and s.seat_number = any($2)
      and (s.state = 'free' or s.held_until <= clock_timestamp())`,
});

/** Those of the seats that are free, by number, with what a hold of each costs now. */
export async function pricesOfFree(
  connection: Connection,
  performanceId: string,
  seats: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await connection.read(readFreeSeats, [performanceId, seats]);
  return new Map(rows.map((row) => [row.seat_number, row.price]));
}
