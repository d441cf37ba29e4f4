/**
 * Kills one process after another of a home, three servers of performances and two services, in the middle of a sale. The
 * buyers journal every request and answer, and send each unanswered request again with the same key, to either service; the
 * audit of all servers compares.
 */
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JournaledAnswer, JournaledRequest, JournalLine } from '../../src/audit/journal/format.ts';
import { addressesToAudit, auditServers } from '../../src/audit/servers/audit-servers.ts';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import { addServer } from '../../src/box-office/servers/add-server.ts';
import type { EmbeddedServer } from '../../src/embedded-server/server.ts';
import { startEmbeddedServer } from '../../src/embedded-server/server.ts';
import { migrate } from '../../src/db/migrate.ts';
import { createRandom } from '../../src/load/random.ts';
import { freePort } from '../support/free-port.ts';
import { tokenFor } from '../support/processes.ts';
import type { RowlockProcess } from '../support/rowlock-process.ts';
import { endRowlockProcesses, eventually, makeDataDir, startRowlock } from '../support/rowlock-process.ts';
import { SEED } from '../support/seed.ts';
import { SECRET } from '../support/storm/service.ts';

/** 1,000 by hand: ROWLOCK_CYCLES. */
const CYCLES = Number(process.env['ROWLOCK_CYCLES'] ?? 30);
const BUYERS = 24;
const PRICE = 1_000;
const ANSWERS_BEFORE_KILL_MAX = 120;
const NAMES = ['busan', 'daegu', 'seoul'] as const;

const CATALOGUE = {
  venues: [
    {
      id: 'hall',
      name: { en: 'Hall', ko: '홀' },
      sections: [
        {
          id: 'A',
          blocks: [
            {
              grade: 'S',
              rows: Array.from({ length: 50 }, () => 50),
              origin: [0, 0],
              seatStep: [1, 0],
              rowStep: [0, 1],
            },
          ],
        },
      ],
    },
  ],
  concerts: [
    {
      id: 'tour',
      title: { en: 'Tour', ko: '투어' },
      performances: NAMES.map((name) => ({
        id: `in-${name}`,
        venue: 'hall',
        startsAt: '2031-01-01T20:00:00Z',
        sale: { opensAt: '2026-01-01T00:00:00Z' },
        refundableUntil: '2030-12-31T20:00:00Z',
        holdSeconds: 600,
        seatLimit: null,
        prices: { S: PRICE },
      })),
    },
  ],
};

endRowlockProcesses();

const databases: { readonly name: string; readonly server: EmbeddedServer }[] = [];
/** What is called when a server of the name has ended. */
const exited = new Map<string, () => void>();
const urls: Record<string, string> = {};
let homeUrl = '';
let serversFile = '';

beforeAll(async () => {
  const settings = { max_connections: '80', shared_buffers: '32MB' };
  for (const name of ['home', ...NAMES]) {
    const server = await startEmbeddedServer({ dataDir: await makeDataDir(), settings });
    databases.push({ name, server });
    server.onUnexpectedExit(() => exited.get(name)?.());
    if (name === 'home') {
      homeUrl = server.url;
      await migrate(homeUrl);
    } else {
      urls[name] = server.url;
      await addServer(homeUrl, { name, url: server.url });
    }
  }
  serversFile = join(await makeDataDir(), 'servers.json');
  await writeFile(serversFile, JSON.stringify({ servers: urls }));
  const boxOffice = await createBoxOffice({ databaseUrl: homeUrl, servers: urls, sweepIntervalMs: 0 });
  for (const name of NAMES) {
    const [concert] = CATALOGUE.concerts;
    const performances = concert!.performances.filter(({ id }) => id === `in-${name}`);
    const document = { ...CATALOGUE, concerts: [{ ...concert, performances }] };
    const report = await boxOffice.operator.importCatalogue(document, undefined, undefined, name);
    expect(report).toMatchObject({ performances: { created: 1 } });
  }
  await boxOffice.close();
});
afterAll(() => Promise.all(databases.map(({ server }) => server.stop())));

interface Service {
  readonly port: number;
  process: RowlockProcess;
}

async function startService(port: number): Promise<RowlockProcess> {
  const args = ['serve', '--port', String(port), '--servers', serversFile];
  const env = {
    DATABASE_URL: homeUrl,
    ROWLOCK_JWT_SECRET: SECRET,
    ROWLOCK_PROCESSES: '1',
    ROWLOCK_ACCOUNT_RATE: '0',
    ROWLOCK_POOL_SIZE: '6',
  };
  const service = startRowlock(args, { env });
  await service.printed(/open at (http:\S+)/);
  return service;
}

/** A request, with what its journal says of it. */
interface Step {
  readonly path: string;
  readonly body?: object;
  readonly request: JournaledRequest;
}

const REPEATED: ReadonlySet<string> = new Set(['contended', 'overloaded', 'outcome_unknown', 'internal']);

