/**
 * Services with different settings may share a database during a roll-out, so every strategy must keep the invariants
 * beside every other one: top-up beside pay, hold beside hold, with releases, refunds and sweeps among them.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { auditDatabase } from '../../src/audit/audit.ts';
import type { TopUpStrategy } from '../../src/operations/top-up/top-up.ts';
import { TOP_UP_STRATEGIES } from '../../src/operations/top-up/strategies.ts';
import { sweepExpired } from '../../src/operations/expire.ts';
import type { HoldStrategy } from '../../src/operations/hold/hold.ts';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import type { PayStrategy } from '../../src/operations/pay/pay.ts';
import { PAY_STRATEGIES } from '../../src/operations/pay/strategies.ts';
import { refund } from '../../src/operations/refund/refund.ts';
import { release } from '../../src/operations/release.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { insist, tally } from '../conformance/conformance.ts';
import { useDatabase } from '../support/database.ts';
import {
  topUpCommand,
  expireHold,
  giveMoney,
  holdCommand,
  holdSeats,
  payCommand,
  refundCommand,
  someAccount,
  walletOf,
} from '../support/fixture.ts';
import { execute } from '../support/execute.ts';

const database = useDatabase();
const PRICE = 1_000;
let cases = 0;

/** Every two of the list, each with itself as well. */
function pairsOf<A, B>(all: readonly A[], others: readonly B[]): (readonly [A, B])[] {
  return all.flatMap((one) => others.map((other) => [one, other] as const));
}

const service = <S extends { readonly use: string }>(strategies: readonly S[]): S[] =>
  strategies.filter((strategy) => strategy.use === 'service');

async function expectCleanAudit(): Promise<void> {
  const report = await auditDatabase(database, {});
  expect(report.invariants.filter((invariant) => invariant.violations > 0)).toEqual([]);
}

describe('hold beside hold', () => {
  const pairs = pairsOf(service(HOLD_STRATEGIES), service(HOLD_STRATEGIES));
  it.each(pairs.map(([one, other]) => [one.name, other.name, one, other] as const))(
    '%s beside %s',
    async (_, __, one, other) => {
      cases += 1;
      await holdStorm(one, other);
    },
  );
});

/** Both want crossing pairs of six seats, some of which expire, are released, and are swept meanwhile. */
async function holdStorm(one: HoldStrategy, other: HoldStrategy): Promise<void> {
  const performanceId = await plantPerformance(database, { seats: 6, price: PRICE, seatLimit: 2 });
  const expired = await holdSeats(database, performanceId, [1, 2]);
  await expireHold(database, expired);
  const released = await holdSeats(database, performanceId, [3]);
  const hold = async (i: number): Promise<string> => {
    const seats = [1 + (i % 5), 2 + (i % 5)];
    const command = holdCommand({ performanceId, accountId: someAccount(), seats });
    const strategy = i % 2 === 0 ? one : other;
    return (await insist(() => execute(strategy, { database }, command))).outcome;
  };
  const outcomes = await Promise.all([
    ...Array.from({ length: 20 }, (_, i) => hold(i)),
    release({ database }, released).then(() => 'released'),
    sweepExpired({ database }, { from: new Date(0), batchSize: 100 }).then(() => 'swept'),
  ]);
  const known = ['held', 'seat_taken', 'released', 'swept'];
  expect(outcomes.filter((outcome) => !known.includes(outcome))).toEqual([]);
  // A request for seat 2 loses to the one that has it, as for seat 5; three pairs at most fit into six seats.
  const held = outcomes.filter((outcome) => outcome === 'held').length;
  expect([2, 3]).toContain(held);
  await expectCleanAudit();
}

describe('top-up beside pay', () => {
  const pairs = pairsOf(service(TOP_UP_STRATEGIES), service(PAY_STRATEGIES));
  it.each(pairs.map(([one, other]) => [one.name, other.name, one, other] as const))(
    '%s beside %s',
    async (_, __, one, other) => {
      cases += 1;
      await walletStorm(one, other);
    },
  );
});

