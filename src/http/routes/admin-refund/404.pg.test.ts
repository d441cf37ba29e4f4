import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/refund answers 404', () => {
  const server = useServer();

  it.each(['00000000-0000-8000-8000-000000000000', 'no-uuid'])(
    'to %s, which is not a reservation',
    async (id) => {
      const url = `/v1/admin/performances/${await plantPerformance(server.database)}/reservations/${id}/refund`;
      const answer = await server.call({ method: 'POST', url, ...OPERATOR, key: true });
      expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'reservation' });
    },
  );

  it('to seats that are not of the reservation, or not on the map', async () => {
    const performanceId = await plantPerformance(server.database);
    const path = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const url = `${path.replace('/v1', '/v1/admin')}/refund`;
    for (const seats of [['A-1-2'], ['no-such']]) {
      const body = { seats: ['A-1-1', ...seats] };
      const answer = await server.call({ method: 'POST', url, ...OPERATOR, key: true, body });
      expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'seat', seats });
    }
  });
});
