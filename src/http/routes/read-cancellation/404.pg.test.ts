import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/admin/performances/:performanceId/cancellation answers 404', () => {
  const server = useServer();

  it.each(['performance', 'cancellation'])('when there is no such %s', async (what) => {
    const id = what === 'performance' ? 'no-such' : await plantPerformance(server.database);
    const url = `/v1/admin/performances/${id}/cancellation`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what });
  });
});
