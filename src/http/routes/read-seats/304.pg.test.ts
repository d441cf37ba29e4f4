import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { expireOnPath, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seats answers 304', () => {
  const server = useServer();

  it('until a seat changes, even by an expiry without a write', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 3 });
    const url = `/v1/performances/${performanceId}/seats`;
    const first = await server.call({ method: 'GET', url });
    const etag = String(first.headers.etag);
    const known = (tag: string): ReturnType<typeof server.call> =>
      server.call({ method: 'GET', url, headers: { 'if-none-match': tag } });
    const unchanged = await known(etag);
    expect([unchanged.status, unchanged.text, unchanged.headers.etag]).toEqual([304, '', etag]);
    const held = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const changed = await known(etag);
    expect([changed.status, changed.body['seats']]).toEqual([200, 'hff']);
    await expireOnPath(server.database, held);
    const expired = await known(String(changed.headers.etag));
    expect([expired.status, expired.body['seats']]).toEqual([200, 'fff']);
    expect(expired.headers.etag).toBe(etag);
  });
});
