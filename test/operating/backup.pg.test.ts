/** A dump that is taken during a sale is whole: restored into another server it passes the audit, and sells on. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditDatabase } from '../../src/audit/audit.ts';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { administer, databaseUrlOf } from '../support/administer.ts';
import { until } from '../support/gate.ts';
import { startProcesses } from '../support/processes.ts';
import {
  copyDataDir,
  endRowlockProcesses,
  makeDataDir,
  runRowlock,
  startService,
} from '../support/rowlock-process.ts';
import { sendCrowd } from '../support/storm/crowd.ts';
import type { DebianServer } from './debian-postgres.ts';
import { describeWithPostgres, pgProgram, startDebianServer } from './debian-postgres.ts';

const run = promisify(execFile);

endRowlockProcesses();

/** Only ever more, while sold seats are also given back. */
async function paymentsOf(database: Database): Promise<number> {
  const { rows } = await database.pool.query<{ paid: number }>(
    `select count(*)::int as paid from ledger_entry where kind = 'payment'`,
  );
  return rows[0]!.paid;
}

describeWithPostgres('a dump of your own server', () => {
  let folder = '';
  const servers: DebianServer[] = [];
  const databases: Database[] = [];
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'rowlock-backup-'))));
  afterAll(async () => {
    for (const database of databases) await database.close();
    for (const server of servers) server.stop();
    await rm(folder, { recursive: true });
  });

  async function serverWith(name: string): Promise<{ readonly url: string; readonly database: Database }> {
    const server = await startDebianServer();
    servers.push(server);
    await administer(server.url, `create database ${name}`);
    const url = databaseUrlOf(server.url, name);
    const database = openDatabase({ ...DATABASE_DEFAULTS, url, poolSize: 4 });
    databases.push(database);
    return { url, database };
  }

  it('during a sale is whole, and is on sale again after a restore', async () => {
    const old = await serverWith('sale');
    await migrate(old.url);
    const service = await startProcesses(old.url, { ROWLOCK_PROCESSES: '1' });
    let enough = (): void => undefined;
    const crowd = sendCrowd({
      database: old.database,
      serviceUrl: service.url,
      journalPath: join(folder, 'journal.jsonl'),
      seed: 1,
      atOnce: 12,
      until: new Promise<void>((resolve) => (enough = resolve)),
    });
    const paidMore = async (than: number): Promise<void> =>
      until(async () => (await paymentsOf(old.database)) > than);
    await paidMore(100);
    const before = await paymentsOf(old.database);
    const dump = join(folder, 'sale.dump');
    await run(pgProgram('pg_dump'), ['--format=custom', `--file=${dump}`, old.url]);
    const after = await paymentsOf(old.database);
    await paidMore(after);
    enough();
    expect((await crowd).unanswered).toBe(0);
    service.kill('SIGTERM');
    await service.ended;

    const restored = await serverWith('restored');
    const how = ['--exit-on-error', '--single-transaction', '--no-owner', '--role=rowlock'];
    await run(pgProgram('pg_restore'), [...how, `--dbname=${restored.url}`, dump]);
    expect(await isAhead(restored.database)).toBe(true);
    expect(await migrate(restored.url)).toEqual([]);
    expect(await isAhead(restored.database)).toBe(false);
    const report = await auditDatabase(restored.database, {});
    expect(report.invariants.flatMap(({ examples }) => examples)).toEqual([]);
    const paid = await paymentsOf(restored.database);
    expect(paid).toBeGreaterThanOrEqual(before);
    expect(paid).toBeLessThanOrEqual(after);

    await sellsOn(restored.url);
  });

  /** Whether a seat was written by a transaction that is still to come on this server. */
  async function isAhead({ pool }: Database): Promise<boolean> {
    const { rowCount } = await pool.query(
      'select from seat where changed_by >= pg_snapshot_xmax(pg_current_snapshot()) limit 1',
    );
    return (rowCount ?? 0) > 0;
  }

  /** A watcher of the restored hall has the whole hall first, and then the change that is made now and no other. */
  async function sellsOn(databaseUrl: string): Promise<void> {
    const boxOffice = await createBoxOffice({ databaseUrl, migrate: false, sweepIntervalMs: 0 });
    const performanceId = 'storm-1';
    const seen: string[] = [];
    const watch = await boxOffice.watchSeats({
      performanceId,
      cursor: undefined,
      onEvents: (events) => seen.push(JSON.stringify(events)),
      onEnd: () => undefined,
    });
    expect(watch).toMatchObject({ events: [{ kind: 'sale' }, { kind: 'seats' }] });
    const seats = ['A-1-1999'];
    expect(
      await boxOffice.hold({ performanceId, accountId: 'anna', seats, idempotencyKey: 'after-the-restore' }),
    ).toMatchObject({ outcome: 'held' });
    await until(async () => seen.length > 0);
    expect(seen).toEqual([expect.stringMatching(/"kind":"seats".*"held":\[1999\]/)]);
    if ('close' in watch) watch.close();
    await boxOffice.close();
  }
});

describe('a copy of the embedded data directory', () => {
  it('serves what the stopped one had sold', async () => {
    const dataDir = await makeDataDir();
    const service = await startService(dataDir);
    const env = { ROWLOCK_URL: service.url, ROWLOCK_DATA_DIR: dataDir };
    const journal = join(dataDir, 'demo.jsonl');
    const demo = await runRowlock(['demo', '--buyers', '40', '--journal', journal], { env });
    expect(demo.code, demo.stderr).toBe(0);
    service.kill('SIGTERM');
    await service.ended;
    const copy = await copyDataDir(dataDir);
    const audit = await runRowlock(['audit', '--data-dir', copy, '--journal', journal]);
    expect(audit.code, audit.stdout + audit.stderr).toBe(0);
    const again = await startService(copy);
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
    again.kill('SIGTERM');
    await again.ended;
  });
});
