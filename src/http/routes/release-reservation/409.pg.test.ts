import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, useServer } from '../../../../test/support/http.ts';

describe('DELETE /v1/performances/:performanceId/reservations/:reservationId answers 409', () => {
  const server = useServer();

  it('reservation_not_releasable to a paid reservation, with its state', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const answer = await server.call({ method: 'DELETE', url, account: 'anna' });
    expect(answer.body).toMatchObject({
      status: 409,
      outcome: 'reservation_not_releasable',
      state: 'confirmed',
    });
  });
});
