import { describe, expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/cancellation answers 404', () => {
  const server = useServer();

  it.each(['no-such', 'NO SUCH'])('to the unknown performance %s', async (id) => {
    const url = `/v1/admin/performances/${encodeURIComponent(id)}/cancellation`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'performance' });
  });
});
