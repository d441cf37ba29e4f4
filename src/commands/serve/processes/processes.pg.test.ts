/** A service of two processes, as its clients and its operator see it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useDatabase } from '../../../../test/support/database.ts';
import type { EventClient } from '../../../../test/support/event-stream.ts';
import { openEvents } from '../../../../test/support/event-stream.ts';
import { sendAlone, startLoad, startProcesses, tokenFor } from '../../../../test/support/processes.ts';
import type { Service } from '../../../../test/support/rowlock-process.ts';
import {
  endRowlockProcesses,
  eventually,
  isServing,
  servingProcesses,
} from '../../../../test/support/rowlock-process.ts';
import type { ServiceAnswer } from '../../../load/http-client.ts';

const STREAMS = 4;

endRowlockProcesses();
const database = useDatabase();

async function topUp(service: Service, account: string, key: string): Promise<ServiceAnswer> {
  const path = '/v1/wallet/top-ups';
  return sendAlone(service, { method: 'POST', path, token: tokenFor(account), key, body: { amount: 100 } });
}

async function readiness(service: Service): Promise<ServiceAnswer> {
  return sendAlone(service, { method: 'GET', path: '/readyz' });
}

/** The processes that have answered this route, by the log. */
function processesThatAnswered(output: string, route: string): Set<number> {
  const lines = output.split('\n').filter((line) => line.startsWith('{') && line.includes(`"${route}"`));
  return new Set(lines.map((line) => (JSON.parse(line) as { process: number }).process));
}

