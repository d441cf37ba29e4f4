import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/support/http.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/dev/tokens answers 201', () => {
  const server = useServer({ development: { embeddedDatabase: true } });
  const host = 'localhost:3000';
  const ask = (body?: unknown): Promise<Answer> =>
    server.call({
      method: 'POST',
      url: '/v1/dev/tokens',
      headers: { host },
      ...(body !== undefined && { body }),
    });
  const use = (token: unknown, method: 'GET' | 'POST', url: string, body?: unknown): Promise<Answer> =>
    server.call({
      method,
      url,
      key: true,
      headers: { authorization: `Bearer ${String(token)}` },
      ...(body !== undefined && { body }),
    });

  it('with a new buyer each time, who may top up but is not an operator', async () => {
    const [first, second] = [await ask(), await ask({})];
    expect(first.status).toBe(201);
    expect(first.body['accountId']).not.toBe(second.body['accountId']);
    expect(first.headers['cache-control']).toBe('no-store');
    const { token, accountId, expiresAt } = first.body;
    const hours = (Date.parse(String(expiresAt)) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThanOrEqual(12);
    const toppedUp = await use(token, 'POST', '/v1/wallet/top-ups', { amount: 5 });
    expect([toppedUp.status, toppedUp.body['accountId']]).toEqual([201, accountId]);
    expect((await use(token, 'POST', '/v1/admin/audit')).status).toBe(403);
  });

  it('with the requested account', async () => {
    const answer = await ask({ accountId: 'alice', role: 'buyer' });
    expect(answer.body).toMatchObject({ accountId: 'alice' });
    expect((await use(answer.body['token'], 'GET', '/v1/wallet')).body).toMatchObject({
      accountId: 'alice',
    });
  });

  it('with a token for an operator', async () => {
    const { body } = await ask({ role: 'admin' });
    expect((await use(body['token'], 'POST', '/v1/admin/audit')).status).toBe(200);
    expect((await use(body['token'], 'POST', '/v1/wallet/top-ups', { amount: 5 })).status).toBe(201);
  });
});
