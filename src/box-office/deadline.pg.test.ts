import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { whileOpen } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { buySeats, holdSeats } from '../../test/support/fixture.ts';
import { pictureOf } from '../../test/support/state.ts';
import { until } from '../../test/support/gate.ts';
import type { BoxOffice } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';

const database = useDatabase();

/** Far below the bounds of the single waits, so that only the deadline can have ended a request. */
const DEADLINE_MS = 300;
const BOUNDS = { lockTimeoutMs: 60_000, statementTimeoutMs: 60_000, acquireTimeoutMs: 60_000 };

const open = (poolSize: number): Promise<BoxOffice> =>
  createBoxOffice({
    databaseUrl: database.url,
    migrate: false,
    sweepIntervalMs: 0,
    requestDeadlineMs: DEADLINE_MS,
    database: { ...BOUNDS, poolSize },
  });

it('answers a late read contended', async () => {
  const boxOffice = await open(2);
  const performanceId = await plantPerformance(database);
  await whileOpen(database, ['lock table seat'], async () => {
    const answer = await boxOffice.readPerformance(performanceId);
    expect(answer).toEqual({ outcome: 'contended', cause: 'deadline' });
  });
  expect(await boxOffice.readPerformance(performanceId)).toMatchObject({ performanceId });
  await boxOffice.close();
});

it('answers a write contended that has no connection when its time is up, and never carries it out', async () => {
  const boxOffice = await open(1);
  const performanceId = await plantPerformance(database, { seats: 8 });
  const [held, bought] = [
    await holdSeats(database, performanceId, [1]),
    await buySeats(database, performanceId, [2]),
  ];
  await boxOffice.readSeatMap(performanceId);
  const before = await stateOf(performanceId);
  const request = (): { performanceId: string; accountId: string; idempotencyKey: string } => ({
    performanceId,
    accountId: bought.accountId,
    idempotencyKey: randomUUID(),
  });
  const { reservationId } = bought;
  await whileOpen(database, ['lock table seat'], async () => {
    // A reading that requests share has no deadline: it keeps the only connection.
    void boxOffice.readPerformance(performanceId);
    await until(async () => boxOffice.operator.readActivity().pool.idle === 0);
    const late = {
      hold: boxOffice.hold({ ...request(), seats: ['A-1-3'] }),
      holdBestAvailable: boxOffice.holdBestAvailable({ ...request(), grade: 'A', quantity: 1 }),
      release: boxOffice.release(held),
      pay: boxOffice.pay({ ...held, idempotencyKey: randomUUID() }),
      refund: boxOffice.refund({ ...request(), reservationId }),
      refundByOperator: boxOffice.operator.refund({ ...request(), reservationId }),
      topUp: boxOffice.topUp({ ...request(), amount: 1 }),
      topUpOfNewAccount: boxOffice.topUp({ ...request(), amount: 1, createAccount: true }),
      reverseTopUp: boxOffice.reverseTopUp({ ...request(), topUp: 1 }),
      setSaleState: boxOffice.operator.setSaleState(performanceId, 'closed'),
    };
    for (const [name, answering] of Object.entries(late)) {
      expect(await answering, name).toMatchObject({ outcome: 'contended' });
    }
  });
  await boxOffice.close();
  expect(await stateOf(performanceId)).toEqual(before);
});

/** What the writes would change. */
async function stateOf(performanceId: string): Promise<unknown> {
  const sale = await database.sql('select sale_state from performance where performance_id = $1', [
    performanceId,
  ]);
  return { ...sale[0], picture: await pictureOf(database, performanceId) };
}
