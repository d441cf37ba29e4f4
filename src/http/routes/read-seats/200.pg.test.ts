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
    expect(answer.body).toEqual({ performanceId, at: expect.stringMatching(/Z$/), seats: 'fhhfsf' });
    expect(answer.headers.etag).toMatch(/^W\/"[\w-]+"$/);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });
});
