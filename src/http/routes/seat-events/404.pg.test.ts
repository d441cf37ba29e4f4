import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seats/events answers 404', () => {
  const server = useServer();

  it.each(['nowhere', 'No-Id'])('to the unknown performance %s', async (performanceId) => {
    const url = `/v1/performances/${performanceId}/seats/events`;
    const answer = await server.call({ method: 'GET', url });
    expect([answer.status, answer.body['outcome'], answer.body['what']]).toEqual([
      404,
      'not_found',
      'performance',
    ]);
  });
});
