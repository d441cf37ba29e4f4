import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/refund answers 400', () => {
  const server = useServer();

  it.each([
    [{ seats: [] }, 'body/seats'],
    [{ seats: ['A-1-1', 'A-1-1'] }, 'body/seats'],
    [{ seats: 'A-1-1' }, 'body/seats'],
    [{ seats: [1] }, 'body/seats/0'],
    [{ seats: Array.from({ length: 21 }, (_, i) => `A-1-${i}`) }, 'body/seats'],
    [{ seat: 'A-1-1' }, 'body/seat'],
  ])('to %j, and nothing is refunded', async (body, place) => {
    const path = await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const url = `${path.replace('/v1', '/v1/admin')}/refund`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR, key: true, body });
    expect(answer.body).toMatchObject({ status: 400, outcome: 'invalid_request', errors: [{ path: place }] });
    const read = await server.call({ method: 'GET', url: path, account: 'anna' });
    expect(read.body).toMatchObject({ state: 'confirmed', refundedSeats: [] });
  });

  it("to a buyer's refund of some seats: a buyer gives back all", async () => {
    const path = await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const body = { seats: ['A-1-1'] };
    const refund = { method: 'POST', url: `${path}/refund`, account: 'anna', key: true, body } as const;
    expect((await server.call(refund)).body).toMatchObject({ status: 400, errors: [{ path: 'body/seats' }] });
  });
});
