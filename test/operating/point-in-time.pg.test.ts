/**
 * A base backup and the archived log bring a database back to a moment in the middle of a sale: with everything that was
 * acknowledged until then, and nothing that was asked for later.
 */
import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readJournal } from '../../src/audit/journal/format.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { administer, databaseUrlOf } from '../support/administer.ts';
import { until } from '../support/gate.ts';
import { startProcesses } from '../support/processes.ts';
import { endRowlockProcesses, runRowlock } from '../support/rowlock-process.ts';
import { sendCrowd } from '../support/storm/crowd.ts';
import type { DebianServer } from './debian-postgres.ts';
import {
  describeWithPostgres,
  makeFolder,
  pgProgram,
  startDebianServer,
  startRestoredServer,
} from './debian-postgres.ts';

endRowlockProcesses();

describeWithPostgres('a recovery to a moment in the middle of a sale', () => {
  let place: ReturnType<typeof makeFolder>;
  const servers: DebianServer[] = [];
  const databases: Database[] = [];
  beforeAll(() => void (place = makeFolder()));
  afterAll(async () => {
    for (const database of databases) await database.close();
    for (const server of servers) server.stop();
    rmSync(place.folder, { recursive: true });
  });

  function open(url: string): Database {
    const database = openDatabase({ ...DATABASE_DEFAULTS, url, poolSize: 4 });
    databases.push(database);
    return database;
  }

  it('has what was acknowledged until then, and nothing of later', async () => {
    const archive = join(place.folder, 'archive');
    execFileSync('mkdir', [archive], { ...place.account, cwd: place.folder });
    const old = await startArchiving(archive);
    const url = databaseUrlOf(old.url, 'sale');
    const database = open(url);
    await migrate(url);
    const service = await startProcesses(url, { ROWLOCK_PROCESSES: '1' });
    let enough = (): void => undefined;
    const journal = join(place.folder, 'journal.jsonl');
    const crowd = sendCrowd({
      database,
      serviceUrl: service.url,
      journalPath: journal,
      seed: 1,
      atOnce: 8,
      until: new Promise<void>((resolve) => (enough = resolve)),
    });
    const sellMore = async (seats: number): Promise<void> => {
      const before = await soldSeats(database);
      await until(async () => (await soldSeats(database)) >= before + seats);
    };
    await sellMore(50);
    const backup = join(place.folder, 'backup');
    execFileSync(
      pgProgram('pg_basebackup'),
      [`--dbname=${old.url}`, `--pgdata=${backup}`, '--checkpoint=fast', '--no-sync'],
      { ...place.account, cwd: place.folder },
    );
    await sellMore(50);
    const moment = Date.now();
    await sellMore(50);
    enough();
    await crowd;
    service.kill('SIGTERM');
    await service.ended;
    const soldAtEnd = await soldSeats(database);
    await archiveAll(database, archive);

    const restored = await startRestoredServer(backup, (data) => {
      appendFileSync(
        join(data, 'postgresql.auto.conf'),
        [
          `restore_command = 'cp ${archive}/%f %p'`,
          `recovery_target_time = '${new Date(moment).toISOString().replace('Z', '+00')}'`,
          `recovery_target_action = 'promote'`,
          `archive_mode = off`,
        ].join('\n'),
      );
      writeFileSync(join(data, 'recovery.signal'), '');
    });
    servers.push(restored);
    const restoredUrl = databaseUrlOf(restored.url, 'sale');
    const again = open(restoredUrl);
    await until(async () => !(await isInRecovery(again)));
    const env = { DATABASE_URL: restoredUrl };
    expect((await runRowlock(['migrate'], { env })).code).toBe(0);
    expect(await soldSeats(again)).toBeLessThan(soldAtEnd);

    const untilThen = join(place.folder, 'until-then.jsonl');
    await cutJournal(journal, untilThen, moment);
    const audited = await runRowlock(['audit', '--journal', untilThen], { env });
    expect(audited.code, audited.stdout + audited.stderr).toBe(0);
    // The control: the whole journal has what was acknowledged later, which the audit misses.
    const whole = await runRowlock(['audit', '--journal', journal], { env });
    expect(whole.code, whole.stdout).toBe(1);
    expect(whole.stdout).toMatch(/was acknowledged and is not in/);
  });

  async function startArchiving(archive: string): Promise<DebianServer> {
    const server = await startDebianServer();
    servers.push(server);
    await administer(
      server.url,
      'alter system set archive_mode = on',
      `alter system set archive_command = 'test ! -f ${archive}/%f && cp %p ${archive}/%f'`,
      'create database sale',
    );
    server.halt();
    server.start();
    return server;
  }

  /** Ends the log's present file, and waits until it is in the archive. */
  async function archiveAll({ pool }: Database, archive: string): Promise<void> {
    const { rows } = await pool.query<{ file: string }>('select pg_walfile_name(pg_switch_wal()) as file');
    await until(async () => readdirSync(archive).includes(rows[0]!.file));
  }
});

async function soldSeats({ pool }: Database): Promise<number> {
  const { rows } = await pool.query<{ sold: number }>(
    `select count(*)::int as sold from seat where state = 'sold'`,
  );
  return rows[0]!.sold;
}

async function isInRecovery({ pool }: Database): Promise<boolean> {
  const { rows } = await pool.query<{ is: boolean }>('select pg_is_in_recovery() as is');
  return rows[0]!.is;
}

/**
 * Writes what a journal had at this moment. What was answered before it was committed before it, too; a request that was
 * under way stays without an answer: the recovery may have it or not.
 */
async function cutJournal(from: string, to: string, moment: number): Promise<void> {
  const lines: string[] = [];
  for await (const line of readJournal(from)) {
    const isKept = line.t === 'journal' || (line.t === 'sent' ? line.at <= moment : line.at < moment);
    if (isKept) lines.push(`${JSON.stringify(line)}\n`);
  }
  expect(lines.length).toBeLessThan(readFileSync(from, 'utf8').split('\n').length - 1);
  writeFileSync(to, lines.join(''));
}
