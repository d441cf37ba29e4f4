import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/wallet/top-ups answers 422', () => {
  const server = useServer();

  it('idempotency_key_reused to the same key with another amount, and not to another account', async () => {
    const topUp = {
      method: 'POST',
      url: '/v1/wallet/top-ups',
      scopes: 'rowlock:top-up',
      key: 'once',
    } as const;
    await server.call({ ...topUp, account: 'anna', body: { amount: 100 } });
    const answer = await server.call({ ...topUp, account: 'anna', body: { amount: 200 } });
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ outcome: 'idempotency_key_reused' });
    const other = await server.call({ ...topUp, account: 'ben', body: { amount: 200 } });
    expect(other.status).toBe(201);
  });
});
