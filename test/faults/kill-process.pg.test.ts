/**
 * Kills a process of a service with two, again and again in the middle of a sale. Nothing that was acknowledged is lost,
 * nothing is done twice, the sale goes on, and each killed process is started again.
 */
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { auditDatabase } from '../../src/audit/audit.ts';
import type { JournalLine } from '../../src/audit/journal/format.ts';
import { readJournal } from '../../src/audit/journal/format.ts';
import { createRandom } from '../../src/load/random.ts';
import { useDatabase } from '../support/database.ts';
import { sendAlone, startProcesses } from '../support/processes.ts';
import type { Service } from '../support/rowlock-process.ts';
import { endRowlockProcesses, eventually, servingProcesses } from '../support/rowlock-process.ts';
import { SEED } from '../support/seed.ts';
import type { CrowdResult } from '../support/storm/crowd.ts';
import { sendCrowd } from '../support/storm/crowd.ts';

const KILLS = 4;

endRowlockProcesses();
const database = useDatabase();
let directory = '';
let service: Service;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowlock-processes-'));
  service = await startProcesses(database.url, { ROWLOCK_POOL_SIZE: '12', ROWLOCK_LOG_LEVEL: 'warn' });
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const journalPath = (): string => join(directory, 'journal.jsonl');

async function paymentsIn(path: string): Promise<number> {
  let payments = 0;
  for await (const line of readJournal(path)) {
    if (line.t === 'answer' && line.outcome === 'paid') payments += 1;
  }
  return payments;
}

async function isReady(): Promise<boolean> {
  const answer = await sendAlone(service, { method: 'GET', path: '/readyz' }).catch(() => undefined);
  return answer?.status === 200;
}

async function paidNow(): Promise<number> {
  const [row] = await database.sql<{ paid: number }>(
    `select count(*)::int as paid from reservation where state in ('confirmed', 'refunded')`,
  );
  return row!.paid;
}

/** Kills one of the processes while buyers buy, and waits until both serve again. */
async function killOne(which: number): Promise<void> {
  const before = await paidNow();
  await eventually(async () => (await paidNow()) > before + 20);
  const killed = servingProcesses(service)[which]!;
  process.kill(killed, 'SIGKILL');
  const atKill = await paidNow();
  // The other one goes on meanwhile.
  await eventually(async () => (await paidNow()) > atKill + 5);
  await eventually(isReady);
  expect(servingProcesses(service)).not.toContain(killed);
}

it(`loses nothing that it acknowledged, and does nothing twice, when a process is killed ${KILLS} times by seed ${SEED}`, async () => {
  const random = createRandom(SEED, 'processes');
  let end: () => void = () => undefined;
  const until = new Promise<void>((resolve) => (end = resolve));
  const crowd: Promise<CrowdResult> = sendCrowd({
    database,
    serviceUrl: service.url,
    journalPath: journalPath(),
    seed: SEED,
    atOnce: 24,
    until,
  });
  for (let kill = 0; kill < KILLS; kill += 1) await killOne(random.next() < 0.5 ? 0 : 1);
  end();
  const { isStopped, unanswered } = await crowd;
  expect(isStopped, 'the service answered all the time').toBe(false);
  expect(unanswered, 'the kills were felt').toBeGreaterThan(0);
  await sessionsAreOver();
  const { invariants } = await auditDatabase(database, { journal: readJournal(journalPath()) });
  expect(invariants.flatMap(({ examples }) => examples)).toEqual([]);
  expect(await paymentsIn(journalPath())).toBeGreaterThan(KILLS * 20);
}, 600_000);

it('control: the same audit finds one acknowledged payment that is not in the database', async () => {
  const lines: JournalLine[] = [];
  for await (const line of readJournal(journalPath())) lines.push(line);
  const paid = lines.find((line) => line.t === 'answer' && line.outcome === 'paid')!;
  const sent = lines.find((line) => line.t === 'sent' && line.id === (paid as { id: number }).id)!;
  const id = lines.length + 1;
  const lost = { reservationId: '00000000-0000-4000-8000-000000000000' };
  const forged = [
    { ...sent, ...lost, id, key: 'lost' },
    { ...paid, ...lost, id },
  ];
  const path = join(directory, 'forged.jsonl');
  const text = [...lines, ...forged].map((line) => `${JSON.stringify(line)}\n`).join('');
  await appendFile(path, text);
  const { invariants } = await auditDatabase(database, { journal: readJournal(path) });
  expect(invariants.filter(({ violations }) => violations > 0).map(({ number }) => number)).toEqual([4]);
});

it('ends the connections that were on their way to a killed process, and serves the others', async () => {
  const [stopped] = servingProcesses(service);
  process.kill(stopped!, 'SIGSTOP');
  const port = Number(new URL(service.url).port);
  const ends = Array.from({ length: 8 }, () => answerOf(port));
  // All but one have an answer: that one waits for the process that stands still.
  let settled = 0;
  for (const end of ends) void end.then(() => (settled += 1));
  await eventually(() => settled === 7);
  process.kill(stopped!, 'SIGKILL');
  const answers = await Promise.all(ends);
  expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200'))).toHaveLength(7);
  expect(answers.filter((answer) => answer === '')).toHaveLength(1);
  await eventually(isReady);
  service.kill('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0 });
});

/** What a connection of its own answers; empty when it is closed before. */
function answerOf(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
    socket.write('GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n');
  });
}

/** What a killed process had sent may still be at work in the database. */
async function sessionsAreOver(): Promise<void> {
  await eventually(async () => {
    const [row] = await database.sql<{ busy: number }>(
      `select count(*)::int as busy from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
    );
    return row!.busy === 0;
  });
}
