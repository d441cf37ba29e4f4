/** A server that is away takes down its own performances only, and comes back by itself. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type {
  BoxOffice,
  BoxOfficeOptions,
  ConcertList,
  ReservationPage,
} from '../../src/box-office/box-office.ts';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import { plantPerformance } from '../support/catalogue.ts';
import type { FaultyProxy } from '../support/faulty-proxy.ts';
import { startFaultyProxy } from '../support/faulty-proxy.ts';
import { until } from '../support/gate.ts';
import { placePerformance, useServers } from '../support/servers.ts';

const several = useServers();
const AWAY = { outcome: 'overloaded', cause: 'server' } as const;
/** Long, to distinguish an answer at once from one that waited. */
const ACQUIRE_TIMEOUT_MS = 3_000;

let proxy: FaultyProxy;
let boxOffice: BoxOffice;
let seat = 0;

const open = (more: Partial<BoxOfficeOptions> = {}): Promise<BoxOffice> =>
  createBoxOffice({
    databaseUrl: several.home.url,
    servers: { ...several.servers, 'seoul-1': proxy.url },
    database: { poolSize: 4, acquireTimeoutMs: ACQUIRE_TIMEOUT_MS },
    sweepIntervalMs: 0,
    migrate: false,
    ...more,
  });

beforeAll(async () => {
  for (const [performanceId, name] of [
    ['here', 'home'],
    ['gone', 'seoul-1'],
    ['there', 'seoul-2'],
  ] as const) {
    await plantPerformance(name === 'home' ? several.home : several.byName[name]!, {
      performanceId,
      seats: 100,
    });
    await placePerformance(several, name, performanceId);
  }
  proxy = await startFaultyProxy(several.servers['seoul-1']!);
  boxOffice = await open();
  await boxOffice.topUp({
    accountId: 'anna',
    amount: 1_000_000,
    idempotencyKey: 'money',
    createAccount: true,
  });
});
afterEach(async () => {
  proxy.reconnect();
  await until(() => isThere('gone'));
});
afterAll(async () => {
  await boxOffice?.close();
  await proxy?.close();
});

async function tryHold(performanceId: string, by = boxOffice): Promise<{ readonly outcome: string }> {
  seat += 1;
  const seats = [`A-1-${seat}`];
  return by.hold({ performanceId, accountId: `account-${seat}`, seats, idempotencyKey: randomUUID() });
}
const hold = async (performanceId: string, by = boxOffice): Promise<string> =>
  (await tryHold(performanceId, by)).outcome;

/** Whether the performance can be read. */
async function isThere(performanceId: string, by = boxOffice): Promise<boolean> {
  return !('outcome' in (await by.readPerformance(performanceId)));
}

/** How long the work took, in milliseconds. */
async function msOf(work: () => Promise<unknown>): Promise<number> {
  const beganAtMs = performance.now();
  await work();
  return performance.now() - beganAtMs;
}

describe.each(['refuse', 'stay silent'] as const)('a server whose connections %s', (how) => {
  it('refuses what is about its performances, soon at once, and nothing else', async () => {
    proxy.disconnect(how);
    // The first meets a connection that dies, the second finds none.
    for (let i = 0; i < 2; i += 1) expect(await tryHold('gone')).toEqual(AWAY);
    const ms = await msOf(async () => {
      expect(await tryHold('gone')).toEqual(AWAY);
      expect(await boxOffice.readPerformance('gone')).toEqual(AWAY);
      expect(await boxOffice.operator.readSales('gone')).toEqual(AWAY);
      expect(await boxOffice.operator.setSaleState('gone', 'paused')).toEqual(AWAY);
      expect(await hold('here')).toBe('held');
      expect(await hold('there')).toBe('held');
      expect(await boxOffice.isReady()).toBe(true);
    });
    expect(ms).toBeLessThan(ACQUIRE_TIMEOUT_MS);
    proxy.reconnect();
    await until(() => isThere('gone'));
  });
});

describe('lists while a server is away', () => {
  it('have what the others have, and name it', async () => {
    const before = (await boxOffice.listConcerts()) as ConcertList;
    expect(before.concerts).toHaveLength(3);
    for (const performanceId of ['gone', 'there']) {
      seat += 1;
      const request = { performanceId, accountId: 'anna', idempotencyKey: randomUUID() };
      const held = await boxOffice.hold({ ...request, seats: [`A-1-${seat}`] });
      if (held.outcome !== 'held') throw new Error(held.outcome);
      const paid = await boxOffice.pay({ ...request, reservationId: held.reservationId });
      expect(paid.outcome).toBe('paid');
    }
    proxy.disconnect('refuse');
    expect(await hold('gone')).toBe('overloaded');
    const concerts = (await boxOffice.listConcerts()) as ConcertList;
    expect(concerts.concerts.map(({ concertId }) => concertId)).toEqual(['here-concert', 'there-concert']);
    expect(concerts.away).toEqual(['seoul-1']);
    expect(await boxOffice.operator.listConcerts()).toMatchObject({ away: ['seoul-1'] });
    expect(await boxOffice.readConcert('there-concert')).toMatchObject({ away: ['seoul-1'] });
    expect(await boxOffice.readConcert('gone-concert')).toEqual(AWAY);
    const mine = (await boxOffice.listReservations('anna', { limit: 10 })) as ReservationPage;
    expect(mine.reservations.map(({ performanceId }) => performanceId)).toEqual(['there']);
    expect(mine.away).toEqual(['seoul-1']);
    expect(await boxOffice.operator.listActions({ limit: 10 })).toMatchObject({ away: ['seoul-1'] });
    const blocked = await boxOffice.operator.blockAccount({ accountId: 'ben', blocked: true });
    expect(blocked).toMatchObject({ blocked: true, away: ['seoul-1'] });
    const watched = { performanceId: 'gone', onEvents: () => undefined, onEnd: () => undefined };
    expect(await boxOffice.watchSeats(watched)).toEqual(AWAY);
  });

  it('wait for one that stays silent for less than a request may take', async () => {
    proxy.disconnect('stay silent');
    // Its first connections die.
    expect(await boxOffice.listConcerts()).toMatchObject({ away: ['seoul-1'] });
    const ms = await msOf(async () => {
      expect(await boxOffice.listConcerts()).toMatchObject({ away: ['seoul-1'] });
    });
    expect(ms).toBeLessThan(ACQUIRE_TIMEOUT_MS);
  });
});

describe('a server that is away when the service starts', () => {
  it('is a warning, and joins when it is there', async () => {
    proxy.disconnect('refuse');
    const warnings: string[] = [];
    const other = await open({ onWarning: (line) => warnings.push(line) });
    try {
      expect(warnings).toEqual([expect.stringContaining('the server "seoul-1" is away')]);
      expect(await tryHold('gone', other)).toEqual(AWAY);
      expect(await hold('there', other)).toBe('held');
      proxy.reconnect();
      await until(() => isThere('gone', other));
    } finally {
      await other.close();
    }
  });
});

describe('a process that begins before the home knows a performance', () => {
  it('finds it on its server, and asks again for what it did not find', async () => {
    const performanceId = 'later';
    await plantPerformance(several.byName['seoul-2']!, { performanceId, seats: 100 });
    expect(await hold(performanceId)).toBe('not_found');
    await placePerformance(several, 'seoul-2', performanceId);
    await until(() => isThere(performanceId));
    expect(await hold(performanceId)).toBe('held');
  });
});
