import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { expireOnPath, holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/release answers 410', () => {
  const server = useServer();

  it('hold_expired to a hold whose time has passed', async () => {
    const path = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    await expireOnPath(server.database, path);
    const url = `${path.replace('/v1', '/v1/admin')}/release`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR });
    expect(answer.body).toMatchObject({ status: 410, outcome: 'hold_expired' });
  });
});
