import { expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

const server = useServer();

it.each(['sales', 'sales.csv', 'sales-over-time', 'check-in-list'])(
  'GET /v1/admin/performances/:performanceId/%s answers 404 to an unknown performance',
  async (part) => {
    const url = `/v1/admin/performances/no-such-performance/${part}`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'performance' });
  },
);
