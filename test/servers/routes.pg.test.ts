/** Every route against performances on other servers than the accounts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FastifyInstance } from 'fastify';
import type { BoxOffice } from '../../src/box-office/box-office.ts';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import { createServer } from '../../src/http/server.ts';
import { plantPerformance } from '../support/catalogue.ts';
import type { Answer, Call, TestServer } from '../support/http.ts';
import { answerOf, buyOverHttp, holdOverHttp, OPERATOR, requestOf, TEST_SECRET } from '../support/http.ts';
import type { ApiDocument } from '../support/openapi.ts';
import { conformsTo } from '../support/openapi.ts';
import { placePerformance, useServers } from '../support/servers.ts';
import { newTicketKey } from '../support/ticket-keys.ts';
import { until } from '../support/gate.ts';

const several = useServers();
const PLACES = { 'at-home': 'home', 'on-one': 'seoul-1', 'on-two': 'seoul-2' } as const;
const ALL = Object.keys(PLACES) as (keyof typeof PLACES)[];

let app: FastifyInstance;
let boxOffice: BoxOffice;
let server: TestServer;

beforeAll(async () => {
  for (const [performanceId, name] of Object.entries(PLACES)) {
    const database = name === 'home' ? several.home : several.byName[name]!;
    await plantPerformance(database, { performanceId });
    await placePerformance(several, name, performanceId);
  }
  boxOffice = await createBoxOffice({
    databaseUrl: several.home.url,
    servers: several.servers,
    ticketKeys: { keys: [await newTicketKey('first')] },
    database: { poolSize: 5 },
    sweepIntervalMs: 100,
    migrate: false,
  });
  app = await createServer({ auth: { secret: TEST_SECRET }, boxOffice });
  const document = app.swagger() as unknown as ApiDocument;
  const call = async (sent: Call): Promise<Answer> => {
    const answer = answerOf(await app.inject(await requestOf(sent)));
    expect(conformsTo(document, sent.method, sent.url, answer)).toBe('as documented');
    return answer;
  };
  server = { app, boxOffice, database: several.home, call };
});
afterAll(async () => {
  await app?.close();
  await boxOffice?.close();
});

const get = async (url: string, more: Partial<Call> = {}): Promise<Answer> => {
  const answer = await server.call({ method: 'GET', url, ...more });
  expect(answer.status, `${url} ${answer.text}`).toBe(200);
  return answer;
};
const post = async (url: string, more: Partial<Call> = {}): Promise<Answer> => {
  const answer = await server.call({ method: 'POST', url, ...more });
  expect(answer.status, `${url} ${answer.text}`).toBeLessThan(300);
  return answer;
};

/** Seats by state, as the routes of the performance and of its seats say. */
async function seatsOf(performanceId: string): Promise<unknown> {
  const { body } = await get(`/v1/performances/${performanceId}`);
  const { states } = (await get(`/v1/performances/${performanceId}/seats`)).body;
  return { grades: body['grades'], states };
}

describe.each(ALL)('the performance %s', (performanceId) => {
  const path = `/v1/performances/${performanceId}`;
  const admin = `/v1/admin/performances/${performanceId}`;
  const database = (): typeof several.home =>
    PLACES[performanceId] === 'home' ? several.home : several.byName[PLACES[performanceId]]!;

  it('is shown, held, released, paid and refunded, with its rows on its own server', async () => {
    await get(`${path}/seat-map`);
    await get(`${path}/best-available?grade=R&quantity=2`, { account: 'anna' });
    const released = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    expect((await server.call({ method: 'DELETE', url: released, account: 'anna' })).status).toBe(204);
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-2', 'A-1-3']);
    expect((await get(bought, { account: 'anna' })).body).toMatchObject({ state: 'confirmed' });
    expect((await get(`${bought}/tickets`, { account: 'anna' })).body['tickets']).toHaveLength(2);
    const refunded = await buyOverHttp(server, performanceId, 'anna', ['A-1-4']);
    await post(`${refunded}/refund`, { account: 'anna', key: true });
    const rows = await database().sql<{ state: string }>(
      `select state from reservation where performance_id = $1 and account_id = 'anna' order by state::text`,
      [performanceId],
    );
    expect(rows.map(({ state }) => state)).toEqual(['confirmed', 'refunded', 'released']);
    expect(await seatsOf(performanceId)).toMatchObject({ grades: [{ free: 8, held: 0, sold: 2 }] });
  });

  it('is watched from its own cursor on, and another server’s cursor is read again', async () => {
    const { cursor } = (await get(`${path}/seats`)).body as { readonly cursor: string };
    const name = PLACES[performanceId];
    expect(cursor.endsWith(`@${name}`)).toBe(name !== 'home');
    const watched = await boxOffice.watchSeats({
      performanceId,
      cursor,
      onEvents: () => undefined,
      onEnd: () => undefined,
    });
    if ('outcome' in watched) throw new Error(watched.outcome);
    expect(watched.events.map(({ kind }) => kind)).toEqual(['sale']);
    watched.close();
    const other = cursor.replace(/(@seoul-\d)?$/, '@busan');
    const again = await boxOffice.watchSeats({ ...NOBODY, performanceId, cursor: other });
    expect(again).toMatchObject({ events: [{ kind: 'reset' }] });
  });

  it('is looked after by an operator', async () => {
    const bought = await buyOverHttp(server, performanceId, 'ben', ['A-1-5', 'A-1-6']);
    const held = await holdOverHttp(server, performanceId, 'ben', ['A-1-7']);
    const idOf = (url: string): string => url.split('/').at(-1)!;
    await post(`${admin}/sale`, { ...OPERATOR, body: { state: 'paused' } });
    await post(`${admin}/sale`, { ...OPERATOR, body: { state: 'open' } });
    expect((await get(`${admin}/seats/A-1-5`, OPERATOR)).body).toMatchObject({ reservationId: idOf(bought) });
    const any = await get(`${admin}/reservations/${idOf(bought)}`, OPERATOR);
    expect(any.body).toMatchObject({
      accountId: 'ben',
      refundable: [{ amount: 50_000 }, { amount: 50_000 }],
    });
    await post(`${admin}/reservations/${idOf(bought)}/refund`, {
      ...OPERATOR,
      key: true,
      body: { seats: ['A-1-6'] },
    });
    await post(`${admin}/reservations/${idOf(held)}/release`, OPERATOR);
    expect((await get(`${admin}/sales`, OPERATOR)).body).toMatchObject({ seats: { sold: 3 } });
    const { points } = (await get(`${admin}/sales-over-time`, OPERATOR)).body as {
      points: { seats: number }[];
    };
    expect(points.at(-1)?.seats).toBe(3);
    expect((await get(`${admin}/sales.csv`, OPERATOR)).text.trim().split('\n')).toHaveLength(1 + 7);
    expect((await get(`${admin}/check-in-list`, OPERATOR)).body['tickets']).toHaveLength(3);
    const { actions } = (await get(`/v1/admin/actions?performanceId=${performanceId}`, OPERATOR)).body as {
      actions: { action: string; server: string }[];
    };
    expect(actions.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['sale_paused', 'sale_opened', 'reservation_refunded', 'hold_released']),
    );
    expect(new Set(actions.map(({ server: name }) => name))).toContain(PLACES[performanceId]);
  });
});

