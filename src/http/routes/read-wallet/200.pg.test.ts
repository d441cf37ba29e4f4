import { describe, expect, it } from 'vitest';
import { topUpOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/wallet answers 200', () => {
  const server = useServer();

  it('with the balance and the version, which are 0 before the first top-up', async () => {
    const won = { currency: 'KRW', minorUnit: 0 };
    const read = { method: 'GET', url: '/v1/wallet', account: 'anna' } as const;
    expect((await server.call(read)).body).toEqual({ accountId: 'anna', balance: 0, version: 0, ...won });
    await topUpOverHttp(server, 'anna', 12_345);
    const answer = await server.call(read);
    expect(answer.body).toEqual({ accountId: 'anna', balance: 12_345, version: 1, ...won });
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});
