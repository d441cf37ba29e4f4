import { expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('GET /v1/performances/:performanceId/best-available answers 409 when no such adjacent seats are left', async () => {
  const performanceId = await plantPerformance(server.database, { seats: 3 });
  await holdOverHttp(server, performanceId, 'ben', ['A-1-2']);
  const url = `/v1/performances/${performanceId}/best-available?grade=R&quantity=2`;
  const answer = await server.call({ method: 'GET', url, account: 'anna' });
  expect(answer.body).toMatchObject({ status: 409, outcome: 'seats_unavailable', retry: 'changed' });
});