describe('what belongs to no one performance', () => {
  it('is an account’s wallet, ledger and reservations, whatever the server', async () => {
    const { reservations } = (await get('/v1/reservations', { account: 'anna' })).body as {
      reservations: { performanceId: string }[];
    };
    expect(reservations.map((each) => each.performanceId)).toEqual(
      ALL.toReversed().flatMap((id) => [id, id]),
    );
    const first = await get('/v1/reservations?limit=4', { account: 'anna' });
    const second = await get(`/v1/reservations?before=${String(first.body['next'])}`, { account: 'anna' });
    expect([...(first.body['reservations'] as []), ...(second.body['reservations'] as [])]).toEqual(
      reservations,
    );
    expect((await get('/v1/wallet/entries', { account: 'anna' })).body['entries']).toHaveLength(15);
    const { rows } = await several.byName['seoul-1']!.pool.query('select from wallet');
    expect(rows).toEqual([]);
  });

  it('is the list of concerts, of all servers, and each concert', async () => {
    const { concerts, away } = (await get('/v1/concerts')).body as {
      concerts: { id: string }[];
      away?: unknown;
    };
    expect(concerts.map(({ id }) => id)).toEqual(ALL.map((id) => `${id}-concert`));
    expect(away).toBeUndefined();
    for (const id of ALL) await get(`/v1/concerts/${id}-concert`);
    expect((await server.call({ method: 'GET', url: '/v1/concerts/none' })).status).toBe(404);
    await post('/v1/admin/concerts/on-one-concert/visibility', { ...OPERATOR, body: { hidden: true } });
    expect((await get('/v1/concerts')).body['concerts']).toHaveLength(2);
    expect((await get('/v1/admin/concerts', OPERATOR)).body['concerts']).toHaveLength(3);
  });

  it('is the operator log, page by page, without a row twice or left out', async () => {
    const whole = (await get('/v1/admin/actions?limit=100', OPERATOR)).body;
    const all = whole['actions'] as { id: number; server: string; at: string }[];
    expect(whole['next']).toBeNull();
    expect(new Set(all.map(({ server: name }) => name)).size).toBe(3);
    const pages: unknown[] = [];
    for (let next: string | null = ''; next !== null;) {
      const from = next === '' ? '' : `&before=${encodeURIComponent(next)}`;
      const { body } = await get(`/v1/admin/actions?limit=2${from}`, OPERATOR);
      pages.push(...(body['actions'] as unknown[]));
      next = body['next'] as string | null;
    }
    expect(pages).toHaveLength(all.length);
    expect(pages).toEqual(expect.arrayContaining(all));
    const times = (pages as typeof all).map(({ at }) => at);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('is a blocked account, whose holds end on every server', async () => {
    for (const id of ALL) await holdOverHttp(server, id, 'mallory', ['A-1-8']);
    const body = { blocked: true };
    const blocked = await server.call({
      method: 'PUT',
      url: '/v1/admin/accounts/mallory/block',
      ...OPERATOR,
      body,
    });
    expect(blocked.body).toMatchObject({ blocked: true, released: 3, left: 0 });
    const url = '/v1/performances/on-two/reservations';
    const refused = await server.call({
      method: 'POST',
      url,
      account: 'mallory',
      key: true,
      body: { seats: ['A-1-9'] },
    });
    expect(refused.status).toBe(403);
  });

  it('is a cancellation, which refunds on the server of its performance', async () => {
    await post('/v1/admin/performances/on-two/cancellation', OPERATOR);
    await until(async () => {
      const { body } = await get('/v1/admin/performances/on-two/cancellation', OPERATOR);
      return body['completedAt'] !== null;
    });
    expect((await get('/v1/admin/performances/on-two/sales', OPERATOR)).body).toMatchObject({ revenue: 0 });
    expect((await server.call({ method: 'GET', url: '/v1/performances/none' })).status).toBe(404);
  });
});

const NOBODY = { onEvents: () => undefined, onEnd: () => undefined };
