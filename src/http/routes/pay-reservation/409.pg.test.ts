import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/payment answers 409', () => {
  const server = useServer();

  it('reservation_not_payable, with its state', async () => {
    const performanceId = await plantPerformance(server.database);
    const pay = (url: string): ReturnType<typeof server.call> =>
      server.call({ method: 'POST', url: `${url}/payment`, account: 'anna', key: true });
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    expect((await pay(bought)).body).toMatchObject({
      status: 409,
      outcome: 'reservation_not_payable',
      state: 'confirmed',
    });
    await server.call({ method: 'POST', url: `${bought}/refund`, account: 'anna', key: true });
    expect((await pay(bought)).body).toMatchObject({ outcome: 'reservation_not_payable', state: 'refunded' });
    const released = await holdOverHttp(server, performanceId, 'anna', ['A-1-2']);
    await server.call({ method: 'DELETE', url: released, account: 'anna' });
    expect((await pay(released)).body).toMatchObject({
      outcome: 'reservation_not_payable',
      state: 'released',
    });
  });
});
