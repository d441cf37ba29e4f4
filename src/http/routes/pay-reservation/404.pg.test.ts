import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { topUpOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/payment answers 404', () => {
  const server = useServer();

  it("to another account's hold, and takes no money", async () => {
    const performanceId = await plantPerformance(server.database);
    await topUpOverHttp(server, 'anna', 50_000);
    await topUpOverHttp(server, 'ben', 50_000);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const answer = await server.call({ method: 'POST', url: `${url}/payment`, account: 'ben', key: true });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'reservation' });
    for (const account of ['anna', 'ben']) {
      const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account });
      expect(wallet.body['balance']).toBe(50_000);
    }
  });
});
