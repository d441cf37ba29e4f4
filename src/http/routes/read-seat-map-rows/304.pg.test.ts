import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seat-map/rows answers 304', () => {
  const server = useServer();

  it('to the tag of the map', async () => {
    const url = `/v1/performances/${await plantPerformance(server.database)}/seat-map/rows`;
    const { headers: first } = await server.app.inject(url);
    const headers = { 'if-none-match': String(first.etag) };
    const answer = await server.call({ method: 'GET', url, headers });
    expect([answer.status, answer.text]).toEqual([304, '']);
  });
});
