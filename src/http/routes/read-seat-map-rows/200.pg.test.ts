import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seat-map/rows answers 200', () => {
  const server = useServer();

  it('with the seats of the map, by rows', async () => {
    const performanceId = await plantPerformance(server.database, { performanceId: 'rows', seats: 3 });
    const url = `/v1/performances/${performanceId}/seat-map`;
    const { body: map } = await server.call({ method: 'GET', url });
    const answer = await server.call({ method: 'GET', url: `${url}/rows` });
    expect(answer.status).toBe(200);
    const { performanceId: id, venueId, venueName, outline } = map;
    const run = { number: 1, count: 3, grade: 'R', seats: ['1'], x: [100, 100], y: [0] };
    expect(answer.body).toEqual({
      performanceId: id,
      venueId,
      venueName,
      outline,
      sections: [{ id: 'A', rows: [{ row: '1', runs: [run] }] }],
    });
    expect(answer.headers['cache-control']).toBe('public, max-age=600');
  });

  it('compressed', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = `/v1/performances/${performanceId}/seat-map/rows`;
    const plain = await server.app.inject(url);
    const [gzip, br] = await Promise.all(
      ['gzip', 'gzip, br'].map((coding) =>
        server.app.inject({ url, headers: { 'accept-encoding': coding } }),
      ),
    );
    expect([gzip, br].map((answer) => answer?.headers['content-encoding'])).toEqual(['gzip', 'br']);
    expect(gunzipSync(gzip!.rawPayload).toString()).toBe(plain.payload);
  });
});
