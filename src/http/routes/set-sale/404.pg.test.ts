import { describe, expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/sale answers 404', () => {
  const server = useServer();

  it('to an unknown performance', async () => {
    const url = '/v1/admin/performances/no-such/sale';
    const answer = await server.call({ method: 'POST', url, ...OPERATOR, body: { state: 'open' } });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'performance' });
  });
});
