import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { topUpOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/payment answers 402', () => {
  const server = useServer();

  it('insufficient_balance with the amount and the balance; after a top-up the same key pays', async () => {
    const performanceId = await plantPerformance(server.database, { price: 50_000 });
    await topUpOverHttp(server, 'anna', 49_999);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const pay = { method: 'POST', url: `${url}/payment`, account: 'anna', key: 'pay' } as const;
    const answer = await server.call(pay);
    expect(answer.status).toBe(402);
    expect(answer.body).toMatchObject({
      outcome: 'insufficient_balance',
      required: 50_000,
      available: 49_999,
    });
    await topUpOverHttp(server, 'anna', 1);
    expect((await server.call(pay)).status).toBe(201);
  });

  it('insufficient_balance to an account that was never topped up', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'ben', ['A-1-1']);
    const answer = await server.call({ method: 'POST', url: `${url}/payment`, account: 'ben', key: true });
    expect(answer.body).toMatchObject({ status: 402, available: 0 });
  });
});
