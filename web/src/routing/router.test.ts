import { beforeAll, describe, expect, test, vi } from 'vitest';

describe('matching an address with a page', () => {
  let match: (pattern: string, where: string) => Readonly<Record<string, string>> | undefined;
  beforeAll(async () => {
    // The router reads the address when it is loaded.
    vi.stubGlobal('location', { pathname: '/' });
    vi.stubGlobal('addEventListener', () => undefined);
    ({ match } = await import('./router.ts'));
    vi.unstubAllGlobals();
  });

  test.each([
    ['/', '/', {}],
    ['/concerts/:concertId', '/concerts/spring/', { concertId: 'spring' }],
    [
      '/operator/accounts/:accountId',
      '/operator/accounts/kim%40example.com',
      { accountId: 'kim@example.com' },
    ],
    ['/operator/accounts/:accountId', '/operator/accounts/auth0%3Ax', { accountId: 'auth0:x' }],
    ['/operator/accounts/:accountId', '/operator/accounts/%', undefined],
    ['/concerts/:concertId', '/concerts', undefined],
    ['/wallet', '/tickets', undefined],
  ])('%s at %s', (pattern, where, params) => {
    expect(match(pattern, where)).toEqual(params);
  });
});
