import { describe, expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/concerts/:concertId/visibility answers 404', () => {
  const server = useServer();

  it.each(['no-such', 'NO SUCH'])('to the unknown concert %s', async (id) => {
    const url = `/v1/admin/concerts/${encodeURIComponent(id)}/visibility`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR, body: { hidden: true } });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'concert' });
  });
});
