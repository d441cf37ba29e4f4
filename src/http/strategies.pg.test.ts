/** The API behaves the same with every strategy: status by status, outcome by outcome. */
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import type { Answer, TestServer } from '../../test/support/http.ts';
import {
  buyOverHttp,
  topUpOverHttp,
  expireOnPath,
  holdOverHttp,
  useServer,
} from '../../test/support/http.ts';
import { describeWithRedis, useRedis } from '../../test/support/redis.ts';
import { violationsIn } from '../../test/support/state.ts';
import type { StrategyNames } from '../box-office/strategies.ts';
import { TOP_UP_STRATEGIES } from '../operations/top-up/strategies.ts';
import { HOLD_STRATEGIES } from '../operations/hold/strategies.ts';
import { PAY_STRATEGIES } from '../operations/pay/strategies.ts';

const CORES = { topUp: TOP_UP_STRATEGIES, hold: HOLD_STRATEGIES, pay: PAY_STRATEGIES };
const OPERATIONS = ['topUp', 'hold', 'pay'] as const;

/** Every core that may serve, for all operations that have it; the others use the default. */
function strategiesThatServe(): readonly (readonly [string, StrategyNames])[] {
  const serves = (operation: keyof typeof CORES): readonly string[] =>
    CORES[operation].filter(({ use }) => use === 'service').map(({ name }) => name);
  const names = new Set(OPERATIONS.flatMap(serves));
  return [...names].map((name) => [
    name,
    Object.fromEntries(OPERATIONS.filter((one) => serves(one).includes(name)).map((one) => [one, name])),
  ]);
}

/** The strategy, with its wrappers, for every operation. */
function ofAll(name: string): readonly [string, StrategyNames] {
  return [name, { topUp: name, hold: name, pay: name }];
}

describe.each([...strategiesThatServe(), ...['optimistic+retry', 'advisory-lock+atomic+retry'].map(ofAll)])(
  'a service whose strategy is %s',
  (_, strategies) => {
    behavesTheSame(useServer({ strategies }), strategies);
  },
);

describeWithRedis('a service whose strategy is redis-lock+atomic', () => {
  const redis = useRedis();
  const [, strategies] = ofAll('redis-lock+atomic');
  const server = useServer({
    strategies,
    // Known when it runs.
    get redisUrl() {
      return redis.url;
    },
  });
  behavesTheSame(server, strategies);
});

function behavesTheSame(server: TestServer, strategies: StrategyNames): void {
  const post = (url: string, account: string, body?: unknown): Promise<Answer> =>
    server.call({ method: 'POST', url, account, key: true, body });
  const reservationsOf = (performanceId: string): string => `/v1/performances/${performanceId}/reservations`;

  it('has those strategies', () => {
    expect(server.boxOffice.operator.readActivity().strategies).toMatchObject(strategies);
  });

  it('sells a seat and refunds it', async () => {
    const performanceId = await plantPerformance(server.database, { price: 40_000 });
    await topUpOverHttp(server, 'anna', 100_000);
    const held = await post(reservationsOf(performanceId), 'anna', { seats: ['A-1-1', 'A-1-2'] });
    expect(held.status).toBe(201);
    const url = String(held.headers.location);
    const reservation = { id: url.split('/').at(-1), performanceId, amount: 80_000 };
    expect(held.body).toEqual({
      ...reservation,
      seats: ['A-1-1', 'A-1-2'],
      expiresAt: expect.stringMatching(/Z$/),
      state: 'held',
    });
    const paid = await post(`${url}/payment`, 'anna');
    expect(paid.status).toBe(201);
    expect(paid.body).toMatchObject({ ...reservation, seq: 2, balanceAfter: 20_000 });
    const read = await server.call({ method: 'GET', url, account: 'anna' });
    expect(read.body).toMatchObject({ ...reservation, state: 'confirmed', seats: ['A-1-1', 'A-1-2'] });
    const refunded = await post(`${url}/refund`, 'anna');
    expect(refunded.status).toBe(201);
    expect(refunded.body).toMatchObject({ ...reservation, seq: 3, balanceAfter: 100_000 });
  });

  it('tells the loser which seats are taken', async () => {
    const performanceId = await plantPerformance(server.database);
    await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const answer = await post(reservationsOf(performanceId), 'ben', { seats: ['A-1-1', 'A-1-2'] });
    expect(answer.body).toMatchObject({ status: 409, outcome: 'seat_taken', seats: ['A-1-1'] });
  });

  it('finds adjacent seats until there are none', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 5 });
    const best = (account: string, quantity: number): Promise<Answer> =>
      post(reservationsOf(performanceId), account, { bestAvailable: { grade: 'R', quantity } });
    const first = await best('anna', 3);
    expect(first.status).toBe(201);
    const numbers = (first.body['seats'] as string[]).map((label) => Number(label.split('-')[2]));
    expect(Math.max(...numbers) - Math.min(...numbers)).toBe(2);
    expect((await best('ben', 3)).body).toMatchObject({ status: 409, outcome: 'seats_unavailable' });
  });

  it('refuses with the same outcomes', async () => {
    const performanceId = await plantPerformance(server.database, { seatLimit: 2 });
    const url = reservationsOf(performanceId);
    const held = await holdOverHttp(server, performanceId, 'cleo', ['A-1-1', 'A-1-2']);
    expect((await post(url, 'cleo', { seats: ['A-1-3'] })).body).toMatchObject({
      status: 409,
      outcome: 'seat_limit_exceeded',
      limit: 2,
      claimed: 2,
    });
    expect((await post(`${held}/payment`, 'cleo')).body).toMatchObject({
      status: 402,
      outcome: 'insufficient_balance',
      required: 100_000,
      available: 0,
    });
    await expireOnPath(server.database, held);
    expect((await post(`${held}/payment`, 'cleo')).body).toMatchObject({
      status: 410,
      outcome: 'hold_expired',
    });
    const bought = await buyOverHttp(server, performanceId, 'dora', ['A-1-1']);
    expect((await post(`${bought}/payment`, 'dora')).body).toMatchObject({
      status: 409,
      outcome: 'reservation_not_payable',
      state: 'confirmed',
    });
    await server.database.sql(`update performance set sale_state = 'paused' where performance_id = $1`, [
      performanceId,
    ]);
    expect((await post(url, 'ben', { seats: ['A-1-9'] })).body).toMatchObject({
      status: 409,
      outcome: 'sales_closed',
      reason: 'paused',
    });
  });

  it('repeats the first answer to the same key, and refuses the key for another request', async () => {
    const performanceId = await plantPerformance(server.database);
    const requests = [
      { url: '/v1/wallet/top-ups', scopes: 'rowlock:top-up', body: { amount: 5_000 }, other: { amount: 1 } },
      { url: reservationsOf(performanceId), body: { seats: ['A-1-1'] }, other: { seats: ['A-1-2'] } },
    ];
    for (const { other, ...request } of requests) {
      const call = { method: 'POST', account: 'eve', key: 'once', ...request } as const;
      const first = await server.call(call);
      expect(first.status).toBe(201);
      expect(await server.call(call)).toMatchObject({ status: 201, text: first.text });
      const reused = await server.call({ ...call, body: other });
      expect(reused.body).toMatchObject({ status: 422, outcome: 'idempotency_key_reused' });
    }
  });

  it('leaves the database without a violation', async () => {
    expect(await violationsIn(server.database)).toEqual([]);
  });
}
