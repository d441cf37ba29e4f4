import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { topUpOverHttp, expireOnPath, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/payment answers 410', () => {
  const server = useServer();

  it('hold_expired when its time has passed, and takes nothing', async () => {
    const performanceId = await plantPerformance(server.database);
    await topUpOverHttp(server, 'anna', 50_000);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    await expireOnPath(server.database, url);
    const answer = await server.call({ method: 'POST', url: `${url}/payment`, account: 'anna', key: true });
    expect(answer.body).toMatchObject({ status: 410, outcome: 'hold_expired' });
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });
    expect(wallet.body['balance']).toBe(50_000);
  });
});
