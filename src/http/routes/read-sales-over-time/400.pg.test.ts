import { expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

const server = useServer();

it.each(['0', '2001', '-1', '1.5', 'x', ''])(
  'GET /v1/admin/performances/:performanceId/sales-over-time answers 400 to ?points=%s',
  async (points) => {
    const url = `/v1/admin/performances/spring/sales-over-time?points=${points}`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    const errors = [{ path: 'query/points' }];
    expect(answer.body).toMatchObject({ status: 400, outcome: 'invalid_request', errors });
  },
);
