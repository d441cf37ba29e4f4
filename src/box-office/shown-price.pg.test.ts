/**
 * What is shown is what is taken: compares the prices of the API with holds, the wallet, the ledger, the sales and their
 * file, in currencies without decimals, with two and with three. `web/src/format/money.test.ts` compares what the pages
 * write with the file's decimals.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  sectionDocument,
} from '../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../test/support/database.ts';
import { SEED } from '../../test/support/seed.ts';
import { decimalOf } from '../domain/currency.ts';
import { isRefusal } from '../domain/outcomes.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { salesAsCsv } from '../http/routes/export-sales/csv.ts';
import type { BoxOffice } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';

const GRADES = { A: 'R', B: 'S' } as const;
const SECTIONS = [sectionDocument('A', [5]), sectionDocument('B', [5], 'S', 50)];
const price = fc.integer({ min: 0, max: 1_000_000_000 });
const prices = fc.record({ R: price, S: price });
const label = fc
  .record({ section: fc.constantFrom('A', 'B'), seat: fc.integer({ min: 1, max: 5 }) })
  .map(({ section, seat }) => `${section}-1-${seat}`);
const step = fc.oneof(
  fc.record({ kind: fc.constant('import' as const), prices }),
  fc.record({
    kind: fc.constant('hold' as const),
    seats: fc.uniqueArray(label, { minLength: 1, maxLength: 5 }),
  }),
  fc.record({ kind: fc.constantFrom('pay', 'release', 'refund'), which: fc.nat(20) }),
);

function succeeded<T extends object>(answer: T | Refusal): T {
  if (isRefusal(answer)) throw new Error(answer.outcome);
  return answer;
}

/** A hold, with the prices that were shown before it. */
interface Shown {
  readonly reservationId: string;
  readonly amount: number;
  readonly seats: readonly { readonly label: string; readonly price: number; readonly decimal: string }[];
}

describe.each([
  ['KRW', 0],
  ['EUR', 2],
  ['KWD', 3],
])('a price in %s, with %i decimals', (currency, minorUnit) => {
  const database = useDatabase();
  let boxOffice: BoxOffice;
  beforeAll(async () => {
    boxOffice = await createBoxOffice({ databaseUrl: database.url, migrate: false, sweepIntervalMs: 0 });
  });
  afterAll(() => boxOffice.close());

  let catalogues = 0;
  /** A catalogue of its own, in which one account does everything. */
  async function open() {
    catalogues += 1;
    const performanceId = `shown-${catalogues}`;
    const accountId = `anna-${catalogues}`;
    const list = async (listed: { readonly R: number; readonly S: number }): Promise<void> => {
      const document = catalogueDocument(performanceId, SECTIONS, { prices: listed });
      succeeded(
        await boxOffice.operator.importCatalogue(changedDocument(document, { '/currency': currency })),
      );
    };
    await list({ R: 1_250, S: 1 });
    for (let i = 0; i < 20; i += 1) {
      const topUp = { accountId, amount: 10_000_000_000, createAccount: true, idempotencyKey: randomUUID() };
      succeeded(await boxOffice.topUp(topUp));
    }
    return { performanceId, accountId, list };
  }

  async function hold(
    buyer: { readonly performanceId: string; readonly accountId: string },
    seats: readonly string[],
  ): Promise<Shown | undefined> {
    const shown = succeeded(await boxOffice.readPerformance(buyer.performanceId));
    expect(shown).toMatchObject({ currency, minorUnit });
    const priced = seats.map((seat) => {
      const grade = GRADES[seat.slice(0, 1) as keyof typeof GRADES];
      const listed = shown.grades.find((one) => one.grade === grade)!;
      return { label: seat, price: listed.price, decimal: decimalOf(listed.price, shown) };
    });
    const answer = await boxOffice.hold({ ...buyer, seats, idempotencyKey: randomUUID() });
    if (answer.outcome !== 'held') return undefined;
    expect(answer.amount).toBe(priced.reduce((sum, seat) => sum + seat.price, 0));
    return { reservationId: answer.reservationId, amount: answer.amount, seats: priced };
  }

  /** The cells of the sales file. */
  async function fileOf(performanceId: string): Promise<readonly (readonly string[])[]> {
    const list = succeeded(await boxOffice.operator.listSales(performanceId));
    const [, ...rows] = [...salesAsCsv(list, 'en')].join('').split('\r\n').slice(0, -1);
    return rows.map((row) => row.split(','));
  }

  it(`that is shown is taken, and is in the file, whatever the seat cost before (seed ${SEED})`, async () => {
    let refunds = 0;
    const property = fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const { performanceId, accountId, list } = await open();
      const held: Shown[] = [];
      /** What the file must have, a line per seat. */
      const expected: string[] = [];
      let paid = 0;
      for (const each of steps) {
        if (each.kind === 'import') await list(each.prices);
        else if (each.kind === 'hold') {
          const shown = await hold({ performanceId, accountId }, each.seats);
          if (shown !== undefined) held.push(shown);
        } else {
          const meant = held[each.which % Math.max(1, held.length)];
          if (meant === undefined) continue;
          const { reservationId, amount, seats } = meant;
          const request = { performanceId, reservationId, accountId, idempotencyKey: randomUUID() };
          const answer = await boxOffice[each.kind](request);
          if (answer.outcome !== 'paid' && answer.outcome !== 'refunded') continue;
          expect(answer.amount).toBe(amount);
          const kind = answer.outcome === 'paid' ? 'payment' : 'refund';
          paid += kind === 'payment' ? amount : -amount;
          refunds += Number(kind === 'refund');
          for (const seat of seats)
            expected.push([kind, reservationId, seat.label, seat.price, seat.decimal, currency].join());
        }
      }
      const rows = await fileOf(performanceId);
      const inFile = rows.map((row) => [row[3], row[4], ...row.slice(10)].join());
      expect(inFile.toSorted()).toEqual(expected.toSorted());
      const { revenue } = succeeded(await boxOffice.operator.readSales(performanceId));
      expect(revenue).toBe(paid);
      const wallet = succeeded(await boxOffice.readWallet(accountId));
      expect(wallet).toMatchObject({ balance: 200_000_000_000 - paid, currency, minorUnit });
      const { entries } = succeeded(await boxOffice.listLedger(accountId, { limit: 100 }));
      const moved = entries
        .filter(({ kind }) => kind !== 'top_up')
        .reduce((sum, { amount }) => sum + amount, 0);
      expect(moved + paid).toBe(0);
    });
    await fc.assert(property, { seed: SEED, numRuns: 12 });
    // The control: something was given back.
    expect(refunds).toBeGreaterThan(0);
    expect(succeeded(await boxOffice.operator.audit()).clean).toBe(true);
  });
});