describe('a service of two processes', () => {
  let service: Service;
  beforeAll(async () => {
    service = await startProcesses(database.url, {
      ROWLOCK_POOL_SIZE: '8',
      ROWLOCK_STREAMS_PER_ADDRESS: String(STREAMS),
    });
  });

  it('sells tickets, whichever process gets which request', async () => {
    const performanceId = await plantPerformance(database, { price: 100 });
    for (const account of ['anna', 'ben', 'cleo', 'dora']) {
      expect((await topUp(service, account, 'money')).status).toBe(201);
      const token = tokenFor(account);
      const path = `/v1/performances/${performanceId}/reservations`;
      const bestAvailable = { grade: 'R', quantity: 1 };
      const hold = { method: 'POST', path, token, key: 'hold', body: { bestAvailable } } as const;
      const held = await sendAlone(service, hold);
      expect(held.status).toBe(201);
      // The answer to a repetition is the same from the other process.
      expect((await sendAlone(service, hold)).body['id']).toBe(held.body['id']);
      const payment = `${path}/${String(held.body['id'])}/payment`;
      expect((await sendAlone(service, { method: 'POST', path: payment, token, key: 'pay' })).status).toBe(
        201,
      );
    }
    const [sold] = await database.sql<{ sold: number }>(
      `select count(*)::int as sold from seat where performance_id = $1 and state = 'sold'`,
      [performanceId],
    );
    expect(sold).toEqual({ sold: 4 });
  });

  it('adds up what the processes do', async () => {
    for (let i = 0; i < 6; i += 1) await topUp(service, 'emil', `counted-${i}`);
    const read = async (): Promise<Readonly<Record<string, unknown>>> => {
      const token = tokenFor('boss', 'rowlock:admin');
      const answer = await sendAlone(service, { method: 'GET', path: '/v1/admin/activity', token });
      expect(answer.status).toBe(200);
      return answer.body;
    };
    const reports = [await read(), await read()];
    for (const { seconds } of reports) {
      const topUps = (seconds as { toppedUp: number }[]).reduce((sum, { toppedUp }) => sum + toppedUp, 0);
      expect(topUps).toBe(4 + 6);
    }
  });

  it('tells the watchers of each process what either has sold', async () => {
    const performanceId = await plantPerformance(database, { price: 100 });
    const port = Number(new URL(service.url).port);
    const path = `/v1/performances/${performanceId}/seats/events`;
    const watchers = [await openEvents(port, path), await openEvents(port, path)];
    for (const watcher of watchers) await watcher.event('seats');
    const hold = { seats: ['A-1-3'] };
    const sent = { path: path.replace('seats/events', 'reservations'), token: tokenFor('fay'), key: 'hold' };
    expect((await sendAlone(service, { method: 'POST', ...sent, body: hold })).status).toBe(201);
    for (const watcher of watchers) {
      await eventually(() => watcher.events().some(({ data }) => JSON.stringify(data['held']) === '[3]'));
      watcher.leave();
    }
  });

  it('counts the watchers of one client in all processes, until their process ends', async () => {
    const performanceId = await plantPerformance(database);
    const port = Number(new URL(service.url).port);
    const path = `/v1/performances/${performanceId}/seats/events`;
    const watchers: EventClient[] = [];
    // The places of an earlier test's watchers are given back soon after they have left.
    await eventually(async () => {
      const watcher = await openEvents(port, path);
      if (watcher.status === 200) watchers.push(watcher);
      return watchers.length === STREAMS;
    });
    for (let i = 0; i < 4; i += 1) expect((await openEvents(port, path)).status).toBe(429);
    let cut = 0;
    for (const { over } of watchers) void over.then((how) => (cut += how === 'cut' ? 1 : 0));
    const [first] = servingProcesses(service);
    process.kill(first!, 'SIGKILL');
    await service.printed(/was killed by SIGKILL; starting it again/);
    await eventually(async () => (await readiness(service)).status === 200);
    // As many places are free as streams were cut.
    const again: EventClient[] = [];
    let next = await openEvents(port, path);
    for (; next.status === 200; next = await openEvents(port, path)) again.push(next);
    expect(next.status).toBe(429);
    await eventually(() => cut === again.length);
    expect([cut > 0, cut < STREAMS], 'each process had some').toEqual([true, true]);
    for (const watcher of [...watchers, ...again]) watcher.leave();
  });

  it('is ready when both processes are, and starts one that was killed again', async () => {
    await eventually(async () => (await readiness(service)).status === 200);
    const before = servingProcesses(service);
    expect(before).toHaveLength(2);
    // A process that does not answer is not ready, either.
    process.kill(before[1]!, 'SIGSTOP');
    // One of them waits for the process that stands still.
    const unready = await Promise.any([readiness(service), readiness(service)]);
    expect([unready.status, unready.body['detail']]).toEqual([503, expect.stringMatching(/^Process \d/)]);
    process.kill(before[1]!, 'SIGKILL');
    await eventually(async () => (await readiness(service)).status === 503);
    expect((await topUp(service, 'gil', 'meanwhile')).status).toBe(201);
    await eventually(async () => (await readiness(service)).status === 200);
    const after = servingProcesses(service);
    expect([after.length, after.includes(before[0]!), after.includes(before[1]!)]).toEqual([2, true, false]);
  });

  it('lets what is in flight in both processes finish when it stops, and leaves no process', async () => {
    const accounts = ['hal', 'ida', 'jan', 'kim'];
    for (const account of accounts) await topUp(service, account, 'first');
    const before = servingProcesses(service);
    const blocker = await database.rival.pool.connect();
    await blocker.query('begin');
    await blocker.query('select from wallet where account_id = any($1) for update', [accounts]);
    const inFlight = accounts.map((account) => topUp(service, account, 'second'));
    const waiting = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await eventually(async () => (await database.sql(waiting)).length >= 2);
    // As a terminal and a service manager do: all of them get the signal.
    for (const pid of before) process.kill(pid, 'SIGTERM');
    service.kill('SIGTERM');
    await service.printed(/SIGTERM: stopping/);
    const late = await topUp(service, 'late', 'third').catch((error: unknown) => error);
    expect(late instanceof Error || (late as ServiceAnswer).status === 503).toBe(true);
    await blocker.query('commit');
    blocker.release();
    expect((await Promise.all(inFlight)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const ended = await service.ended;
    expect([ended.code, ended.stderr.trim().split('\n').at(-1)]).toEqual([0, 'stopped']);
    expect(before.filter(isServing)).toEqual([]);
    // Each kind of request went to both processes at some time.
    for (const route of ['/v1/wallet/top-ups', '/v1/performances/:performanceId/reservations']) {
      expect(processesThatAnswered(ended.stdout, route)).toEqual(new Set([1, 2]));
    }
  });
});

describe('SIGHUP', () => {
  it('replaces the processes one after another, and no request fails', async () => {
    const service = await startProcesses(database.url);
    const before = servingProcesses(service);
    const load = startLoad(service);
    await eventually(() => load.answered() > 100);
    service.kill('SIGHUP');
    await service.printed(/every process has been replaced/);
    const answered = load.answered();
    await eventually(() => load.answered() > answered + 100);
    expect(await load.stop()).toEqual([]);
    const after = servingProcesses(service);
    expect([after.length, after.filter((pid) => before.includes(pid))]).toEqual([2, []]);
    service.kill('SIGTERM');
    expect(await service.ended).toMatchObject({ code: 0 });
  }, 400_000);

  it('control: the same load notices a process that is killed', async () => {
    const service = await startProcesses(database.url);
    const load = startLoad(service);
    await eventually(() => load.answered() > 100);
    process.kill(servingProcesses(service)[0]!, 'SIGKILL');
    await service.printed(/was killed by SIGKILL; starting it again/);
    const answered = load.answered();
    await eventually(() => load.answered() > answered + 100);
    expect((await load.stop()).length).toBeGreaterThan(0);
    service.kill('SIGTERM');
    await service.ended;
  }, 400_000);
});
