import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { readCheckInList } from './check-in-list.ts';

describe('the check-in list', () => {
  const database = useDatabase();

  it('is complete when it is read in several pieces', async () => {
    const performanceId = await plantPerformance(database, { seats: 10_002 });
    // Sells every seat but two in one reservation.
    await database.sql(
      `with sold as (
         update seat set state = 'sold', price = list_price, reservation_id = gen_random_uuid()
         where performance_id = $1 and seat_number not in (1, 5001)
         returning performance_id, reservation_id, seat_number, price
       )
       insert into reservation (
         performance_id, reservation_id, account_id, state, seat_ids, amount, expires_at, created_at, request_hash
       )
       select performance_id, reservation_id, 'account-' || seat_number, 'confirmed', array[seat_number], price,
         now(), now(), ''
       from sold`,
      [performanceId],
    );
    const list = await readCheckInList({ database }, performanceId);
    if ('outcome' in list) throw new Error(list.outcome);
    const numbers = Array.from({ length: 10_002 }, (_, i) => i + 1).filter((n) => n !== 1 && n !== 5_001);
    expect(list.tickets.map(({ seat, accountId }) => `${seat} ${accountId}`)).toEqual(
      numbers.map((number) => `A-1-${number} account-${number}`),
    );
  });
});