/** One wallet is topped up and spent at once, while another of its reservations is refunded. */
async function walletStorm(toppingUp: TopUpStrategy, paying: PayStrategy): Promise<void> {
  const performanceId = await plantPerformance(database, { seats: 8, price: PRICE, seatLimit: null });
  const accountId = someAccount();
  await giveMoney(database, accountId, 3 * PRICE);
  const bought = await holdSeats(database, performanceId, [8], accountId);
  await execute(paying, { database }, payCommand(bought));
  const holds = await Promise.all(
    [1, 2, 3, 4].map((seat) => holdSeats(database, performanceId, [seat], accountId)),
  );
  const topUp = topUpCommand({ accountId, amount: PRICE });
  const [refunded, toppedUp, ...paid] = await Promise.all([
    insist(() => refund({ database }, refundCommand(bought))),
    insist(() => execute(toppingUp, { database }, topUp)),
    ...holds.flatMap((hold) =>
      [1, 2].map(() => insist(() => execute(paying, { database }, payCommand(hold)))),
    ),
    sweepExpired({ database }, { from: new Date(0), batchSize: 100 }),
  ]);
  expect([refunded.outcome, toppedUp.outcome]).toEqual(['refunded', 'topped_up']);
  const payments = tally(paid)['paid'] ?? 0;
  // Two can be afforded without the top-up and the refund; there are four holds to be paid.
  expect(payments).toBeGreaterThanOrEqual(2);
  expect(payments).toBeLessThanOrEqual(4);
  expect((await walletOf(database, accountId)).balance).toBe((4 - payments) * PRICE);
  await expectCleanAudit();
}

describe('pay beside pay', () => {
  const pairs = pairsOf(service(PAY_STRATEGIES), service(PAY_STRATEGIES));
  it.each(pairs.map(([one, other]) => [one.name, other.name, one, other] as const))(
    '%s beside %s',
    async (_, __, one, other) => {
      cases += 1;
      await paymentStorm(one, other);
    },
  );
});

/** One reservation is paid by both, four times each, while its release is tried. */
async function paymentStorm(one: PayStrategy, other: PayStrategy): Promise<void> {
  const performanceId = await plantPerformance(database, { price: PRICE });
  const hold = await holdSeats(database, performanceId, [1, 2]);
  await giveMoney(database, hold.accountId, 20 * PRICE);
  const strategies = [one, other, one, other, one, other, one, other];
  const [released, ...paid] = await Promise.all([
    insist(() => release({ database }, hold)),
    ...strategies.map((strategy) => insist(() => execute(strategy, { database }, payCommand(hold)))),
  ]);
  const expected = released.outcome === 'released' ? 0 : 1;
  expect(tally(paid)['paid'] ?? 0).toBe(expected);
  expect((await walletOf(database, hold.accountId)).balance).toBe((20 - 2 * expected) * PRICE);
  await expectCleanAudit();
}

describe('top-up beside top-up', () => {
  const pairs = pairsOf(service(TOP_UP_STRATEGIES), service(TOP_UP_STRATEGIES));
  it.each(pairs.map(([one, other]) => [one.name, other.name, one, other] as const))(
    '%s beside %s',
    async (_, __, one, other) => {
      cases += 1;
      const accountId = someAccount();
      const strategies = Array.from({ length: 10 }, (___, i) => (i % 2 === 0 ? one : other));
      const outcomes = await Promise.all(
        strategies.map((strategy) => {
          const command = topUpCommand({ accountId });
          return insist(() => execute(strategy, { database }, command));
        }),
      );
      expect(tally(outcomes)).toEqual({ topped_up: 10 });
      expect(await walletOf(database, accountId)).toEqual({ balance: 10_000, ledger: 10_000, entries: 10 });
    },
  );
});

afterAll(() => {
  process.stdout.write(`pairs of strategies run beside each other: ${cases}\n`);
});
