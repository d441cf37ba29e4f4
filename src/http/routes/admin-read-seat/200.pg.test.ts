import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/admin/performances/:performanceId/seats/:seat answers 200', () => {
  const server = useServer();

  it('with the reservation, the account and the price of a held and of a sold seat', async () => {
    const performanceId = await plantPerformance(server.database);
    const path = await holdOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2']);
    const { body: held } = await server.call({ method: 'GET', url: path, account: 'anna' });
    const url = `/v1/admin/performances/${performanceId}/seats/A-1-2`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      performanceId,
      seat: 'A-1-2',
      state: 'held',
      price: (held['amount'] as number) / 2,
      reservationId: held['id'],
      accountId: 'anna',
    });
    await server.call({
      method: 'POST',
      url: '/v1/wallet/top-ups',
      account: 'anna',
      scopes: 'rowlock:top-up',
      key: true,
      body: { amount: held['amount'] },
    });
    const paid = await server.call({ method: 'POST', url: `${path}/payment`, account: 'anna', key: true });
    expect(paid.status).toBe(201);
    const sold = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(sold.body).toEqual({ ...answer.body, state: 'sold' });
  });
});
