import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe.each(['', '/seats', '/seat-map', '/seat-map/rows'])(
  'GET /v1/performances/:performanceId%s answers 404',
  (part) => {
    const server = useServer();

    it.each(['no-such', 'UPPER', '%00', "x'--", '..%2f..%2fetc', 'x'.repeat(65)])('to %s', async (id) => {
      const answer = await server.call({ method: 'GET', url: `/v1/performances/${id}${part}` });
      expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'performance' });
    });
  },
);
