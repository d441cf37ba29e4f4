import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/dev/tokens answers 400', () => {
  const server = useServer({ development: { embeddedDatabase: true } });

  it.each([
    [{ role: 'root' }, 'body/role'],
    [{ accountId: 'a b' }, 'body/accountId'],
    [{ accountId: '' }, 'body/accountId'],
    [{ scope: 'admin' }, 'body/scope'],
  ])('to %j', async (body, path) => {
    const answer = await server.call({
      method: 'POST',
      url: '/v1/dev/tokens',
      headers: { host: 'localhost' },
      body,
    });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path }] });
  });
});
