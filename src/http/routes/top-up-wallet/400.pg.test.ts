import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/support/http.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/wallet/top-ups answers 400', () => {
  const server = useServer();
  const topUp = (body: unknown): Promise<Answer> =>
    server.call({
      method: 'POST',
      url: '/v1/wallet/top-ups',
      account: 'anna',
      scopes: 'rowlock:top-up',
      key: true,
      body,
      headers: { 'content-type': 'application/json' },
    });

  // The amounts are JSON text, because JavaScript would not write some of them as numbers.
  it.each([
    ['0', 'body/amount', /greater than or equal to|>= 1/],
    ['-1', 'body/amount', /./],
    ['-150000', 'body/amount', /./],
    ['1.5', 'body/amount', /must be integer/],
    ['1e400', 'body/amount', /must be integer/],
    ['-1e400', 'body/amount', /must be integer/],
    ['1e-400', 'body/amount', /./],
    ['10000000001', 'body/amount', /./],
    ['9007199254740992', 'body/amount', /./],
    ['9007199254740993', 'body/amount', /./],
    ['18446744073709551616', 'body/amount', /./],
    ['"5"', 'body/amount', /must be integer/],
    ['"1000; drop table wallet"', 'body/amount', /must be integer/],
    ['true', 'body/amount', /must be integer/],
    ['null', 'body/amount', /must be integer/],
    ['[1000]', 'body/amount', /must be integer/],
    ['{"value":1000}', 'body/amount', /must be integer/],
  ])('to the amount %s, naming field and rule', async (amount, path, rule) => {
    const answer = await topUp(`{"amount":${amount}}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      outcome: 'invalid_request',
      errors: [{ path, rule: expect.stringMatching(rule) }],
      detail: expect.stringContaining(path),
    });
  });

  it.each([
    ['no amount', '{}', { path: 'body/amount', rule: 'is required' }],
    ['an unknown field', '{"amount":1,"balance":5}', { path: 'body/balance', rule: 'is unknown' }],
    ['a bad account', `{"amount":1,"accountId":"x' or 1=1"}`, { path: 'body/accountId' }],
    ['an account with a null byte', '{"amount":1,"accountId":"a\\u0000"}', { path: 'body/accountId' }],
    [
      'an account that is not a string',
      '{"amount":1,"accountId":5}',
      { path: 'body/accountId', rule: 'must be string' },
    ],
    ['an overlong account', `{"amount":1,"accountId":"${'a'.repeat(256)}"}`, { path: 'body/accountId' }],
  ])('to %s', async (_what, body, error) => {
    const answer = await topUp(body);
    expect(answer.status).toBe(400);
    expect(answer.body['errors']).toMatchObject([error]);
  });

  it('and changes nothing', async () => {
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });
    expect(wallet.body).toEqual({
      accountId: 'anna',
      balance: 0,
      currency: 'KRW',
      minorUnit: 0,
      version: 0,
    });
  });
});
