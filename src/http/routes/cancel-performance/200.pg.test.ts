import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { until } from '../../../../test/support/gate.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/cancellation answers 200', () => {
  const server = useServer();

  it('at once, and refunds everybody in the background; the same when repeated', async () => {
    const refundableUntil = new Date(Date.now() - 1_000);
    const performanceId = await plantPerformance(server.database, { refundableUntil });
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2']);
    const held = await holdOverHttp(server, performanceId, 'ben', ['A-1-3']);
    const url = `/v1/admin/performances/${performanceId}/cancellation`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      performanceId,
      cancelledAt: expect.stringMatching(/Z$/),
      cancelledBy: 'boss',
      holds: 0,
      reservations: { total: 1 },
      failures: [],
    });
    const read = (): Promise<{ body: Record<string, unknown> }> =>
      server.call({ method: 'GET', url, ...OPERATOR });
    await until(async () => (await read()).body['completedAt'] !== null);
    const again = await server.call({ method: 'POST', url, ...OPERATOR });
    expect(again.body).toEqual((await read()).body);
    expect(again.body).toMatchObject({ reservations: { total: 1, refunded: 1 } });
    const state = async (path: string, account: string): Promise<unknown> =>
      (await server.call({ method: 'GET', url: path, account })).body['state'];
    expect([await state(bought, 'anna'), await state(held, 'ben')]).toEqual(['refunded', 'released']);
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });
    expect(wallet.body).toMatchObject({ balance: 100_000 });
    const late = await server.call({
      method: 'POST',
      url: `/v1/performances/${performanceId}/reservations`,
      account: 'ben',
      key: true,
      body: { seats: ['A-1-3'] },
    });
    expect(late.body).toMatchObject({
      status: 409,
      outcome: 'sales_closed',
      reason: 'cancelled',
      detail: 'The performance is cancelled.',
    });
    const sale = `/v1/admin/performances/${performanceId}/sale`;
    const reopened = await server.call({ method: 'POST', url: sale, ...OPERATOR, body: { state: 'open' } });
    expect(reopened.body).toMatchObject({ status: 409, outcome: 'sales_closed', reason: 'cancelled' });
  });
});
