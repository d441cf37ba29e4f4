import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { createGate, until } from '../../../test/support/gate.ts';
import { expireHold, holdSeats, seatOf } from '../../../test/support/fixture.ts';
import { reservationOf } from '../../../test/support/state.ts';
import { createBoxOffice } from '../box-office.ts';
import { startSweeper } from './sweeper.ts';

describe('the sweeper', () => {
  const database = useDatabase();

  it('sweeps expired holds while the box office is open', async () => {
    const performanceId = await plantPerformance(database);
    const boxOffice = await createBoxOffice({
      databaseUrl: database.url,
      migrate: false,
      sweepIntervalMs: 5,
    });
    try {
      const hold = await holdSeats(database, performanceId, [1]);
      await expireHold(database, hold);
      await until(async () => (await reservationOf(database, hold)).state === 'expired');
      expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'free', reservation_id: null });
    } finally {
      await boxOffice.close();
    }
  });

  it('stops after the batch in flight, however much is left', async () => {
    const performanceId = await plantPerformance(database);
    const backlog = 1_200;
    await database.sql(
      `insert into reservation (
         performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
       )
       select $1, gen_random_uuid(), 'nobody', '{1}', 0, clock_timestamp() - interval '1 hour', clock_timestamp(), ''
       from generate_series(1, $2::int)`,
      [performanceId, backlog],
    );
    const gate = createGate('expire: before write');
    const sweeper = startSweeper({ database, racePoint: gate.racePoint }, 1);
    await gate.arrived(1);
    const stopped = sweeper.stop();
    gate.open();
    await stopped;
    const [row] = await database.sql<{ swept: number }>(
      `select count(*)::int as swept from reservation where performance_id = $1 and state = 'expired'`,
      [performanceId],
    );
    expect(row!.swept).toBeGreaterThan(0);
    expect(row!.swept).toBeLessThan(backlog);
  });
});
