import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/release answers 204', () => {
  const server = useServer();

  it("to anybody's hold, whose seats are free at once, and the same when repeated", async () => {
    const performanceId = await plantPerformance(server.database);
    const path = await holdOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2']);
    const url = `${path.replace('/v1', '/v1/admin')}/release`;
    for (let sent = 0; sent < 2; sent += 1) {
      const answer = await server.call({ method: 'POST', url, ...OPERATOR });
      expect([answer.status, answer.text]).toEqual([204, '']);
    }
    const read = await server.call({ method: 'GET', url: path, account: 'anna' });
    expect(read.body).toMatchObject({ state: 'released' });
    await holdOverHttp(server, performanceId, 'ben', ['A-1-1', 'A-1-2']);
  });
});
