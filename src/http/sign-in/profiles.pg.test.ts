/** What is kept of accounts, by its routes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, topUpOverHttp, useServer } from '../../../test/support/http.ts';

const server = useServer();
const account = 'oidc-minji';
const at = expect.stringMatching(/^\d{4}-.*Z$/) as string;
const kept = { accountId: account, name: '김민지', email: 'Minji@Example.com', updatedAt: at };
const profile = `/v1/admin/accounts/${account}/profile`;

beforeAll(async () => {
  await server.boxOffice.identity.signIn({
    accountId: account,
    scopes: [],
    name: kept.name,
    email: kept.email,
  });
});

describe('a profile', () => {
  it.each(['김민', 'MINJI@example', account])('is found by %s', async (query) => {
    const url = `/v1/admin/accounts?query=${encodeURIComponent(query)}`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.body).toEqual({ accounts: [kept], hasMore: false });
  });

  it.each(['', '?query=a', `?query=${'x'.repeat(321)}`, '?query=%00%00', '?query=%20%20'])(
    'is not looked for with %j',
    async (query) => {
      const answer = await server.call({ method: 'GET', url: `/v1/admin/accounts${query}`, ...OPERATOR });
      expect(answer.body).toMatchObject({ status: 400, outcome: 'invalid_request' });
    },
  );

  it('is shown to its account and to an operator', async () => {
    expect((await server.call({ method: 'GET', url: '/v1/account', account })).body).toEqual(kept);
    expect((await server.call({ method: 'GET', url: profile, ...OPERATOR })).body).toEqual(kept);
    const stranger = await server.call({ method: 'GET', url: '/v1/account', account: 'stranger' });
    expect(stranger.body).toEqual({ accountId: 'stranger', name: null, email: null, updatedAt: null });
  });

  it('is erased with its sessions, as often as it is asked, and the wallet stays', async () => {
    await topUpOverHttp(server, account, 500);
    const call = { method: 'DELETE', url: profile, ...OPERATOR } as const;
    expect((await server.call(call)).status).toBe(204);
    expect((await server.call(call)).status).toBe(204);
    const read = await server.call({ method: 'GET', url: profile, ...OPERATOR });
    expect(read.body).toMatchObject({ status: 404, what: 'account' });
    expect(await server.database.sql('select from session where account_id = $1', [account])).toEqual([]);
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account });
    expect(wallet.body).toMatchObject({ balance: 500 });
  });
});

describe('sessions of an account', () => {
  it('are ended by an operator', async () => {
    const identity = { accountId: 'on-two-devices', scopes: [] };
    const signedIn = await server.boxOffice.identity.signIn(identity);
    await server.boxOffice.identity.signIn(identity);
    const cookie = `rowlock=${'secret' in signedIn ? signedIn.secret : ''}`;
    const read = (): ReturnType<typeof server.call> =>
      server.call({ method: 'GET', url: '/v1/wallet', headers: { host: 'localhost', cookie } });
    expect((await read()).status).toBe(200);
    const url = '/v1/admin/accounts/on-two-devices/sessions';
    expect((await server.call({ method: 'DELETE', url, ...OPERATOR })).body).toEqual({ sessions: 2 });
    expect((await read()).body).toMatchObject({
      status: 401,
      detail: 'The session has ended: sign in again.',
    });
  });
});
