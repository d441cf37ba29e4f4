import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/concerts/:concertId answers 404', () => {
  const server = useServer();

  it.each(['no-such', 'UPPER', '%00', "x'--", '..%2f..%2fetc', 'x'.repeat(65)])('to %s', async (id) => {
    const answer = await server.call({ method: 'GET', url: `/v1/concerts/${id}` });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'concert' });
  });
});
