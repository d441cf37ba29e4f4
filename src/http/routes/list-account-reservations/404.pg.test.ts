import { expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

const server = useServer();

it.each(['a%20b', '%00', '%7F', 'x'.repeat(256), '%ED%95%9C'])(
  'GET /v1/admin/accounts/:accountId/reservations answers 404 to an impossible account: %s',
  async (account) => {
    const url = `/v1/admin/accounts/${account}/reservations`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'account' });
  },
);
