import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/refund answers 409', () => {
  const server = useServer();

  it('reservation_not_refundable to a hold', async () => {
    const path = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const url = `${path.replace('/v1', '/v1/admin')}/refund`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR, key: true });
    expect(answer.body).toMatchObject({
      status: 409,
      outcome: 'reservation_not_refundable',
      state: 'held',
      reason: 'state',
    });
  });
});
