/** Databases that concurrent programs have written: the audit reports nothing. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { insist } from '../../test/conformance/conformance.ts';
import { useDatabase } from '../../test/support/database.ts';
import { journalOf, openJournaledClient } from '../../test/support/journaled-client.ts';
import { buySeats, expireHold, holdCommand, holdSeats, moveExpiry } from '../../test/support/fixture.ts';
import { commit } from '../db/database.ts';
import { sweepExpired } from '../operations/expire.ts';
import { optimisticHold } from '../operations/hold/optimistic.ts';
import type { AuditReport } from './report.ts';
import { auditDatabase } from './audit.ts';
import { execute } from '../../test/support/execute.ts';

const database = useDatabase();

const violationsOf = (report: AuditReport): readonly string[] =>
  report.invariants.flatMap(({ number, examples }) => examples.map((example) => `${number}: ${example}`));

it('finds nothing in an empty database, and marks the invariants that need a journal', async () => {
  const report = await auditDatabase(database, {});
  expect(report.clean).toBe(true);
  expect(report.counts).toEqual({ performances: 0, seats: 0, reservations: 0, wallets: 0, entries: 0 });
  expect(report.invariants.map((invariant) => invariant.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(report.invariants.filter((invariant) => !invariant.checked).map(({ number }) => number)).toEqual([
    4, 6,
  ]);
});

it('finds nothing after holds have expired, swept or not, and their seats were sold', async () => {
  const performanceId = await plantPerformance(database, { seatLimit: 2 });
  const first = await holdSeats(database, performanceId, [1, 2]);
  const second = await holdSeats(database, performanceId, [3, 4]);
  await expireHold(database, first);
  await expireHold(database, second);
  await buySeats(database, performanceId, [2, 3]);
  await holdSeats(database, performanceId, [1], first.accountId);
  expect(violationsOf(await auditDatabase(database, {}))).toEqual([]);
  const swept = await sweepExpired({ database }, { from: new Date(0), batchSize: 100 });
  expect(swept.expired).toBe(2);
  expect(violationsOf(await auditDatabase(database, {}))).toEqual([]);
});

it('finds nothing at any moment while buyers storm a performance, nor against their journal', async () => {
  const performanceId = await plantPerformance(database, { seats: 40, price: 1_000, seatLimit: 3 });
  const client = openJournaledClient(database, 'storm-');
  let random = 12_345;
  const below = (limit: number): number => {
    random = (random * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((random / 2_147_483_648) * limit);
  };
  const visit = async (accountId: string): Promise<void> => {
    const first = 1 + below(39);
    const key = randomUUID();
    const hold = holdCommand({ performanceId, accountId, seats: [first, first + 1], key });
    await client.topUp(accountId, 2_500);
    if ((await insist(() => client.hold(hold, key))).outcome !== 'held') return;
    const next = below(4);
    if (next === 0) await client.release(hold);
    if (next === 1) return;
    await Promise.all([client.pay(hold), client.pay(hold), client.hold(hold, key)]);
    if (next === 2) await client.refund(hold);
  };
  const accounts = Array.from({ length: 12 }, (_, i) => `storm-${i}`);
  const state = { storming: true };
  const storm = Promise.all(
    accounts.map(async (accountId) => {
      for (let round = 0; round < 12; round += 1) await visit(accountId);
    }),
  ).finally(() => {
    state.storming = false;
  });
  while (state.storming) expect(violationsOf(await auditDatabase(database, {}))).toEqual([]);
  await storm;
  const report = await auditDatabase(database, { journal: journalOf(await client.end()) });
  expect(violationsOf(report)).toEqual([]);
  expect(report.clean).toBe(true);
  expect(report.invariants.every((invariant) => invariant.checked)).toBe(true);
  expect(report.counts.entries).toBeGreaterThan(100);
});

it('finds nothing at any moment while holds expire and their seats are taken', async () => {
  const seats = Array.from({ length: 10 }, (_, i) => i + 1);
  const performanceId = await plantPerformance(database, { seatLimit: 1 });
  for (const seat of seats) {
    const hold = await holdSeats(database, performanceId, [seat]);
    await moveExpiry(database, hold, 50 * seat + 200);
  }
  const waiting = new Set(seats);
  const takeOver = async (seat: number): Promise<void> => {
    const command = holdCommand({ performanceId, accountId: `next-${seat}`, seats: [seat] });
    while ((await execute(optimisticHold, { database }, command)).outcome !== 'held');
    waiting.delete(seat);
  };
  const takeovers = Promise.all(seats.map(takeOver));
  while (waiting.size > 0) expect(violationsOf(await auditDatabase(database, {}))).toEqual([]);
  await takeovers;
});

it('may read longer than a statement of its pool', async () => {
  const slow = {
    name: 'audit_test_slow',
    group: 'any',
    writes: false,
    params: [],
    columns: {},
    text: 'select pg_sleep(0.2)',
  } as const;
  const impatient = database.open({ statementTimeoutMs: 100 }).withPrologue(async (tx) => {
    await tx.run(slow, []);
  });
  expect((await auditDatabase(impatient, {})).clean).toBe(true);
  const hasty = impatient.connect((connection) => connection.transaction({}, async () => commit(undefined)));
  await expect(hasty).rejects.toThrow('statement timeout');
});
