/**
 * An upgrade during a sale: the earlier version sells, this one migrates and sells beside it, each request and each repeat of
 * one goes to either, and at the end every answer that a buyer received is in the database exactly once.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { auditDatabase } from '../../src/audit/audit.ts';
import { readJournal } from '../../src/audit/journal/format.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { Database } from '../../src/db/database.ts';
import type { ServiceClient } from '../../src/load/http-client.ts';
import { openServiceClient } from '../../src/load/http-client.ts';
import { administer, databaseUrlOf } from '../support/administer.ts';
import { until } from '../support/gate.ts';
import { endRowlockProcesses, runRowlock, startRowlock } from '../support/rowlock-process.ts';
import type { RowlockProcess, Setting } from '../support/rowlock-process.ts';
import { sendCrowd } from '../support/storm/crowd.ts';
import { SECRET } from '../support/storm/service.ts';
import type { Checkout } from './versions.ts';
import { describeWithEarlierVersion, unpackEarlierVersion } from './versions.ts';

const BUYERS_AT_ONCE = 12;
/** Answers that each version must have given while the other sold, too. */
const ANSWERS_EACH = 300;

endRowlockProcesses();

describeWithEarlierVersion('an upgrade during a sale', () => {
  const name = `rowlock_upgrade_${process.pid}`;
  let earlier: Checkout;
  let folder = '';
  let url = '';
  let database: Database;
  beforeAll(async () => {
    earlier = unpackEarlierVersion();
    folder = await mkdtemp(join(tmpdir(), 'rowlock-upgrade-'));
    await administer(
      databaseUrlOf(inject('templateUrl'), 'postgres'),
      `create database ${name} template template0`,
    );
    url = databaseUrlOf(inject('templateUrl'), name);
    database = openDatabase({ ...DATABASE_DEFAULTS, url, poolSize: 4 });
  });
  afterAll(async () => {
    await database.close();
    await administer(databaseUrlOf(inject('templateUrl'), 'postgres'), `drop database ${name}`);
    earlier.remove();
    await rm(folder, { recursive: true });
  });

  const serve = async (of: Pick<Setting, 'cli'>): Promise<{ process: RowlockProcess; url: string }> => {
    const env = {
      DATABASE_URL: url,
      ROWLOCK_JWT_SECRET: SECRET,
      ROWLOCK_PROCESSES: '1',
      ROWLOCK_POOL_SIZE: '10',
    };
    const process = startRowlock(['serve', '--port', '0'], { env, ...of });
    const [, address = ''] = await process.printed(/open at (http:\S+)/);
    return { process, url: address };
  };

  it('loses no answer and sells no seat twice', async () => {
    const prepared = await runRowlock(['migrate'], { env: { DATABASE_URL: url }, cli: earlier.cli });
    expect(prepared.code, prepared.stderr).toBe(0);
    const before = await serve({ cli: earlier.cli });
    const both = alternating(openServiceClient(before.url, BUYERS_AT_ONCE));
    const journalPath = join(folder, 'journal.jsonl');
    let enough = (): void => undefined;
    const crowd = sendCrowd({
      database,
      serviceUrl: before.url,
      client: both,
      journalPath,
      seed: 7,
      atOnce: BUYERS_AT_ONCE,
      until: new Promise<void>((resolve) => (enough = resolve)),
    });
    await until(async () => both.answers()[0]! >= ANSWERS_EACH);
    const migrated = await runRowlock(['migrate'], { env: { DATABASE_URL: url } });
    expect(migrated.code, migrated.stderr).toBe(0);
    const after = await serve({});
    const [alone = 0] = both.answers();
    both.add(openServiceClient(after.url, BUYERS_AT_ONCE));
    await until(async () => both.answers()[0]! >= alone + ANSWERS_EACH && both.answers()[1]! >= ANSWERS_EACH);
    enough();
    expect(await crowd).toMatchObject({ unanswered: 0, isStopped: false });
    for (const service of [before, after]) {
      service.process.kill('SIGTERM');
      const { code, stderr } = await service.process.ended;
      expect(code, stderr).toBe(0);
    }
    const report = await auditDatabase(database, { journal: readJournal(journalPath) });
    expect(report.invariants.flatMap(({ examples }) => examples)).toEqual([]);
    expect(report.invariants.every(({ checked }) => checked)).toBe(true);
    expect(report.counts.reservations).toBeGreaterThan(50);
  });
});

/** Sends requests to its services by turns, so that a repeat goes to the other version, and counts the answers of each. */
function alternating(first: ServiceClient): ServiceClient & {
  add(client: ServiceClient): void;
  answers(): readonly number[];
} {
  const clients = [first];
  const answers = [0, 0];
  let sent = 0;
  return {
    send: async (request) => {
      sent += 1;
      const turn = sent % clients.length;
      const answer = await clients[turn]!.send(request);
      answers[turn] = (answers[turn] ?? 0) + 1;
      return answer;
    },
    add: (client) => void clients.push(client),
    answers: () => answers,
    close: () => {
      for (const client of clients) client.close();
    },
  };
}
