import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/admin/performances/:performanceId/reservations/:reservationId answers 200', () => {
  const server = useServer();

  it("with anyone's reservation and its account", async () => {
    const path = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const own = await server.call({ method: 'GET', url: path, account: 'anna' });
    const url = path.replace('/v1', '/v1/admin');
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...own.body, accountId: 'anna', refundable: [] });
  });
});
