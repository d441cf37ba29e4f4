import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, expireOnPath, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId answers 200', () => {
  const server = useServer();

  it('with the sale and the free seats of each grade', async () => {
    const performanceId = await plantPerformance(server.database, {
      performanceId: 'spring',
      seats: 10,
      price: 500,
    });
    await holdOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2']);
    await buyOverHttp(server, performanceId, 'ben', ['A-1-3']);
    await expireOnPath(server.database, await holdOverHttp(server, performanceId, 'cleo', ['A-1-4']));
    const answer = await server.call({ method: 'GET', url: `/v1/performances/${performanceId}` });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      id: 'spring',
      concertId: 'spring-concert',
      sale: 'open',
      saleState: 'open',
      holdSeconds: 300,
      seatLimit: 4,
      grades: [{ grade: 'R', price: 500, free: 7, held: 2, sold: 1 }],
      at: expect.stringMatching(/Z$/),
    });
  });
});
