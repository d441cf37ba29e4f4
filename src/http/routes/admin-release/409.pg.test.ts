import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/release answers 409', () => {
  const server = useServer();

  it('reservation_not_releasable to what is paid, which stays so', async () => {
    const path = await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const url = `${path.replace('/v1', '/v1/admin')}/release`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR });
    expect(answer.body).toMatchObject({
      status: 409,
      outcome: 'reservation_not_releasable',
      state: 'confirmed',
    });
    const read = await server.call({ method: 'GET', url: path, account: 'anna' });
    expect(read.body).toMatchObject({ state: 'confirmed' });
  });
});
