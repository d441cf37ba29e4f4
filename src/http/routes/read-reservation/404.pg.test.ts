import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/reservations/:reservationId answers 404', () => {
  const server = useServer();

  it("to another account's reservation, as to one that does not exist", async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const others = await server.call({ method: 'GET', url, account: 'ben' });
    const missing = await server.call({
      method: 'GET',
      url: url.replace(/[^/]+$/, '00000000-0000-8000-8000-000000000000'),
      account: 'ben',
    });
    for (const { body } of [others, missing]) {
      const { instance: _instance, ...rest } = body;
      expect(rest).toEqual({
        type: '/errors/not_found',
        title: 'Not found',
        status: 404,
        outcome: 'not_found',
        retry: 'changed',
        detail: 'No such reservation.',
        what: 'reservation',
      });
    }
  });

  it('to a reservation of another performance', async () => {
    const performanceId = await plantPerformance(server.database);
    const other = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const answer = await server.call({
      method: 'GET',
      url: url.replace(performanceId, other),
      account: 'anna',
    });
    expect(answer.status).toBe(404);
  });
});
