import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('GET /v1/performances/:performanceId/seats/events answers 400', () => {
  const server = useServer();

  it.each([
    ['cursor=', {}],
    ['cursor=12', {}],
    [`cursor=${'1'.repeat(2_001)}`, {}],
    ['since=1', {}],
    ['', { 'last-event-id': '790:780:@1@1@1' }],
  ])('to a malformed cursor: %s %j', async (query, headers) => {
    const performanceId = await plantPerformance(server.database);
    const url = `/v1/performances/${performanceId}/seats/events?${query}`;
    const answer = await server.call({ method: 'GET', url, headers });
    expect([answer.status, answer.body['outcome']]).toEqual([400, 'invalid_request']);
  });
});
