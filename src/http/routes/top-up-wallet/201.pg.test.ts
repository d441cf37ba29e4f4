import { describe, expect, it } from 'vitest';
import type { Answer, Call } from '../../../../test/support/http.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/wallet/top-ups answers 201', () => {
  const server = useServer();
  const topUp = (call: Partial<Call>): Promise<Answer> =>
    server.call({ method: 'POST', url: '/v1/wallet/top-ups', scopes: 'rowlock:top-up', key: true, ...call });

  it('with the new ledger entry', async () => {
    const answer = await topUp({ account: 'anna', body: { amount: 150_000 } });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      accountId: 'anna',
      seq: 1,
      amount: 150_000,
      balanceAfter: 150_000,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    const entries = await server.call({
      method: 'GET',
      url: String(answer.headers.location),
      account: 'anna',
    });
    expect(entries.body['entries']).toMatchObject([{ seq: 1, kind: 'top_up', amount: 150_000 }]);
  });

  it('with the same answer to the same request, even after other entries', async () => {
    const first = await topUp({ account: 'ben', key: 'same', body: { amount: 1_000 } });
    await topUp({ account: 'ben', body: { amount: 5_000 } });
    const again = await topUp({ account: 'ben', key: 'same', body: { amount: 1_000 } });
    expect(again.status).toBe(201);
    expect(again.text).toBe(first.text);
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'ben' });
    expect(wallet.body).toEqual({
      accountId: 'ben',
      balance: 6_000,
      currency: 'KRW',
      minorUnit: 0,
      version: 2,
    });
  });

  it('to a payment backend that names the account, and records the backend', async () => {
    const answer = await topUp({
      account: 'backend',
      body: { amount: 700, accountId: 'cleo', createAccount: true },
    });
    expect(answer.body).toMatchObject({ accountId: 'cleo', seq: 1, balanceAfter: 700 });
    expect(answer.headers.location).toBeUndefined();
    const again = await topUp({ account: 'backend', body: { amount: 300, accountId: 'cleo' } });
    expect(again.body).toMatchObject({ seq: 2, balanceAfter: 1_000 });
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'backend' });
    expect(wallet.body).toEqual({
      accountId: 'backend',
      balance: 0,
      currency: 'KRW',
      minorUnit: 0,
      version: 0,
    });
    const actors = await server.database.sql(
      `select actor::text from ledger_entry where account_id = 'cleo'`,
    );
    expect(actors).toEqual([{ actor: 'backend' }, { actor: 'backend' }]);
  });

  it('to a hundred at once, and loses none', async () => {
    const all = Array.from({ length: 100 }, () => topUp({ account: 'dora', body: { amount: 1_000 } }));
    const answers = await Promise.all(all);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 100 }, () => 201));
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'dora' });
    expect(wallet.body['balance']).toBe(100_000);
  });
});
