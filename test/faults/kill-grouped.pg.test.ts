/**
 * Kills a service that groups twenty times in the middle of a storm, at another moment each time. Its buyers journal every
 * request and answer, and send each unanswered request again with the same key; the audit compares.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { auditDatabase } from '../../src/audit/audit.ts';
import type { JournaledAnswer, JournaledRequest, JournalLine } from '../../src/audit/journal/format.ts';
import type { HttpConnection } from '../../src/bench/measure/over-http/connection.ts';
import { openHttpConnection, postRequest } from '../../src/bench/measure/over-http/connection.ts';
import type { ServiceProcess } from '../../src/bench/measure/service-process.ts';
import { startService } from '../../src/bench/measure/service-process.ts';
import { bearerToken } from '../../src/bench/measure/tokens.ts';
import { createRandom } from '../../src/load/random.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { useDatabase } from '../support/database.ts';
import { compiled } from '../support/program.ts';
import { SEED } from '../support/seed.ts';

const KILLS = 20;
const BUYERS = 96;
const SEATS = 20_000;
const ANSWERS_BEFORE_KILL_MAX = 600;
const PRICE = 1_000;
const SECRET = 'a secret of the test, thirty-two bytes long';
const SERVICE = compiled(new URL('../../src/commands/bench/service.ts', import.meta.url));

const database = useDatabase();

interface Step {
  readonly path: string;
  readonly body: string;
  readonly request: JournaledRequest;
}

interface Buyer {
  readonly accountId: string;
  readonly authorization: string;
  /** The request without an answer, which is sent again before any other. */
  open: Step | undefined;
  /** A hold that is to be paid. */
  held: string | undefined;
}

/** A journal in memory that passes every answer on. */
function createJournal() {
  const lines: JournalLine[] = [];
  let answers = 0;
  return {
    lines,
    answers: () => answers,
    sent: (request: JournaledRequest): number => {
      const id = lines.length;
      lines.push({ t: 'sent', id, at: Date.now(), ...request });
      return id;
    },
    answered: (id: number, answer: JournaledAnswer): void => {
      answers += 1;
      lines.push({ t: 'answer', id, at: Date.now(), ...answer });
    },
  };
}

it(`loses nothing that it acknowledged, and does nothing twice, when it is killed ${KILLS} times by seed ${SEED}`, async () => {
  const performanceId = await plantPerformance(database, { seats: SEATS, price: PRICE, seatLimit: null });
  const random = createRandom(SEED, 'kills');
  const journal = createJournal();
  const buyers = Array.from({ length: BUYERS }, (_, i): Buyer => {
    const accountId = `kill-${i}`;
    const authorization = `Bearer ${bearerToken(SECRET, accountId, 'rowlock:top-up')}`;
    return { accountId, authorization, open: undefined, held: undefined };
  });
  let seat = 0;
  const nextStep = (buyer: Buyer): Step => {
    const { accountId, held: reservationId } = buyer;
    const key = randomUUID();
    if (reservationId !== undefined) {
      const path = `/v1/performances/${performanceId}/reservations/${reservationId}/payment`;
      return { path, body: '', request: { op: 'pay', accountId, key, performanceId, reservationId } };
    }
    if (random.next() < 0.3) {
      const body = JSON.stringify({ amount: PRICE });
      return {
        path: '/v1/wallet/top-ups',
        body,
        request: { op: 'topUp', accountId, key, amount: PRICE },
      };
    }
    seat += 1;
    // Three in ten ask for the seat that was asked for last.
    const seats = [`A-1-${Math.max(1, seat - (random.next() < 0.3 ? 1 : 0))}`];
    const path = `/v1/performances/${performanceId}/reservations`;
    return {
      path,
      body: JSON.stringify({ seats }),
      request: { op: 'hold', accountId, key, performanceId, seats },
    };
  };
  const take = async (buyer: Buyer, connection: HttpConnection, step: Step): Promise<void> => {
    buyer.open = step;
    const id = journal.sent(step.request);
    const headers = { authorization: buyer.authorization, 'idempotency-key': step.request.key! };
    const { status, body } = await connection.exchange(postRequest(step.path, headers, step.body));
    const answer = answerOf(step.request, status, body);
    journal.answered(id, answer);
    buyer.open = undefined;
    buyer.held = answer.outcome === 'held' ? answer.reservationId : undefined;
  };
  const storm = async (service: ServiceProcess, buyer: Buyer, isOver: () => boolean): Promise<void> => {
    const connection = await openHttpConnection(service.port);
    try {
      if (buyer.open !== undefined) await take(buyer, connection, buyer.open);
      while (!isOver()) await take(buyer, connection, nextStep(buyer));
    } finally {
      connection.close();
    }
  };
  for (let kill = 0; kill < KILLS; kill += 1) {
    const service = await startService(SERVICE, { databaseUrl: database.url, secret: SECRET });
    const killAt = journal.answers() + 1 + Math.floor(random.next() * ANSWERS_BEFORE_KILL_MAX);
    let isKilled = false;
    const isOver = (): boolean => {
      if (!isKilled && journal.answers() >= killAt) {
        process.kill(service.pids[0]!, 'SIGKILL');
        isKilled = true;
      }
      return false;
    };
    const ends = await Promise.allSettled(buyers.map((buyer) => storm(service, buyer, isOver)));
    expect(isKilled, 'the service did not end by itself').toBe(true);
    expect(
      ends.every(({ status }) => status === 'rejected'),
      'every buyer lost the service',
    ).toBe(true);
    await service.stop();
  }
  expect(
    buyers.filter(({ open }) => open !== undefined).length,
    'requests without an answer',
  ).toBeGreaterThan(BUYERS / 2);
  const service = await startService(SERVICE, { databaseUrl: database.url, secret: SECRET });
  await Promise.all(buyers.map((buyer) => storm(service, buyer, () => true)));
  await service.stop();
  await sessionsAreOver();
  const report = await auditDatabase(database, { journal: readLines(journal.lines) });
  expect(report.invariants.flatMap(({ examples }) => examples)).toEqual([]);
  expect(report.clean).toBe(true);
  const acknowledged = journal.lines.filter((line) => line.t === 'answer' && line.outcome === 'paid');
  expect(acknowledged.length).toBeGreaterThan(KILLS);
}, 600_000);

/** What a killed service had sent may still be at work in the database. */
async function sessionsAreOver(): Promise<void> {
  for (;;) {
    const [row] = await database.sql<{ busy: number }>(
      `select count(*)::int as busy from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
    );
    if (row!.busy === 0) return;
  }
}

async function* readLines(lines: readonly JournalLine[]): AsyncIterable<JournalLine> {
  yield { t: 'journal', version: 1, accountPrefix: 'kill-', startedAt: Date.now() - 600_000 };
  yield* lines;
}

/** The facts of a success, as far as the operation has them. */
function answerOf({ op }: JournaledRequest, status: number, body: string): JournaledAnswer {
  const { id, ...facts } = JSON.parse(body) as JournaledAnswer & { readonly id?: string };
  if (status !== 201) return { status, outcome: facts.outcome };
  if (op === 'topUp') return { ...facts, status, outcome: 'topped_up' };
  return op === 'hold'
    ? { ...facts, status, outcome: 'held', reservationId: id! }
    : { ...facts, status, outcome: 'paid' };
}
