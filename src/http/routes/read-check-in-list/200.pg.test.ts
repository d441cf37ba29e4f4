import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/admin/performances/:performanceId/check-in-list answers 200', () => {
  const server = useServer();

  it('with the valid tickets and their accounts, by seat', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 12 });
    const idOf = (path: string): string => path.split('/').at(-1)!;
    const anna = idOf(await buyOverHttp(server, performanceId, 'anna', ['A-1-10', 'A-1-2']));
    const ben = idOf(await buyOverHttp(server, performanceId, 'ben', ['A-1-9']));
    await holdOverHttp(server, performanceId, 'cleo', ['A-1-1']);
    const refunded = await buyOverHttp(server, performanceId, 'dora', ['A-1-3']);
    await server.call({ method: 'POST', url: `${refunded}/refund`, account: 'dora', key: true });
    await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-5']);
    const url = `/v1/admin/performances/${performanceId}/check-in-list`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      performanceId,
      at: expect.stringMatching(/Z$/),
      cancelled: false,
      tickets: [
        { seat: 'A-1-2', reservationId: anna, accountId: 'anna' },
        { seat: 'A-1-9', reservationId: ben, accountId: 'ben' },
        { seat: 'A-1-10', reservationId: anna, accountId: 'anna' },
      ],
    });
  });

  it('with an empty list when nothing is sold', async () => {
    const url = `/v1/admin/performances/${await plantPerformance(server.database)}/check-in-list`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.body['tickets']).toEqual([]);
  });
});
