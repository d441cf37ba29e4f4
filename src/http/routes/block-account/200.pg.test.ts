import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import type { Answer } from '../../../../test/support/http.ts';
import {
  buyOverHttp,
  holdOverHttp,
  OPERATOR,
  topUpOverHttp,
  useServer,
} from '../../../../test/support/http.ts';

describe('PUT /v1/admin/accounts/:accountId/block answers 200', () => {
  const server = useServer();
  const url = '/v1/admin/accounts/anna/block';
  const put = (body: object): Promise<Answer> =>
    server.call({ method: 'PUT', url, ...OPERATOR, scopes: 'rowlock:box-office', body });
  const read = async (): Promise<Answer['body']> =>
    (await server.call({ method: 'GET', url, ...OPERATOR })).body;

  it('and from then on the account neither holds nor pays, but keeps, reads and refunds what it bought', async () => {
    const performanceId = await plantPerformance(server.database);
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const held = await holdOverHttp(server, performanceId, 'anna', ['A-1-2']);
    const others = await holdOverHttp(server, performanceId, 'ben', ['A-1-3']);
    await topUpOverHttp(server, 'anna', 50_000);
    expect(await read()).toEqual({ accountId: 'anna', blocked: false, reason: null, since: null });
    const since = expect.stringMatching(/Z$/);
    const blocked = { accountId: 'anna', blocked: true, reason: 'resells', since };
    const set = await put({ blocked: true, reason: 'resells' });
    expect(set.body).toEqual({ ...blocked, released: 1, left: 0 });
    expect(await read()).toEqual(blocked);

    const own = { account: 'anna' } as const;
    const reservations = `/v1/performances/${performanceId}/reservations`;
    const refused = { status: 403, body: { outcome: 'account_blocked', retry: 'never' } };
    for (const body of [{ seats: ['A-1-4'] }, { bestAvailable: { grade: 'R', quantity: 1 } }]) {
      expect(await server.call({ method: 'POST', url: reservations, ...own, key: true, body })).toMatchObject(
        refused,
      );
    }
    expect(await server.call({ method: 'POST', url: `${held}/payment`, ...own, key: true })).toMatchObject(
      refused,
    );
    const state = async (path: string, account: string): Promise<unknown> =>
      (await server.call({ method: 'GET', url: path, account })).body['state'];
    expect(await state(held, 'anna')).toBe('released');
    expect(await state(others, 'ben')).toBe('held');
    expect(await state(bought, 'anna')).toBe('confirmed');
    const refund = await server.call({ method: 'POST', url: `${bought}/refund`, ...own, key: true });
    expect(refund.status).toBe(201);

    expect((await put({ blocked: false })).body).toMatchObject({ blocked: false, reason: null, released: 0 });
    await expect
      .poll(
        async () =>
          (
            await server.call({
              method: 'POST',
              url: reservations,
              ...own,
              key: 'again',
              body: { seats: ['A-1-4'] },
            })
          ).status,
        { timeout: 10_000 },
      )
      .toBe(201);
  });

  it('also for an account that nobody knows yet, and 400 or 404 to what breaks a rule', async () => {
    const unknown = await server.call({
      method: 'PUT',
      url: '/v1/admin/accounts/nobody-yet/block',
      ...OPERATOR,
      body: { blocked: false },
    });
    expect(unknown.body).toMatchObject({ blocked: false, since: null, released: 0, left: 0 });
    for (const body of [
      {},
      { blocked: 'yes' },
      { blocked: true, reason: '' },
      { blocked: true, reason: 'x'.repeat(501) },
    ]) {
      expect((await put(body)).status, JSON.stringify(body)).toBe(400);
    }
  });
});
