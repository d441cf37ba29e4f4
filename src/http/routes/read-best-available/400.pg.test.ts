import { expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

const server = useServer();

it.each([
  ['', 'query/grade'],
  ['?grade=R', 'query/quantity'],
  ['?quantity=2', 'query/grade'],
  ['?grade=&quantity=2', 'query/grade'],
  ['?grade=R%00&quantity=2', 'query/grade'],
  [`?grade=${'R'.repeat(65)}&quantity=2`, 'query/grade'],
  ['?grade=R&grade=S&quantity=2', 'query/grade'],
  ['?grade=R&quantity=0', 'query/quantity'],
  ['?grade=R&quantity=21', 'query/quantity'],
  ['?grade=R&quantity=-1', 'query/quantity'],
  ['?grade=R&quantity=1.5', 'query/quantity'],
  ['?grade=R&quantity=two', 'query/quantity'],
  ['?grade=R&quantity=', 'query/quantity'],
  ['?grade=R&quantity=2&account=ben', 'query/account'],
])('GET /v1/performances/:performanceId/best-available%s answers 400 for %s', async (query, path) => {
  const performanceId = await plantPerformance(server.database);
  const url = `/v1/performances/${performanceId}/best-available${query}`;
  const answer = await server.call({ method: 'GET', url, account: 'anna' });
  expect(answer.body).toMatchObject({ status: 400, outcome: 'invalid_request' });
  expect((answer.body['errors'] as unknown[])[0]).toMatchObject({ path });
});
