import { expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('GET /v1/performances/:performanceId/best-available answers 401 to nobody in particular', async () => {
  const performanceId = await plantPerformance(server.database);
  const url = `/v1/performances/${performanceId}/best-available?grade=R&quantity=2`;
  const answer = await server.call({ method: 'GET', url });
  expect(answer.body).toMatchObject({ status: 401, outcome: 'unauthenticated' });
});
