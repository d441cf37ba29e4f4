import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, expireOnPath, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seats answers 200', () => {
  const server = useServer();

  it('with a character per seat', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 6 });
    await holdOverHttp(server, performanceId, 'anna', ['A-1-2', 'A-1-3']);
    await buyOverHttp(server, performanceId, 'ben', ['A-1-5']);
    await expireOnPath(server.database, await holdOverHttp(server, performanceId, 'cleo', ['A-1-6']));
    const answer = await server.call({ method: 'GET', url: `/v1/performances/${performanceId}/seats` });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      performanceId,
      at: expect.stringMatching(/Z$/),
      seats: 'fhhfsf',
      cursor: expect.stringMatching(/^\d+:\d+:[\d,]*@\d+@\d+@1$/),
    });
    expect(answer.headers.etag).toMatch(/^W\/"[\w-]+"$/);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  it.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ])('compressed for clients that accept %s', async (accepted, coding, decompress) => {
    const performanceId = await plantPerformance(server.database, { seats: 5_000 });
    const url = `/v1/performances/${performanceId}/seats`;
    const answer = await server.app.inject({ url, headers: { 'accept-encoding': accepted } });
    expect(answer.headers).toMatchObject({ 'content-encoding': coding, vary: 'accept-encoding' });
    expect(answer.rawPayload.length).toBeLessThan(300);
    const body = JSON.parse(decompress(answer.rawPayload).toString()) as { seats: string };
    expect(body.seats).toBe('f'.repeat(5_000));
    const plain = await server.call({ method: 'GET', url });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers.etag).toBe(answer.headers.etag);
  });

  it('to a crowd with a few readings, each begun after its requests', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 3 });
    const url = `/v1/performances/${performanceId}/seats`;
    const crowd = Promise.all(
      Array.from({ length: 100 }, () => server.app.inject({ url, headers: { 'accept-encoding': 'gzip' } })),
    );
    await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const after = await server.call({ method: 'GET', url });
    expect(after.body['seats']).toBe('hff');
    const bodies = new Set((await crowd).map(({ rawPayload }) => rawPayload.toString('base64')));
    expect(bodies.size).toBeLessThan(5);
  });
});
