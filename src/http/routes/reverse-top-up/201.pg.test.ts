import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/support/http.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/wallet/reversals', () => {
  const server = useServer();
  const post = (url: string, scopes: string, body: unknown, key: string | true = true): Promise<Answer> =>
    server.call({ method: 'POST', url, account: 'backend', scopes, key, body });
  const topUp = (accountId: string): Promise<Answer> =>
    post('/v1/wallet/top-ups', 'rowlock:top-up', { accountId, amount: 700, createAccount: true });
  const reverse = (body: unknown, key: string | true = true): Promise<Answer> =>
    post('/v1/wallet/reversals', 'rowlock:reverse', body, key);

  it('answers 201 with the entry, the same again, and shows it in the ledger', async () => {
    await topUp('anna');
    const answer = await reverse({ accountId: 'anna', topUp: 1 }, 'the-key');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      accountId: 'anna',
      seq: 2,
      topUp: 1,
      amount: 700,
      balanceAfter: 0,
      createdAt: expect.stringMatching(/Z$/),
    });
    expect((await reverse({ accountId: 'anna', topUp: 1 }, 'the-key')).text).toBe(answer.text);
    const ledger = await server.call({ method: 'GET', url: '/v1/wallet/entries', account: 'anna' });
    expect(ledger.body['entries']).toMatchObject([
      { seq: 2, kind: 'reversal', amount: -700, balanceAfter: 0 },
      { seq: 1, kind: 'top_up', amount: 700 },
    ]);
  });

  it('answers 404 to what is no top-up, 422 to a key of another request, 400 to nonsense', async () => {
    await topUp('ben');
    const missing = await reverse({ accountId: 'ben', topUp: 9 });
    expect(missing.body).toMatchObject({ status: 404, what: 'entry' });
    await reverse({ accountId: 'ben', topUp: 1 }, 'one');
    await topUp('ben');
    expect((await reverse({ accountId: 'ben', topUp: 3 }, 'one')).status).toBe(422);
    for (const body of [
      {},
      { accountId: 'ben' },
      { accountId: 'ben', topUp: 0 },
      { accountId: 'ben', topUp: '1' },
    ]) {
      expect((await reverse(body)).status, JSON.stringify(body)).toBe(400);
    }
  });

  it("answers 403 to a payment backend's scope: who adds money need not be able to take it", async () => {
    const answer = await post('/v1/wallet/reversals', 'rowlock:top-up', { accountId: 'anna', topUp: 1 });
    expect(answer.body).toMatchObject({ status: 403, detail: 'The token needs the scope rowlock:reverse.' });
  });
});
