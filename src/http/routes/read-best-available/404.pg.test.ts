import { expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('GET /v1/performances/:performanceId/best-available answers 404 for an unknown performance or grade', async () => {
  const performanceId = await plantPerformance(server.database);
  for (const [id, grade, what] of [
    ['no-such', 'R', 'performance'],
    ['No such', 'R', 'performance'],
    [performanceId, 'S', 'grade'],
    [performanceId, 'r', 'grade'],
  ] as const) {
    const url = `/v1/performances/${encodeURIComponent(id)}/best-available?grade=${grade}&quantity=2`;
    const answer = await server.call({ method: 'GET', url, account: 'anna' });
    expect(answer.body).toMatchObject({ status: 404, outcome: 'not_found', what });
  }
});
