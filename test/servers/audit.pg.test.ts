/** The audit of a home and its servers, while payments go on between them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addressesToAudit, auditServers } from '../../src/audit/servers/audit-servers.ts';
import type { AuditReport } from '../../src/audit/report.ts';
import { refund } from '../../src/operations/refund/refund.ts';
import { settledPay } from '../../src/operations/pay/settled.ts';
import { openSettlement } from '../../src/operations/pay/settlement/settlement.ts';
import { plantPerformance } from '../support/catalogue.ts';
import type { TestDatabase } from '../support/database.ts';
import { giveMoney, holdSeats, partRefundCommand, payCommand } from '../support/fixture.ts';
import { placePerformance, useServers } from '../support/servers.ts';

const several = useServers();
const PRICE = 10_000;

const audit = (lookAgainMs = 60_000): Promise<AuditReport> =>
  auditServers(...addressesToAudit(several.home.url, several.servers), { lookAgainMs });

const violationsIn = ({ invariants }: AuditReport): readonly string[] =>
  invariants.flatMap(({ number, examples }) => examples.map((example) => `${number}: ${example}`));

/** A performance of 200 seats on a server, and payments there with money at home. */
function salesOn(name: string) {
  const database = several.byName[name]!;
  const context = { database, accounts: several.home };
  const opened = settledPay.open(context);
  const settlement = openSettlement(context);
  return {
    database,
    context: { ...context, settlement },
    buy: async (performanceId: string, seats: readonly number[]) => {
      const hold = await holdSeats(database, performanceId, seats);
      await giveMoney(several.home, hold.accountId, PRICE * seats.length);
      return { hold, outcome: await opened.execute(payCommand(hold)) };
    },
    close: async () => {
      await opened.close();
      await settlement.close();
    },
  };
}

const planted: Record<string, string> = {};
beforeAll(async () => {
  for (const name of Object.keys(several.byName)) {
    const performanceId = `audited-${name}`;
    await plantPerformance(several.byName[name]!, { performanceId, price: PRICE, seats: 60 });
    await placePerformance(several, name, performanceId);
    planted[name] = performanceId;
  }
});

describe('the audit of several servers', () => {
  const sales: ReturnType<typeof salesOn>[] = [];
  afterAll(() => Promise.all(sales.map((each) => each.close())));

  it('names the servers, and finds nothing while sales and refunds go on', async () => {
    const over = new AbortController();
    const sellOn = async (name: string): Promise<number> => {
      const sale = salesOn(name);
      sales.push(sale);
      let sold = 0;
      for (let seat = 1; seat <= 60 && !over.signal.aborted; seat += 2) {
        const { hold, outcome } = await sale.buy(planted[name]!, [seat, seat + 1]);
        expect(outcome.outcome).toBe('paid');
        sold += 2;
        if (seat % 4 === 1) {
          const refunded = await refund(sale.context, partRefundCommand(hold, [seat]));
          expect(refunded.outcome).toBe('refunded');
        }
      }
      return sold;
    };
    const selling = Promise.all(Object.keys(planted).map(sellOn));
    const reports = [await audit(), await audit(), await audit()];
    over.abort();
    const sold = await selling;
    expect(reports.map(violationsIn)).toEqual([[], [], []]);
    expect(Math.min(...sold)).toBeGreaterThan(0);
    const last = await audit();
    expect(violationsIn(last)).toEqual([]);
    expect(last.servers?.map(({ name }) => name)).toEqual(['home', 'seoul-1', 'seoul-2']);
    expect(last.counts).toMatchObject({ performances: 2, seats: 120 });
    expect(last.counts.reservations).toBeGreaterThanOrEqual(2);
  });

  const plant = async (on: TestDatabase, sql: string, values: readonly unknown[]): Promise<void> => {
    expect((await on.sql(`${sql} returning 1`, values)).length).toBeGreaterThan(0);
  };

  it('finds money without a seat, on whichever server', async () => {
    const sale = salesOn('seoul-1');
    sales.push(sale);
    const performanceId = await plantPerformance(sale.database, { price: PRICE });
    const { hold } = await sale.buy(performanceId, [1]);
    expect(violationsIn(await audit())).toEqual([]);
    await plant(sale.database, `update reservation set state = 'released' where reservation_id = $1`, [
      hold.reservationId,
    ]);
    const found = violationsIn(await audit(1_000));
    expect(found).toContainEqual(expect.stringMatching(/^2: seoul-1: seat 1 of .* is sold to reservation/));
    expect(found).toContainEqual(expect.stringMatching(/^2: reservation .* released, .* has 1 payments/));
    await plant(sale.database, `update reservation set state = 'confirmed' where reservation_id = $1`, [
      hold.reservationId,
    ]);
    // The seat is sold, and nobody paid.
    await several.home.sql(`delete from settlement where reservation_id = $1`, [hold.reservationId]);
    expect(violationsIn(await audit(1_000))).toEqual([
      expect.stringMatching(/^2: attempt 1 of reservation .* is debited, and its settlement is not there/),
    ]);
  });
});
