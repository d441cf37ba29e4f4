/** The budget of unpaid holds as a buyer meets it: across performances, and after the service's own faults. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { whileOpen } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { expireHold, someAccount } from '../../test/support/fixture.ts';
import type { BoxOffice } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';

const database = useDatabase();
let boxOffice: BoxOffice;
beforeAll(async () => {
  boxOffice = await createBoxOffice({
    databaseUrl: database.url,
    migrate: false,
    sweepIntervalMs: 0,
    holdBudget: 1,
    database: { lockTimeoutMs: 50 },
  });
});
afterAll(() => boxOffice.close());

function hold(
  performanceId: string,
  accountId: string,
  seats: readonly string[],
  idempotencyKey = randomUUID(),
): ReturnType<BoxOffice['hold']> {
  return boxOffice.hold({ performanceId, accountId, seats, idempotencyKey });
}

async function held(performanceId: string, accountId: string, seats: readonly string[]): Promise<string> {
  const answer = await hold(performanceId, accountId, seats);
  if (answer.outcome !== 'held') throw new Error(answer.outcome);
  return answer.reservationId;
}

const SOME = Array.from({ length: 10 }, (_, i) => `A-1-${i + 1}`);

it('bounds what an account holds for all performances together, and still answers its duplicates', async () => {
  const accountId = someAccount();
  const shows = await Promise.all([1, 2, 3].map(() => plantPerformance(database, { seatLimit: 10 })));
  const key = randomUUID();
  const first = await hold(shows[0]!, accountId, SOME, key);
  await held(shows[1]!, accountId, SOME);
  expect(await hold(shows[2]!, accountId, ['A-1-1'])).toMatchObject({ outcome: 'hold_budget_exceeded' });
  const best = { performanceId: shows[2]!, accountId, grade: 'R', quantity: 1, idempotencyKey: randomUUID() };
  expect(await boxOffice.holdBestAvailable(best)).toMatchObject({ outcome: 'hold_budget_exceeded' });
  expect(await hold(shows[0]!, accountId, SOME, key)).toEqual({ ...first, replayed: true });
  expect(await hold(shows[2]!, someAccount(), ['A-1-1'])).toMatchObject({ outcome: 'held' });
});

it.each([
  ['control: counts a hold that nobody tried to pay', false, 'hold_budget_exceeded'],
  ['forgives a hold whose payment met a lock', true, 'held'],
])('%s', async (_, isTried, outcome) => {
  const accountId = someAccount();
  const performanceId = await plantPerformance(database, { seatLimit: 1, holdBudget: 1 });
  const reservationId = await held(performanceId, accountId, ['A-1-1']);
  if (isTried) {
    await whileOpen(database, ['lock table reservation'], async () => {
      const payment = { performanceId, accountId, reservationId, idempotencyKey: randomUUID() };
      expect(await boxOffice.pay(payment)).toMatchObject({ outcome: 'contended' });
    });
  }
  await expireHold(database, { reservationId } as Parameters<typeof expireHold>[1]);
  expect(await hold(performanceId, accountId, ['A-1-2'])).toMatchObject({ outcome });
});
