import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seat-map answers 200', () => {
  const server = useServer();

  it('with the place of every seat', async () => {
    const performanceId = await plantPerformance(server.database, { performanceId: 'spring', seats: 2 });
    const answer = await server.call({ method: 'GET', url: `/v1/performances/${performanceId}/seat-map` });
    expect(answer.status).toBe(200);
    const seat = { section: 'A', row: '1', grade: 'R', y: 0 };
    expect(answer.body).toMatchObject({
      performanceId,
      venueId: 'spring-venue',
      venueName: { en: 'Hall spring' },
      focus: [1.5, 0],
      seats: [
        { ...seat, number: 1, label: 'A-1-1', seat: '1', x: 1 },
        { ...seat, number: 2, label: 'A-1-2', seat: '2', x: 2 },
      ],
    });
    expect(answer.headers['cache-control']).toBe('public, max-age=600');
    expect(answer.headers.etag).toMatch(/^"[\w-]+"$/);
  });

  it('compressed for clients that accept it', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 100 });
    const url = `/v1/performances/${performanceId}/seat-map`;
    const plain = await server.app.inject({ url, headers: { 'accept-encoding': 'br, gzip;q=0, identity' } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    const small = await server.app.inject({ url, headers: { 'accept-encoding': 'br, gzip;q=0.5' } });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(small.headers.vary).toBe('accept-encoding');
    expect(small.headers.etag).not.toBe(plain.headers.etag);
    expect(small.rawPayload.length).toBeLessThan(plain.rawPayload.length / 4);
    expect(gunzipSync(small.rawPayload).toString()).toBe(plain.payload);
  });
});
