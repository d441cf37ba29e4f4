import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/refund answers 201', () => {
  const server = useServer();

  it("to the account's wallet, even after the deadline, and the same when repeated", async () => {
    const refundableUntil = new Date(Date.now() - 1_000);
    const performanceId = await plantPerformance(server.database, { refundableUntil });
    const path = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const url = path.replace('/v1', '/v1/admin');
    const refund = {
      method: 'POST',
      url: `${url}/refund`,
      account: 'boss',
      scopes: 'rowlock:admin',
      key: 'refund',
    } as const;
    const answer = await server.call(refund);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: path.split('/').at(-1),
      performanceId,
      amount: 50_000,
      balanceAfter: 50_000,
    });
    expect(answer.headers.location).toBe(url);
    expect((await server.call(refund)).text).toBe(answer.text);
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });
    expect(wallet.body).toEqual({ accountId: 'anna', balance: 50_000, version: 3 });
  });
});
