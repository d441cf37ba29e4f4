import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/release answers 404', () => {
  const server = useServer();

  it.each(['00000000-0000-8000-8000-000000000000', 'no-uuid'])(
    'to %s, which is not a reservation',
    async (id) => {
      const url = `/v1/admin/performances/${await plantPerformance(server.database)}/reservations/${id}/release`;
      const answer = await server.call({ method: 'POST', url, ...OPERATOR });
      expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what: 'reservation' });
    },
  );
});
