import { expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

const server = useServer();

it.each([
  ['limit=0', 'query/limit'],
  ['limit=101', 'query/limit'],
  ['before=x', 'query/before'],
  ['account=ben', 'query/account'],
])('GET /v1/admin/accounts/:accountId/reservations answers 400 to ?%s', async (query, place) => {
  const url = `/v1/admin/accounts/anna/reservations?${query}`;
  const answer = await server.call({ method: 'GET', url, ...OPERATOR });
  expect(answer.body).toMatchObject({ status: 400, outcome: 'invalid_request', errors: [{ path: place }] });
});
