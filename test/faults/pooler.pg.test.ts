/** A service behind PgBouncer: sessions keep their bounds, and a mode that keeps no sessions is refused at start. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import { TransactionPooling } from '../../src/db/pooler.ts';
import { whileSeatsLocked } from '../support/blocker.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/gate.ts';
import { describeWithPooler, usePooler } from '../support/pooler.ts';
import { startProcesses } from '../support/processes.ts';
import { endRowlockProcesses, runRowlock } from '../support/rowlock-process.ts';
import { sendCrowd } from '../support/storm/crowd.ts';

endRowlockProcesses();

const SERVICE = { migrate: false, sweepIntervalMs: 0 };

describeWithPooler('behind PgBouncer in session mode', () => {
  const database = useDatabase();
  const pooler = usePooler(database, 'session');

  it('a session has the timeouts that were asked for', async () => {
    const pooled = openDatabase({ ...DATABASE_DEFAULTS, url: pooler.url, lockTimeoutMs: 1_234 });
    const { rows } = await pooled.pool.query(`
      select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle, current_setting('datestyle') as dates`);
    await pooled.close();
    expect(rows).toEqual([
      { statement: '5s', lock: '1234ms', idle: '10s', dates: expect.stringMatching(/^ISO/) },
    ]);
  });

  it('a purchase goes through, and a wait for a locked seat ends', async () => {
    const performanceId = await plantPerformance(database);
    const boxOffice = await createBoxOffice({
      ...SERVICE,
      databaseUrl: pooler.url,
      strategies: { hold: 'pessimistic' },
      database: { poolSize: 4, lockTimeoutMs: 200 },
    });
    const hold = (seat: string): ReturnType<typeof boxOffice.hold> =>
      boxOffice.hold({ performanceId, accountId: 'anna', seats: [seat], idempotencyKey: randomUUID() });
    expect(await hold('A-1-1')).toMatchObject({ outcome: 'held' });
    await whileSeatsLocked(database, performanceId, [2], async () => {
      expect(await hold('A-1-2')).toMatchObject({ outcome: 'contended', cause: '55P03' });
    });
    await boxOffice.close();
  });

  it('a service of two processes sells to a crowd, and every answer is in the database', async () => {
    const service = await startProcesses(pooler.url, { ROWLOCK_POOL_SIZE: '8' });
    const journalPath = join(tmpdir(), `rowlock-pooler-${randomUUID()}.jsonl`);
    let enough = (): void => undefined;
    const crowd = sendCrowd({
      database,
      serviceUrl: service.url,
      journalPath,
      seed: 3,
      atOnce: 12,
      until: new Promise<void>((resolve) => (enough = resolve)),
    });
    await until(async () => {
      const [row] = await database.sql<{ sold: number }>(
        `select count(*)::int as sold from seat where state = 'sold'`,
      );
      return (row?.sold ?? 0) > 200;
    });
    enough();
    expect(await crowd).toMatchObject({ unanswered: 0, isStopped: false });
    const env = { DATABASE_URL: pooler.url };
    const audit = await runRowlock(['audit', '--journal', journalPath], { env });
    expect(audit.code, audit.stdout + audit.stderr).toBe(0);
    expect(await runRowlock(['migrate'], { env })).toMatchObject({
      code: 0,
      stdout: 'the schema is up to date\n',
    });
    service.kill('SIGTERM');
    expect((await service.ended).code).toBe(0);
    await rm(journalPath);
  });
});

describeWithPooler('behind PgBouncer in transaction mode', () => {
  const database = useDatabase();
  const pooler = usePooler(database, 'transaction');

  it('a box office does not open', async () => {
    const opening = createBoxOffice({ ...SERVICE, databaseUrl: pooler.url });
    await expect(opening).rejects.toThrow(TransactionPooling);
  });

  it('the service says so in one line and ends', async () => {
    const env = { DATABASE_URL: pooler.url, ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more' };
    expect(await runRowlock(['serve'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'rowlock: the database is behind a pooler in transaction or statement mode; connect directly, or set pool_mode = session\n',
    });
  });
});
