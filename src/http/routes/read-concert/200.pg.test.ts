import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/concerts/:concertId answers 200', () => {
  const server = useServer();

  it('with the concert as in the list', async () => {
    await plantPerformance(server.database, { performanceId: 'spring' });
    await plantPerformance(server.database, { performanceId: 'winter' });
    const list = await server.call({ method: 'GET', url: '/v1/concerts' });
    const answer = await server.call({ method: 'GET', url: '/v1/concerts/winter-concert' });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual((list.body['concerts'] as unknown[])[1]);
  });
});
