import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { topUpOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/payment answers 201', () => {
  const server = useServer();

  it('with the payment, and the reservation is confirmed', async () => {
    const performanceId = await plantPerformance(server.database, { price: 40_000 });
    await topUpOverHttp(server, 'anna', 100_000);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2']);
    const answer = await server.call({ method: 'POST', url: `${url}/payment`, account: 'anna', key: true });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: url.split('/').at(-1),
      performanceId,
      seats: ['A-1-1', 'A-1-2'],
      amount: 80_000,
      seq: 2,
      balanceAfter: 20_000,
      paidAt: expect.stringMatching(/Z$/),
      state: 'confirmed',
    });
    expect(answer.headers.location).toBe(url);
    const read = await server.call({ method: 'GET', url, account: 'anna' });
    expect(read.body).toMatchObject({ state: 'confirmed' });
  });

  it('with the same answer to the same request, even after the refund', async () => {
    const performanceId = await plantPerformance(server.database);
    await topUpOverHttp(server, 'ben', 50_000);
    const url = await holdOverHttp(server, performanceId, 'ben', ['A-1-1']);
    const pay = { method: 'POST', url: `${url}/payment`, account: 'ben', key: 'once', body: {} } as const;
    const first = await server.call(pay);
    await server.call({ method: 'POST', url: `${url}/refund`, account: 'ben', key: true });
    const again = await server.call(pay);
    expect([again.status, again.body]).toEqual([201, { ...first.body, state: 'refunded' }]);
  });

  it('to one of fifty requests with fifty keys, and debits once', async () => {
    const performanceId = await plantPerformance(server.database);
    await topUpOverHttp(server, 'cleo', 5_000_000);
    const url = await holdOverHttp(server, performanceId, 'cleo', ['A-1-1']);
    const all = Array.from({ length: 50 }, () =>
      server.call({ method: 'POST', url: `${url}/payment`, account: 'cleo', key: true }),
    );
    const answers = await Promise.all(all);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { body, status } of answers.filter((answer) => answer.status !== 201)) {
      expect([status, body['outcome']]).toEqual(
        status === 503 ? [503, 'contended'] : [409, 'reservation_not_payable'],
      );
    }
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'cleo' });
    expect(wallet.body['balance']).toBe(4_950_000);
  });
});
