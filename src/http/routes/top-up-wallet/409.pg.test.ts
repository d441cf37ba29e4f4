import { describe, expect, it } from 'vitest';
import { MAX_BALANCE } from '../../../domain/money.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/wallet/top-ups answers 409', () => {
  const server = useServer();

  it('balance_limit_exceeded, with the limit and the balance', async () => {
    await server.database.sql(`insert into wallet (account_id, balance) values ('anna', $1)`, [
      MAX_BALANCE - 500,
    ]);
    const url = '/v1/wallet/top-ups';
    const answer = await server.call({
      method: 'POST',
      url,
      account: 'anna',
      scopes: 'rowlock:top-up',
      key: true,
      body: { amount: 501 },
    });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      outcome: 'balance_limit_exceeded',
      limit: MAX_BALANCE,
      balance: MAX_BALANCE - 500,
    });
  });
});
