import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, expireOnPath, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/reservations/:reservationId answers 200', () => {
  const server = useServer();

  it('with the reservation in each state', async () => {
    const performanceId = await plantPerformance(server.database);
    const read = async (url: string): Promise<unknown> =>
      (await server.call({ method: 'GET', url, account: 'anna' })).body;
    const held = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    expect(await read(held)).toEqual({
      id: held.split('/').at(-1),
      performanceId,
      state: 'held',
      seats: ['A-1-1'],
      refundedSeats: [],
      amount: 50_000,
      createdAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
    });
    await server.call({ method: 'DELETE', url: held, account: 'anna' });
    expect(await read(held)).toMatchObject({ state: 'released', seats: ['A-1-1'] });
    const expired = await holdOverHttp(server, performanceId, 'anna', ['A-1-2']);
    await expireOnPath(server.database, expired);
    expect(await read(expired)).toMatchObject({ state: 'expired' });
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-3']);
    expect(await read(bought)).toMatchObject({ state: 'confirmed' });
    await server.call({ method: 'POST', url: `${bought}/refund`, account: 'anna', key: true });
    expect(await read(bought)).toMatchObject({ state: 'refunded', refundedSeats: ['A-1-3'] });
  });
});
