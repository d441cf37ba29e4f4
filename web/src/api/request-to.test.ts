import { describe, expect, test } from 'vitest';
import { requestTo } from './request-to.ts';

const RESERVATIONS = 'GET /v1/admin/accounts/{accountId}/reservations';

describe('a request', () => {
  test('has its parameters encoded into its path', () => {
    expect(requestTo(RESERVATIONS, { params: { accountId: 'a%2F/b@c?d' } })).toEqual({
      method: 'GET',
      path: '/v1/admin/accounts/a%252F%2Fb%40c%3Fd/reservations',
    });
  });

  test('has its query', () => {
    const params = { accountId: 'kim' };
    expect(requestTo(RESERVATIONS, { params, query: { limit: 20, before: 7 } }).path).toMatch(
      /\?limit=20&before=7$/,
    );
    expect(requestTo(RESERVATIONS, { params, query: {} }).path).toMatch(/reservations$/);
  });

  test('has its body', () => {
    expect(requestTo('POST /v1/wallet/top-ups', { body: { amount: 1 } })).toEqual({
      method: 'POST',
      path: '/v1/wallet/top-ups',
      body: { amount: 1 },
    });
  });
});

test('the compiler refuses what the API does not have', () => {
  // @ts-expect-error a path that does not exist
  requestTo('GET /v1/wallets');
  // @ts-expect-error a method that the path does not have
  requestTo('DELETE /v1/wallet');
  // @ts-expect-error a parameter of another path
  requestTo('GET /v1/concerts/{concertId}', { params: { concertId: 'a', performanceId: 'b' } });
  // @ts-expect-error a body without its field
  requestTo('POST /v1/wallet/top-ups', { body: {} });
  // @ts-expect-error no body at all
  requestTo('POST /v1/wallet/top-ups');
});
