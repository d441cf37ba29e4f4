import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/refund answers 201', () => {
  const server = useServer();

  it('with the refund, and the same when repeated', async () => {
    const performanceId = await plantPerformance(server.database, { price: 30_000 });
    const url = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const refund = { method: 'POST', url: `${url}/refund`, account: 'anna', key: 'refund' } as const;
    const answer = await server.call(refund);
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: url.split('/').at(-1),
      performanceId,
      amount: 30_000,
      seq: 3,
      balanceAfter: 30_000,
      refundedAt: expect.stringMatching(/Z$/),
    });
    expect(answer.headers.location).toBe(url);
    expect((await server.call(refund)).text).toBe(answer.text);
  });
});
