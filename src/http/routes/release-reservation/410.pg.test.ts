import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { expireOnPath, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('DELETE /v1/performances/:performanceId/reservations/:reservationId answers 410', () => {
  const server = useServer();

  it('hold_expired when its time has passed', async () => {
    const performanceId = await plantPerformance(server.database);
    const url = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    await expireOnPath(server.database, url);
    const answer = await server.call({ method: 'DELETE', url, account: 'anna' });
    expect(answer.body).toMatchObject({ status: 410, outcome: 'hold_expired', retry: 'never' });
  });
});
