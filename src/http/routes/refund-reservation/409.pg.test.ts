import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/refund answers 409', () => {
  const server = useServer();
  const refund = async (url: string): Promise<unknown> =>
    (await server.call({ method: 'POST', url: `${url}/refund`, account: 'anna', key: true })).body;

  it('reservation_not_refundable to an unpaid reservation, with its state', async () => {
    const performanceId = await plantPerformance(server.database);
    const held = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    expect(await refund(held)).toMatchObject({
      status: 409,
      outcome: 'reservation_not_refundable',
      state: 'held',
      reason: 'state',
    });
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-2']);
    expect(await refund(bought)).toMatchObject({ amount: 50_000 });
    expect(await refund(bought)).toMatchObject({
      outcome: 'reservation_not_refundable',
      state: 'refunded',
      reason: 'state',
    });
  });

  it('reservation_not_refundable after the deadline', async () => {
    const performanceId = await plantPerformance(server.database, {
      refundableUntil: new Date(Date.now() - 1_000),
    });
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    expect(await refund(bought)).toMatchObject({ status: 409, state: 'confirmed', reason: 'deadline' });
  });
});
