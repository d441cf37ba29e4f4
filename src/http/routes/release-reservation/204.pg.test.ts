import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('DELETE /v1/performances/:performanceId/reservations/:reservationId answers 204', () => {
  const server = useServer();

  it('and the seats are free at once; again it is the same', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    for (let time = 0; time < 2; time += 1) {
      const answer = await server.call({ method: 'DELETE', url, account: 'anna' });
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    await holdOverHttp(server, performanceId, 'ben', ['A-1-1']);
  });

  it('also when a client says that it sends JSON and sends none', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const headers = { 'content-type': 'application/json' };
    const answer = await server.call({ method: 'DELETE', url, account: 'anna', headers });
    expect(answer.status).toBe(204);
  });
});
