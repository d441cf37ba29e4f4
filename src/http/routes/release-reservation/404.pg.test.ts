import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('DELETE /v1/performances/:performanceId/reservations/:reservationId answers 404', () => {
  const server = useServer();

  it("to another account's hold, which stays", async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const answer = await server.call({
      method: 'DELETE',
      url,
      account: 'ben',
      scopes: 'rowlock:admin rowlock:top-up',
    });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'reservation' });
    const read = await server.call({ method: 'GET', url, account: 'anna' });
    expect(read.body).toMatchObject({ state: 'held' });
  });
});
