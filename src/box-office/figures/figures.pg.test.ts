import { expect, it } from 'vitest';
import { whileOpen } from '../../../test/support/blocker.ts';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { buySeats, expireHold, holdSeats } from '../../../test/support/fixture.ts';
import { until } from '../../../test/support/gate.ts';
import { sweepExpired } from '../../operations/expire.ts';
import { startAudits } from './audits.ts';
import { openFigures } from './figures.ts';
import { createSeatCounts } from './seat-counts.ts';
import { readServerFigures } from './server.ts';
import { createSweeperLag } from './sweeper-lag.ts';

const database = useDatabase();

it('reads all figures, and no new ones at once', async () => {
  const performanceId = await plantPerformance(database, { price: 1_000 });
  await buySeats(database, performanceId, [1, 2]);
  await holdSeats(database, performanceId, [3]);
  const figures = openFigures(database.url);
  try {
    const first = await figures.read();
    expect(first?.seats?.grades).toContainEqual(expect.objectContaining({ performanceId, held: 1, sold: 2 }));
    expect(first).toMatchObject({ sweeperLagSeconds: 0, cancellations: 0, lockWaiters: 0 });
    expect(first?.connections).toBeGreaterThan(0);
    expect(first?.connectionsMax).toBeGreaterThan(first!.connections);
    expect(first?.commitSeconds).toBeGreaterThan(0);
    expect(Math.abs(first?.clockOffsetSeconds ?? Infinity)).toBeLessThan(2);
    expect(await figures.read()).toBe(first);
  } finally {
    await figures.close();
  }
});

it('has none where no database answers', async () => {
  const nowhere = new URL(database.url);
  nowhere.port = '1';
  const figures = openFigures(nowhere.href);
  expect(await figures.read()).toBeUndefined();
  await figures.close();
});

it('has none while the database keeps it waiting, and does not wait for long', async () => {
  const figures = openFigures(database.url);
  await whileOpen(database, [`lock table cancellation in access exclusive mode`], async () => {
    const beganAtMs = performance.now();
    expect(await figures.read()).toBeUndefined();
    expect(performance.now() - beganAtMs).toBeLessThan(30_000);
  });
  await figures.close();
});

it('tells the age of the oldest expired hold until it is swept', async () => {
  const performanceId = await plantPerformance(database);
  const lag = createSweeperLag();
  const read = (): Promise<number> => database.connect(lag);
  expect(await read()).toBe(0);
  const hold = await holdSeats(database, performanceId, [1]);
  expect(await read()).toBe(0);
  await expireHold(database, hold);
  const seconds = await read();
  expect(seconds).toBeGreaterThanOrEqual(1);
  expect(await read()).toBeGreaterThanOrEqual(seconds);
  await sweepExpired({ database }, { from: new Date(0), batchSize: 10 });
  expect(await read()).toBe(0);
});

it('sees a transaction that is open, and a session that waits for its row', async () => {
  const performanceId = await plantPerformance(database);
  const holder = await database.pool.connect();
  const waiter = await database.rival.pool.connect();
  try {
    await holder.query('begin');
    const lock = `select from performance where performance_id = '${performanceId}' for update`;
    await holder.query(lock);
    const waiting = waiter.query(lock);
    const read = () => database.connect(readServerFigures);
    await until(async () => (await read()).lockWaiters === 1);
    await until(async () => (await read()).longestLockWaitSeconds > 0);
    const { oldestTransactionSeconds, blockingTransactionSeconds } = await read();
    expect(blockingTransactionSeconds).toBeGreaterThan(0);
    expect(oldestTransactionSeconds).toBeGreaterThan(0);
    await holder.query('rollback');
    await waiting;
  } finally {
    holder.release(true);
    waiter.release(true);
  }
});

it('tells cancellations under way from those that nobody works on', async () => {
  const read = async (): Promise<readonly number[]> => {
    const { cancellations, cancellationsStuck } = await database.connect(readServerFigures);
    return [cancellations, cancellationsStuck];
  };
  const [working, left, failing] = [
    await plantPerformance(database),
    await plantPerformance(database),
    await plantPerformance(database),
  ];
  const cancel = `insert into cancellation (performance_id, refunded_before, leased_until, failures)
    values ($1, 0, clock_timestamp() + $2::interval, $3)`;
  await database.sql(cancel, [working, '10 seconds', '[]']);
  expect(await read()).toEqual([1, 0]);
  await database.sql(cancel, [left, '-2 minutes', '[]']);
  await database.sql(cancel, [failing, '10 seconds', '[{"reason": "contended"}]']);
  expect(await read()).toEqual([3, 2]);
  await database.sql(`update cancellation set completed_at = clock_timestamp()`);
  expect(await read()).toEqual([0, 0]);
});

it('counts one hall when the budget is used up, the longest uncounted first, and rests', async () => {
  await database.sql(
    `update performance set sale_closes_at = clock_timestamp() - interval '2 days', sale_opens_at = clock_timestamp() - interval '3 days'`,
  );
  const ids = [await plantPerformance(database), await plantPerformance(database)];
  let nowMs = 0;
  // Every look at the clock takes a second, so that one hall uses up the budget.
  const counts = createSeatCounts(1, () => (nowMs += 1_000));
  const read = async (): Promise<readonly string[]> => {
    const { grades } = await database.connect(counts);
    return [...new Set(grades.map(({ performanceId }) => performanceId))];
  };
  expect(await read()).toHaveLength(1);
  expect(await read()).toHaveLength(1);
  nowMs += 1_000_000;
  expect((await read()).toSorted()).toEqual(ids.toSorted());
});

it('audits again and again, and names what it finds', async () => {
  const performanceId = await plantPerformance(database);
  const hold = await holdSeats(database, performanceId, [1]);
  const warnings: string[] = [];
  const onWarning = (line: string): void => void warnings.push(line);
  const audits = startAudits({ databaseUrl: database.url, intervalMs: 1, onWarning });
  try {
    await until(async () => audits.figures.completed >= 1);
    expect(warnings).toEqual([]);
    await database.sql(`delete from seat where performance_id = $1 and seat_number = 1`, [
      hold.performanceId,
    ]);
    await until(async () => audits.figures.last?.report.clean === false);
    expect(warnings[0]).toMatch(/^WARNING: the audit found violations \(invariant \d: 1\b/);
  } finally {
    await audits.close();
    await database.sql(`delete from reservation where performance_id = $1`, [performanceId]);
  }
  const { completed } = audits.figures;
  expect(audits.figures.completed).toBe(completed);
});

it('counts an audit that fails', async () => {
  const nowhere = new URL(database.url);
  nowhere.port = '1';
  const warnings: string[] = [];
  const audits = startAudits({
    databaseUrl: nowhere.href,
    intervalMs: 60_000,
    onWarning: (line) => void warnings.push(line),
  });
  await until(async () => audits.figures.failed === 1);
  expect(audits.figures.last).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/^WARNING: the audit failed: /)]);
  await audits.close();
});
