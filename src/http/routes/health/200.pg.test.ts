import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe('health', () => {
  const server = useServer();

  it.each([
    ['/healthz', 'ok'],
    ['/readyz', 'ready'],
  ])('GET %s answers 200', async (url, status) => {
    const answer = await server.call({ method: 'GET', url });
    expect([answer.status, answer.body]).toEqual([200, { status }]);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each(['/healthz', '/readyz', '/v1/concerts', '/openapi.json'])('HEAD %s answers 200', async (url) => {
    const answer = await server.call({ method: 'HEAD', url });
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});
