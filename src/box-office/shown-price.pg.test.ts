/** Buyers pay the prices they see: compares prices of the API with holds, the ledger and the sales. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { catalogueDocument } from '../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../test/support/database.ts';
import { SEED } from '../../test/support/seed.ts';
import { isRefusal } from '../domain/outcomes.ts';
import type { Refusal } from '../domain/outcomes.ts';
import type { BoxOffice, HeldSeats } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';

const step = fc.oneof(
  fc.record({ kind: fc.constant('import' as const), price: fc.integer({ min: 0, max: 1_000_000_000 }) }),
  fc.record({
    kind: fc.constant('hold' as const),
    seats: fc.uniqueArray(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
  }),
  fc.record({ kind: fc.constantFrom('pay', 'release', 'refund'), which: fc.nat(20) }),
);

function succeeded<T extends object>(answer: T | Refusal): T {
  if (isRefusal(answer)) throw new Error(answer.outcome);
  return answer;
}

describe('a price', () => {
  const database = useDatabase();
  let boxOffice: BoxOffice;
  beforeAll(async () => {
    boxOffice = await createBoxOffice({ databaseUrl: database.url, migrate: false, sweepIntervalMs: 0 });
    for (let i = 0; i < 60; i += 1) {
      const topUp = { accountId: 'anna', amount: 10_000_000_000, createAccount: true };
      succeeded(await boxOffice.topUp({ ...topUp, idempotencyKey: randomUUID() }));
    }
  });
  afterAll(() => boxOffice.close());

  let catalogues = 0;
  it(`that is shown is taken, whatever the seat cost before (seed ${SEED})`, async () => {
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      catalogues += 1;
      const performanceId = `shown-${catalogues}`;
      const list = async (price: number): Promise<void> => {
        const document = catalogueDocument(performanceId, undefined, { prices: { R: price } });
        succeeded(await boxOffice.operator.importCatalogue(document));
      };
      await list(1_000);
      const held: HeldSeats[] = [];
      let paid = 0;
      for (const each of steps) {
        const idempotencyKey = randomUUID();
        if (each.kind === 'import') await list(each.price);
        else if (each.kind === 'hold') {
          const [shown] = succeeded(await boxOffice.readPerformance(performanceId)).grades;
          const seats = each.seats.map((seat) => `A-1-${seat}`);
          const answer = await boxOffice.hold({ performanceId, accountId: 'anna', seats, idempotencyKey });
          if (answer.outcome !== 'held') continue;
          expect(answer.amount).toBe(shown!.price * seats.length);
          held.push(answer);
        } else {
          const meant = held[each.which % Math.max(1, held.length)];
          if (meant === undefined) continue;
          const request = {
            performanceId,
            reservationId: meant.reservationId,
            accountId: 'anna',
            idempotencyKey,
          };
          const answer = await boxOffice[each.kind](request);
          if (answer.outcome !== 'paid' && answer.outcome !== 'refunded') continue;
          expect(answer.amount).toBe(meant.amount);
          paid += answer.outcome === 'paid' ? meant.amount : -meant.amount;
        }
      }
      const { revenue } = succeeded(await boxOffice.operator.readSales(performanceId));
      expect(revenue).toBe(paid);
    });
    await fc.assert(property, { seed: SEED, numRuns: 25 });
    expect(succeeded(await boxOffice.operator.audit()).clean).toBe(true);
  });
});
