import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/admin/performances/:performanceId/reservations/:reservationId answers 404', () => {
  const server = useServer();

  it.each(['00000000-0000-8000-8000-000000000000', 'no-uuid', '%00'])('to %s', async (id) => {
    const url = `/v1/admin/performances/${await plantPerformance(server.database)}/reservations/${id}`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'reservation' });
  });
});
