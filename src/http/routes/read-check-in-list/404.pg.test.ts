import { expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('GET /v1/admin/performances/:performanceId/check-in-list answers 404 to an unknown performance', async () => {
  const url = '/v1/admin/performances/no-such-performance/check-in-list';
  const answer = await server.call({ method: 'GET', url, account: 'boss', scopes: 'rowlock:admin' });
  expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'performance' });
});
