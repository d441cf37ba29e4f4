import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations answers 404', () => {
  const server = useServer();
  let performanceId: string;
  beforeAll(async () => {
    performanceId = await plantPerformance(server.database);
  });

  it.each([{ seats: ['A-1-1'] }, { bestAvailable: { grade: 'R', quantity: 1 } }])(
    'to a performance that does not exist: %j',
    async (body) => {
      const url = '/v1/performances/no-such/reservations';
      const answer = await server.call({ method: 'POST', url, account: 'anna', key: true, body });
      expect(answer.status).toBe(404);
      expect(answer.body).toMatchObject({ outcome: 'not_found', what: 'performance' });
    },
  );

  it('to seats that do not exist, naming them', async () => {
    const seats = ['A-1-1', 'Z-9-9', `'; drop table seat; --`, 'A-1-1 '];
    const url = `/v1/performances/${performanceId}/reservations`;
    const answer = await server.call({ method: 'POST', url, account: 'anna', key: true, body: { seats } });
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({ outcome: 'not_found', what: 'seat', seats: seats.slice(1) });
    expect(await server.database.sql(`select count(*)::int as seats from seat`)).toEqual([{ seats: 10 }]);
  });
});
