import { describe, expect, it } from 'vitest';
import { BALANCE_MAX } from '../../../domain/money.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/wallet/top-ups answers 409', () => {
  const server = useServer();

  it('balance_limit_exceeded, with the limit and the balance', async () => {
    await server.database.sql(`insert into wallet (account_id, balance) values ('anna', $1)`, [
      BALANCE_MAX - 500,
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
      limit: BALANCE_MAX,
      balance: BALANCE_MAX - 500,
    });
  });
});
