import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { buySeats, partRefundCommand } from '../../../test/support/fixture.ts';
import { createSeatMaps } from '../../catalogue/seat-map/seat-map.ts';
import type { Database } from '../../db/database.ts';
import { refund } from '../../operations/refund/refund.ts';
import type { BoxOffice } from '../box-office.ts';
import { createBoxOffice } from '../box-office.ts';
import type { CheckInList } from './check-in-list.ts';
import { readSalesOverTime } from './sales-over-time.ts';
import type { SalesOverTime } from './sales-over-time.ts';
import { listSales } from './sales.ts';
import type { SaleLine, SaleList, Sales } from './sales.ts';

const SEATS = 12;
const ACCOUNTS = ['anna', 'ben', 'cleo'] as const;

/** One request, of small numbers so that many requests meet. */
const request = fc.record({
  what: fc.constantFrom('hold', 'hold', 'hold', 'pay', 'pay', 'pay', 'release', 'refund', 'part', 'expire'),
  account: fc.constantFrom(...ACCOUNTS),
  seats: fc.uniqueArray(fc.integer({ min: 1, max: SEATS }), { minLength: 1, maxLength: 3 }),
  which: fc.nat(30),
});

type Request = typeof request extends fc.Arbitrary<infer R> ? R : never;

describe("a performance's sales", () => {
  const database = useDatabase();
  let boxOffice: BoxOffice;
  beforeAll(async () => {
    boxOffice = await createBoxOffice({ databaseUrl: database.url, migrate: false, sweepIntervalMs: 0 });
    for (const accountId of ACCOUNTS) {
      await boxOffice.topUp({
        accountId,
        amount: 100_000_000,
        idempotencyKey: randomUUID(),
        createAccount: true,
      });
    }
  });
  afterAll(() => boxOffice.close());

  /** How often some of a reservation's seats were refunded. */
  let parts = 0;

  /** Sends requests, four at a time; some meet, and many are refused. */
  async function sendAll(performanceId: string, requests: readonly Request[]): Promise<void> {
    const made: { reservationId: string; accountId: string; seats: readonly string[] }[] = [];
    const send = async ({ what, account: accountId, seats, which }: Request): Promise<void> => {
      const idempotencyKey = randomUUID();
      if (what === 'hold') {
        const labels = seats.map((seat) => `A-1-${seat}`);
        const held = await boxOffice.hold({ performanceId, accountId, seats: labels, idempotencyKey });
        if (held.outcome === 'held')
          made.push({ reservationId: held.reservationId, accountId, seats: labels });
        return;
      }
      const meant = made[which % Math.max(1, made.length)];
      if (meant === undefined) return;
      const { reservationId } = meant;
      const command = { performanceId, reservationId, accountId: meant.accountId, idempotencyKey };
      if (what === 'expire') await expire(reservationId);
      else if (what === 'part') {
        const part = { performanceId, reservationId, idempotencyKey, seats: meant.seats.slice(0, 1) };
        const refunded = await boxOffice.operator.refund(part);
        if (refunded.outcome === 'refunded' && meant.seats.length > 1) parts += 1;
      } else await boxOffice[what](command);
    };
    for (let i = 0; i < requests.length; i += 4) await Promise.all(requests.slice(i, i + 4).map(send));
  }

  /** Lets a live hold expire. */
  async function expire(reservationId: string): Promise<void> {
    await database.sql(
      `with expired as (
         update reservation set expires_at = clock_timestamp() - interval '1 second'
         where reservation_id = $1 and state = 'held'
         returning performance_id, reservation_id, expires_at
       )
       update seat as s set held_until = e.expires_at from expired as e
       where s.performance_id = e.performance_id and s.reservation_id = e.reservation_id and s.state = 'held'`,
      [reservationId],
    );
  }

  /** The same numbers counted another way: money from the ledger, seats and reservations row by row. */
  async function counted(performanceId: string): Promise<Omit<Sales, 'at'>> {
    const entries = await database.sql<{ kind: string; amount: string }>(
      `select kind, amount from ledger_entry where performance_id = $1`,
      [performanceId],
    );
    const sum = (kind: string): number =>
      entries
        .filter((entry) => entry.kind === kind)
        .reduce((total, { amount }) => total + Math.abs(Number(amount)), 0);
    const states = await boxOffice.readSeatStates(performanceId);
    if ('outcome' in states) throw new Error(states.outcome);
    const seats = (state: string): number => states.states.split(state).length - 1;
    const rows = await database.sql<{ state: string }>(
      `select case when state = 'held' and expires_at <= clock_timestamp() then 'expired' else state::text end as state
       from reservation where performance_id = $1`,
      [performanceId],
    );
    const reservations = (state: string): number => rows.filter((row) => row.state === state).length;
    return {
      performanceId,
      seats: { free: seats('f'), held: seats('h'), sold: seats('s') },
      reservations: {
        held: reservations('held'),
        confirmed: reservations('confirmed'),
        refunded: reservations('refunded'),
      },
      revenue: sum('payment') - sum('refund'),
      payments: sum('payment'),
      refunds: sum('refund'),
    };
  }

  it('agree with the ledger and the seats after any requests', async () => {
    let refunds = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 20, maxLength: 60, size: 'max' }),
        fc.constantFrom(0, 700, 1_001),
        async (requests, price) => {
          const performanceId = await plantPerformance(database, { seats: SEATS, price, seatLimit: null });
          await sendAll(performanceId, requests);
          const { at, ...sales } = (await boxOffice.operator.readSales(performanceId)) as Sales;
          expect(at).toBeInstanceOf(Date);
          expect(sales).toEqual(await counted(performanceId));
          const lines = [...((await boxOffice.operator.listSales(performanceId)) as SaleList).lines];
          const of = (kind: string): readonly SaleLine[] => lines.filter((line) => line.kind === kind);
          const sum = (some: readonly SaleLine[]): number =>
            some.reduce((total, line) => total + line.amount, 0);
          for (const { seats, prices, amount } of lines) {
            expect(prices).toHaveLength(seats.length);
            expect(prices!.reduce((total, one) => total + one, 0)).toBe(amount);
          }
          expect(sum(of('payment'))).toBe(sales.payments);
          expect(sum(of('refund'))).toBe(sales.refunds);
          expect(of('refund').length).toBeGreaterThanOrEqual(sales.reservations.refunded);
          const seatsIn = (some: readonly SaleLine[]): number => some.flatMap(({ seats }) => seats).length;
          expect(seatsIn(of('payment')) - seatsIn(of('refund'))).toBe(sales.seats.sold);
          const overTime = (await boxOffice.operator.readSalesOverTime(performanceId)) as SalesOverTime;
          expect(overTime.points.at(-1) ?? { seats: 0, refunds: 0 }).toMatchObject({
            seats: sales.seats.sold,
            refunds: sales.refunds,
          });
          expect(of('payment')).toHaveLength(sales.reservations.refunded + sales.reservations.confirmed);
          const { tickets } = (await boxOffice.operator.readCheckInList(performanceId)) as CheckInList;
          expect(tickets).toHaveLength(sales.seats.sold);
          refunds += sales.reservations.refunded;
        },
      ),
      { numRuns: 15 },
    );
    // The control: the requests met something.
    expect(refunds).toBeGreaterThan(0);
    expect(parts).toBeGreaterThan(0);
    const audit = await boxOffice.operator.audit();
    expect(audit).toMatchObject({ clean: true });
  });

  it('agree with each other during a sale', async () => {
    const performanceId = await plantPerformance(database, { seats: 40, price: 300, seatLimit: null });
    const sale = { isOver: false };
    const buy = async (seat: number): Promise<void> => {
      const buyer = { performanceId, accountId: ACCOUNTS[seat % 3]! };
      const seats = [`A-1-${seat}`];
      const held = await boxOffice.hold({ ...buyer, seats, idempotencyKey: randomUUID() });
      if (held.outcome !== 'held') throw new Error(held.outcome);
      const { reservationId } = held;
      const paid = await boxOffice.pay({ ...buyer, reservationId, idempotencyKey: randomUUID() });
      if (paid.outcome === 'paid' && seat % 2 === 0) {
        await boxOffice.refund({ ...buyer, reservationId, idempotencyKey: randomUUID() });
      }
    };
    const buying = Promise.all(Array.from({ length: 40 }, (_, i) => buy(i + 1))).finally(() => {
      sale.isOver = true;
    });
    do {
      const { seats, reservations, ...money } = (await boxOffice.operator.readSales(performanceId)) as Sales;
      expect(seats.free + seats.held + seats.sold).toBe(40);
      expect([seats.held, seats.sold]).toEqual([reservations.held, reservations.confirmed]);
      expect(money).toMatchObject({ revenue: seats.sold * 300, refunds: reservations.refunded * 300 });
    } while (!sale.isOver);
    await buying;
  });

  it('leave out a refund that is made between their two readings', async () => {
    const performanceId = await plantPerformance(database, { seats: 4, price: 300, seatLimit: null });
    const hold = await buySeats(database, performanceId, [1, 2, 3], 'anna');
    await refund({ database }, partRefundCommand(hold, [2]));
    let refunds = 0;
    /** The ledger, which a refund comes just before. */
    const accounts: Database = {
      ...database,
      connect: async (work, deadline) => {
        refunds += 1;
        await refund({ database }, partRefundCommand(hold, [refunds === 1 ? 3 : 1]));
        return database.connect(work, deadline);
      },
    };
    const context = { database, accounts, seatMaps: createSeatMaps(database) };
    const linesNow = async (): Promise<unknown> =>
      [...((await listSales(context, performanceId)) as SaleList).lines].map(({ kind, seats }) => [
        kind,
        seats,
      ]);
    expect(await linesNow()).toEqual([
      ['payment', ['A-1-1', 'A-1-2', 'A-1-3']],
      ['refund', ['A-1-2']],
    ]);
    const { points } = (await readSalesOverTime(context, performanceId)) as SalesOverTime;
    expect(points.at(-1)).toMatchObject({ seats: 1, payments: 900, refunds: 600 });
    // The control: all three are in the ledger.
    expect(await boxOffice.operator.readSales(performanceId)).toMatchObject({ refunds: 900 });
  });
});
