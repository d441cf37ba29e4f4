import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/refund answers 404', () => {
  const server = useServer();

  it("to another account's ticket, which stays valid", async () => {
    const url = await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const answer = await server.call({
      method: 'POST',
      url: `${url}/refund`,
      account: 'ben',
      scopes: 'rowlock:admin',
      key: true,
    });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'reservation' });
    const read = await server.call({ method: 'GET', url, account: 'anna' });
    expect(read.body).toMatchObject({ state: 'confirmed' });
  });
});
