import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/admin/accounts/:accountId/reservations answers 200', () => {
  const server = useServer();
  const admin = { method: 'GET', ...OPERATOR } as const;

  const longest = `https://issuer.example/users?id=7#${'%'.repeat(221)}`;
  it.each(['shop:anna@example.com', 'a+b@x.example', 'auth0|5f7c8ec7c33c6c004bbafe82', longest])(
    'with what the account itself gets, page by page: %s',
    async (account) => {
      const performanceId = await plantPerformance(server.database, { seatLimit: 10 });
      for (const seat of ['A-1-1', 'A-1-2']) await buyOverHttp(server, performanceId, account, [seat]);
      await holdOverHttp(server, performanceId, account, ['A-1-3']);
      await holdOverHttp(server, performanceId, 'ben', ['A-1-4']);
      for (const query of ['', '?limit=1', '?limit=1&before=4']) {
        const own = await server.call({ method: 'GET', url: `/v1/reservations${query}`, account });
        const url = `/v1/admin/accounts/${encodeURIComponent(account)}/reservations${query}`;
        const answer = await server.call({ ...admin, url });
        expect(answer.status).toBe(200);
        expect(answer.body).toEqual(own.body);
        expect(answer.body['reservations']).not.toEqual([]);
      }
    },
  );

  it('with an empty list for an unknown account', async () => {
    const answer = await server.call({ ...admin, url: '/v1/admin/accounts/nobody/reservations' });
    expect(answer.body).toEqual({ reservations: [], next: null });
  });
});
