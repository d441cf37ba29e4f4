import { expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('/v1/performances/:performanceId/seats/events answers 405 to HEAD, which would wait for an end that does not come', async () => {
  const performanceId = await plantPerformance(server.database);
  const url = `/v1/performances/${performanceId}/seats/events`;
  const answer = await server.call({ method: 'HEAD', url });
  expect([answer.status, answer.headers.allow]).toEqual([405, 'GET, OPTIONS']);
});
