import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seat-map answers 304', () => {
  const server = useServer();

  it.each(['', 'gzip'])('to the tag of the map (accepting "%s")', async (encoding) => {
    const performanceId = await plantPerformance(server.database);
    const url = `/v1/performances/${performanceId}/seat-map`;
    const headers = { 'accept-encoding': encoding };
    const { headers: first } = await server.app.inject({ url, headers });
    const answer = await server.call({
      method: 'GET',
      url,
      headers: { ...headers, 'if-none-match': String(first.etag) },
    });
    expect([answer.status, answer.text, answer.headers.etag]).toEqual([304, '', first.etag]);
    const other = await server.call({ method: 'GET', url, headers: { 'if-none-match': '"another"' } });
    expect(other.status).toBe(200);
  });
});
