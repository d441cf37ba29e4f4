import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/concerts answers 200', () => {
  const server = useServer();

  it('with every concert, without a token', async () => {
    expect((await server.call({ method: 'GET', url: '/v1/concerts' })).body).toEqual({ concerts: [] });
    await plantPerformance(server.database, { performanceId: 'spring', price: 70_000, seatLimit: null });
    const closesAt = new Date(Date.now() - 60_000);
    await plantPerformance(server.database, { performanceId: 'winter', closesAt });
    const answer = await server.call({ method: 'GET', url: '/v1/concerts' });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      concerts: [
        {
          id: 'spring-concert',
          title: { en: 'Concert spring' },
          performances: [
            {
              id: 'spring',
              venueId: 'spring-venue',
              sale: 'open',
              seatLimit: null,
              saleClosesAt: null,
              grades: [{ grade: 'R', price: 70_000 }],
            },
          ],
        },
        {
          id: 'winter-concert',
          performances: [{ id: 'winter', sale: 'ended', seatLimit: 4, saleClosesAt: closesAt.toISOString() }],
        },
      ],
    });
  });
});
