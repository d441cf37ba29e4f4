import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('DELETE /v1/performances/:performanceId/reservations/:reservationId answers 204', () => {
  const server = useServer();

  it('and frees the seats at once; the same when repeated', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    for (let time = 0; time < 2; time += 1) {
      const answer = await server.call({ method: 'DELETE', url, account: 'anna' });
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    await holdOverHttp(server, performanceId, 'ben', ['A-1-1']);
  });

  it('even if a client declares JSON and sends no body', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const headers = { 'content-type': 'application/json' };
    const answer = await server.call({ method: 'DELETE', url, account: 'anna', headers });
    expect(answer.status).toBe(204);
  });
});