it(`loses nothing and does nothing twice when processes are killed ${CYCLES} times by seed ${SEED}`, async () => {
  const random = createRandom(SEED, 'kill-servers');
  const services: Service[] = [];
  for (let i = 0; i < 2; i += 1) {
    const port = await freePort();
    services.push({ port, process: await startService(port) });
  }
  const lines: JournalLine[] = [
    { t: 'journal', version: 1, accountPrefix: 'kill-', startedAt: Date.now() - 600_000 },
  ];
  let answers = 0;
  let seat = 0;
  const over = new AbortController();
  const killed: Record<string, number> = {};

  const send = async (authorization: string, step: Step): Promise<JournaledAnswer> => {
    const { op, key } = step.request;
    for (;;) {
      const { port } = services[Math.floor(random.next() * services.length)]!;
      try {
        const response = await fetch(`http://127.0.0.1:${port}${step.path}`, {
          method: 'POST',
          headers: {
            authorization,
            'idempotency-key': key!,
            ...(step.body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(step.body !== undefined && { body: JSON.stringify(step.body) }),
          signal: AbortSignal.timeout(15_000),
        });
        const { id, ...facts } = (await response.json()) as JournaledAnswer & { readonly id?: string };
        const { status } = response;
        if (status !== 201) {
          if (!REPEATED.has(facts.outcome)) return { status, outcome: facts.outcome };
        } else if (op === 'topUp') return { ...facts, status, outcome: 'topped_up' };
        else if (op === 'hold') return { ...facts, status, outcome: 'held', reservationId: id! };
        else return { ...facts, status, outcome: op === 'refund' ? 'refunded' : 'paid' };
      } catch {
        // Killed, or on its way up.
      }
      await delay(50);
    }
  };
  const take = async (authorization: string, step: Step): Promise<JournaledAnswer> => {
    const id = lines.length;
    lines.push({ t: 'sent', id, at: Date.now(), ...step.request });
    const answer = await send(authorization, step);
    answers += 1;
    lines.push({ t: 'answer', id, at: Date.now(), ...answer });
    return answer;
  };
  const buy = async (accountId: string): Promise<void> => {
    const authorization = `Bearer ${tokenFor(accountId)}`;
    while (!over.signal.aborted) {
      const performanceId = `in-${NAMES[Math.floor(random.next() * NAMES.length)]!}`;
      seat += 1;
      const row = 1 + Math.floor((seat % 2_500) / 50);
      const seats = [`A-${row}-${1 + (seat % 50)}`];
      await take(authorization, {
        path: '/v1/wallet/top-ups',
        body: { amount: PRICE },
        request: { op: 'topUp', accountId, key: randomUUID(), amount: PRICE },
      });
      const path = `/v1/performances/${performanceId}/reservations`;
      const held = await take(authorization, {
        path,
        body: { seats },
        request: { op: 'hold', accountId, key: randomUUID(), performanceId, seats },
      });
      if (held.outcome !== 'held') continue;
      const reservationId = held.reservationId!;
      const paid = await take(authorization, {
        path: `${path}/${reservationId}/payment`,
        request: { op: 'pay', accountId, key: randomUUID(), performanceId, reservationId },
      });
      if (paid.outcome !== 'paid' || random.next() < 0.7) continue;
      await take(authorization, {
        path: `${path}/${reservationId}/refund`,
        request: { op: 'refund', accountId, key: randomUUID(), performanceId, reservationId },
      });
    }
  };

  const buying = Array.from({ length: BUYERS }, (_, i) => buy(`kill-${i}`));
  /** What is on its way up again, by the name of the process; at most two at a time. */
  const rising = new Map<string, Promise<void>>();
  const victims = [
    ...databases.map(({ name, server }) => ({ name, kill: () => killDatabase(name, server) })),
    ...services.map((service, i) => ({ name: `service ${i}`, kill: () => killService(service) })),
  ];
  for (let cycle = 0; cycle < CYCLES; cycle += 1) {
    const killAt = answers + 1 + Math.floor(random.next() * ANSWERS_BEFORE_KILL_MAX);
    await eventually(() => answers >= killAt);
    if (rising.size > 1) await Promise.race(rising.values());
    const alive = victims.filter(({ name }) => !rising.has(name));
    const { name, kill } = alive[Math.floor(random.next() * alive.length)]!;
    killed[name] = (killed[name] ?? 0) + 1;
    rising.set(
      name,
      kill().finally(() => rising.delete(name)),
    );
  }
  await Promise.all(rising.values());
  over.abort();
  await Promise.all(buying);
  const beganAt = performance.now();
  await eventually(async () => {
    const live = await Promise.all(Object.values(urls).map(liveAttempts));
    return live.every((count) => count === 0);
  });
  const settledMs = Math.round(performance.now() - beganAt);
  const journal = (async function* () {
    yield* lines;
  })();
  const report = await auditServers(...addressesToAudit(homeUrl, urls), { journal });
  expect(report.invariants.flatMap(({ examples }) => examples)).toEqual([]);
  expect(report.clean).toBe(true);
  const paid = lines.filter((line) => line.t === 'answer' && line.outcome === 'paid').length;
  expect(paid).toBeGreaterThan(CYCLES);
  process.stdout.write(
    `killed ${JSON.stringify(killed)}; ${answers} answers, ${paid} paid; the last was settled after ${settledMs} ms\n`,
  );
  await Promise.all(
    services.map(async (service) => {
      service.process.kill('SIGTERM');
      await service.process.ended;
    }),
  );
}, 900_000);

/** Kills the database's server; resolves once it is up again. */
async function killDatabase(name: string, server: EmbeddedServer): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    exited.set(name, resolve);
  });
  process.kill(server.postmasterPid, 'SIGKILL');
  await gone;
  await server.restart();
}

/** Kills the service; resolves once it is open again, which takes a home that is there. */
async function killService(service: Service): Promise<void> {
  service.process.kill('SIGKILL');
  await service.process.ended;
  for (;;) {
    const started = await startService(service.port).catch(() => undefined);
    if (started === undefined) continue;
    service.process = started;
    return;
  }
}

async function liveAttempts(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ live: number }>(
      `select count(*)::int as live from payment_attempt where outcome is null`,
    );
    return rows[0]!.live;
  } finally {
    await client.end();
  }
}
