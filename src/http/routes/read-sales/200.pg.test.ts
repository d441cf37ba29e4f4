import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import {
  buyOverHttp,
  expireOnPath,
  holdOverHttp,
  OPERATOR,
  useServer,
} from '../../../../test/support/http.ts';

describe('GET /v1/admin/performances/:performanceId/sales answers 200', () => {
  const server = useServer();

  it('with seats, reservations and money', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 10, price: 700 });
    await buyOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2', 'A-1-3']);
    await holdOverHttp(server, performanceId, 'ben', ['A-1-4', 'A-1-5']);
    await expireOnPath(server.database, await holdOverHttp(server, performanceId, 'cleo', ['A-1-6']));
    const refunded = await buyOverHttp(server, performanceId, 'dora', ['A-1-7']);
    await server.call({ method: 'POST', url: `${refunded}/refund`, account: 'dora', key: true });
    await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-5']);
    const url = `/v1/admin/performances/${performanceId}/sales`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      performanceId,
      at: expect.stringMatching(/Z$/),
      seats: { free: 5, held: 2, sold: 3 },
      reservations: { held: 1, confirmed: 1, refunded: 1 },
      revenue: 2_100,
      payments: 2_800,
      refunds: 700,
    });
  });
});
