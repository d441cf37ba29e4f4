import { expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('POST /v1/wallet/top-ups answers 404 to an unknown account, and gives it nothing', async () => {
  const sent = {
    method: 'POST',
    url: '/v1/wallet/top-ups',
    account: 'backend',
    scopes: 'rowlock:top-up',
    key: 'the-key',
  } as const;
  const mistyped = { amount: 700, accountId: 'celo' };
  for (const body of [mistyped, { ...mistyped, createAccount: false }]) {
    const answer = await server.call({ ...sent, body });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'account' });
  }
  expect(await server.database.sql('select from wallet')).toEqual([]);
  // The refusal has used no key.
  const made = await server.call({ ...sent, body: { ...mistyped, createAccount: true } });
  expect(made.body).toMatchObject({ accountId: 'celo', balanceAfter: 700 });
});
