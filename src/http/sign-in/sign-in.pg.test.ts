/** Signing in at a real provider, by a browser's cookies and redirects. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BrowserByHand, Seen } from '../../../test/support/browser-by-hand.ts';
import { browserByHand } from '../../../test/support/browser-by-hand.ts';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { tokenOf, useServer } from '../../../test/support/http.ts';
import type { OidcIssuer } from '../../../test/support/oidc-issuer.ts';
import { CLIENT, startOidcIssuer } from '../../../test/support/oidc-issuer.ts';
import { createLogger } from '../edge/log/logger.ts';
import { CLOCK_TOLERANCE_SECONDS } from './provider.ts';

const ORIGIN = 'http://localhost';

let issuer: OidcIssuer;
const logged: string[] = [];

beforeAll(async () => {
  issuer = await startOidcIssuer(() => [ORIGIN]);
});
afterAll(() => issuer?.stop());

const server = useServer({
  oidc: {
    get issuer() {
      return issuer.url;
    },
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    roles: [
      { claim: 'groups', value: 'ticket-admins', scope: 'rowlock:admin' },
      { claim: 'groups', value: 'tills', scope: 'rowlock:top-up' },
    ],
  },
  logger: createLogger({ destination: { write: (line) => void logged.push(line) } }),
  accessLog: true,
});

let person = 0;
beforeEach(() => {
  person += 1;
  logged.length = 0;
  Object.assign(issuer, { person: `person-${person}`, alterClaims: undefined, fail: undefined });
});

const browser = (): BrowserByHand => browserByHand(() => server.app, ORIGIN);
const isCallback = (url: string): boolean => url.startsWith(`${ORIGIN}/sign-in/callback`);
const locationOf = (seen: Seen): string => new URL(String(seen.headers['location']), seen.url).href;
const signIn = (by: BrowserByHand, path = '/wallet'): Promise<Seen> =>
  by.go(`${ORIGIN}/sign-in?return=${encodeURIComponent(path)}`, (next) => next === `${ORIGIN}${path}`);
const bodyOf = ({ text }: Seen): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const whoIs = async (by: BrowserByHand): Promise<unknown> =>
  bodyOf(await by.ask('GET', '/v1/session'))['account'];

/** What the log's lines of the answers say of failed sign-ins. */
const reasons = (): readonly unknown[] =>
  logged
    .map(
      (line) =>
        JSON.parse(line) as { readonly outcome?: string; readonly cause?: string; readonly ms?: number },
    )
    .filter(({ outcome, ms }) => outcome === 'sign_in_failed' && ms !== undefined)
    .map(({ cause }) => cause);

describe('a sign-in', () => {
  it('opens a session for the account of issuer and subject, and leads back', async () => {
    issuer.people.set(issuer.person!, { name: '김민지', email: 'minji@example.com' });
    const by = browser();
    const back = await signIn(by, '/performances/one?seat=A-1');
    expect(back.status).toBe(303);
    expect(back.headers['location']).toBe('/performances/one?seat=A-1');
    expect([...by.cookies('localhost').keys()]).toEqual(['rowlock']);
    const session = (await by.ask('GET', '/v1/session')).text;
    expect(JSON.parse(session)).toMatchObject({
      signIn: 'oidc',
      account: {
        accountId: expect.stringMatching(/^oidc-[a-z2-7]{32}$/) as string,
        name: '김민지',
        email: 'minji@example.com',
        scopes: [],
        by: 'session',
      },
    });
    const again = browser();
    await signIn(again);
    expect(await whoIs(again)).toEqual(await whoIs(by));
    issuer.person = 'somebody else';
    const other = browser();
    await signIn(other);
    expect(await whoIs(other)).not.toMatchObject({
      accountId: (JSON.parse(session) as never)['account']['accountId'],
    });
  });

  it('sets a cookie that no script, no other site and no other host gets', async () => {
    const by = browser();
    const back = await signIn(by);
    const [gone, set] = back.headers['set-cookie'] as string[];
    expect(gone).toMatch(/^rowlock-sign-in-[\w-]{12}=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(set).toMatch(/^rowlock=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/);
  });

  it('gives the scopes of its claims', async () => {
    issuer.people.set(issuer.person!, { groups: ['visitors', 'ticket-admins'] });
    const by = browser();
    await signIn(by);
    expect(await whoIs(by)).toMatchObject({ scopes: ['rowlock:admin'] });
    expect((await by.ask('GET', '/v1/admin/activity')).status).toBe(200);
    issuer.person = 'a buyer';
    const buyer = browser();
    await signIn(buyer);
    expect((await buyer.ask('GET', '/v1/admin/activity')).status).toBe(403);
  });

  it('is a new session each time, and ends the one before', async () => {
    const by = browser();
    await signIn(by);
    const before = by.cookies('localhost').get('rowlock')!;
    await signIn(by);
    expect(by.cookies('localhost').get('rowlock')).not.toBe(before);
    const thief = browser();
    thief.cookies('localhost').set('rowlock', before);
    expect(await whoIs(thief)).toBeNull();
    expect((await thief.ask('GET', '/v1/wallet')).status).toBe(401);
  });

  it.each([
    ['//evil.example/x'],
    ['/\\evil.example'],
    ['https://evil.example'],
    ['/%0d%0aset-cookie:x'],
    ['/.//evil.example'],
    ['/sign-in?return=/'],
    ['javascript:alert(1)'],
    [`/${'x'.repeat(3_000)}`],
  ])('never leads to %s', async (path) => {
    const by = browser();
    const back = await by.go(
      `${ORIGIN}/sign-in?return=${path.startsWith('/%') ? path : encodeURIComponent(path)}`,
      (next) => next.startsWith(ORIGIN) && !isCallback(next),
    );
    expect(back.status).toBe(303);
    expect(back.headers['location']).toBe('/');
  });

  it('is possible in several tabs at once, each with its own way back', async () => {
    const by = browser();
    const [first, second] = await Promise.all(
      ['/tickets', '/wallet'].map((path) =>
        by.go(`${ORIGIN}/sign-in?return=${path}`, (next) => next.startsWith(issuer.url)),
      ),
    );
    const finish = (begun: Seen): Promise<Seen> =>
      by.go(locationOf(begun), (next) => next.startsWith(ORIGIN) && !isCallback(next));
    expect((await finish(second!)).headers['location']).toBe('/wallet');
    expect((await finish(first!)).headers['location']).toBe('/tickets');
    expect(await whoIs(by)).toMatchObject({ by: 'session' });
  });

  it('leaves a bounded number of cookies, however often it is begun', async () => {
    const by = browser();
    for (let i = 0; i < 12; i += 1) await by.go(`${ORIGIN}/sign-in`, (next) => next.startsWith(issuer.url));
    expect(by.cookies('localhost').size).toBeLessThanOrEqual(5);
  });
});

describe('a sign-in that is refused', () => {
  /** Goes as far as the callback, and no further. */
  async function arrive(by: BrowserByHand): Promise<string> {
    return locationOf(await by.go(`${ORIGIN}/sign-in?return=/wallet`, isCallback));
  }
  async function expectFailure(seen: Seen, status: number, words: string, reason: RegExp): Promise<void> {
    expect([seen.status, seen.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8']);
    expect(seen.text).toContain(words);
    expect(seen.text).toContain('href="/sign-in?return=');
    expect(seen.text).not.toMatch(/\bat .*\.(ts|js):\d+|Error:/);
    await expect.poll(reasons).toEqual([expect.stringMatching(reason)]);
  }

  it('comes back to another browser', async () => {
    const callback = await arrive(browser());
    const victim = browser();
    const seen = await victim.go(callback);
    await expectFailure(seen, 400, 'not begun in this browser', /^other_browser: /);
    expect(victim.cookies('localhost').size).toBe(0);
  });

  it('comes back with another state', async () => {
    const by = browser();
    const callback = new URL(await arrive(by));
    callback.searchParams.set('state', `${callback.searchParams.get('state')!.slice(0, -1)}_`);
    await expectFailure(await by.go(callback.href), 400, 'not begun in this browser', /^other_browser: /);
  });

  it('comes back twice', async () => {
    const by = browser();
    const callback = await arrive(by);
    const cookies = new Map(by.cookies('localhost'));
    const first = await by.go(callback, (next) => !isCallback(next));
    expect(first.status).toBe(303);
    const thief = browser();
    for (const [name, value] of cookies) thief.cookies('localhost').set(name, value);
    await expectFailure(await thief.go(callback), 400, 'used already', /^used: /);
    expect(await whoIs(thief)).toBeNull();
    expect(await whoIs(by)).toMatchObject({ by: 'session' });
  });

  it('comes back with a code that was used', async () => {
    const [by, thief] = [browser(), browser()];
    const used = new URL(await arrive(by)).searchParams.get('code')!;
    const first = await by.go(
      `${ORIGIN}/sign-in?return=/wallet`,
      (next) => next.startsWith(ORIGIN) && !isCallback(next),
    );
    expect(first.status).toBe(303);
    const callback = new URL(await arrive(thief));
    callback.searchParams.set('code', used);
    // Not the thief's: its verifier does not fit to this code.
    await expectFailure(
      await thief.go(callback.href),
      400,
      'used already or has expired',
      /^code: .*invalid_grant/,
    );
  });

  it('has another nonce', async () => {
    issuer.alterClaims = (claims) => ({ ...claims, nonce: 'another' });
    const seen = await signIn(browser());
    await expectFailure(seen, 400, 'belongs to another sign-in', /^nonce: /);
  });

  it('has an ID token for somebody else', async () => {
    issuer.alterClaims = (claims) => ({ ...claims, aud: 'another client' });
    await expectFailure(await signIn(browser()), 502, 'could not be understood', /^answer: .*aud/);
  });

  it('meets clocks that differ by more than the tolerance', async () => {
    const shift = (seconds: number) => (claims: Record<string, unknown>) => ({
      ...claims,
      exp: Math.floor(Date.now() / 1_000) - seconds,
    });
    issuer.alterClaims = shift(CLOCK_TOLERANCE_SECONDS - 10);
    expect((await signIn(browser())).status).toBe(303);
    issuer.alterClaims = shift(CLOCK_TOLERANCE_SECONDS + 10);
    await expectFailure(await signIn(browser()), 502, 'clocks', /^clock: .*exp/);
  });

  it('was cancelled at the issuer', async () => {
    const by = browser();
    const callback = new URL(await arrive(by));
    callback.searchParams.delete('code');
    callback.searchParams.set('error', 'access_denied');
    callback.searchParams.set('error_description', 'Error: at x.ts:1');
    await expectFailure(
      await by.go(callback.href),
      403,
      'You cancelled',
      /^denied: the issuer answered access_denied$/,
    );
  });

  it('comes back after more than ten minutes', async () => {
    const by = browser();
    const callback = new URL(await arrive(by));
    // As if the browser had kept it for longer: the time is a part of what the state covers.
    const [name, cookie] = [...by.cookies('localhost')].find(([each]) => each.includes('sign-in'))!;
    const { readAttempt } = await import('./attempt.ts');
    const old = cookie.replace(/\.\d+\./, `.${Math.floor(Date.now() / 1_000) - 601}.`);
    by.cookies('localhost').set(name, old);
    await expectFailure(await by.go(callback.href), 400, 'not begun in this browser', /^other_browser: /);
    logged.length = 0;
    by.cookies('localhost').set(name, old);
    callback.searchParams.set('state', readAttempt(old)!.state);
    await expectFailure(await by.go(callback.href), 400, 'took too long', /^too_old: /);
  });

  it('says so in the language of the browser', async () => {
    const answer = await server.app.inject({
      url: '/sign-in/callback?state=x',
      headers: { host: 'localhost', 'accept-language': 'ko-KR,ko;q=0.9,en;q=0.5' },
    });
    expect(answer.payload).toContain('<html lang="ko">');
    expect(answer.payload).toContain('이 브라우저에서 시작한 로그인이 아니에요');
  });

  it('is not begun without TLS, unless on this machine', async () => {
    const answer = await server.app.inject({ url: '/sign-in', headers: { host: 'tickets.example' } });
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([400, undefined]);
    expect(answer.payload).toContain('not secure');
  });
});

describe('behind TLS', () => {
  const headers = { host: 'tickets.example', 'x-forwarded-proto': 'https' };

  it.each([
    ['as configured', { publicUrl: 'https://tickets.example' }, { host: '127.0.0.1:3000' }],
    ['as a trusted proxy says', { trustedProxies: ['127.0.0.1'] }, headers],
  ])('cookies are for this host alone, %s', async (_how, exposure, sent) => {
    const { createServer } = await import('../server.ts');
    const app = await createServer({
      boxOffice: server.boxOffice,
      oidc: { issuer: issuer.url, clientId: CLIENT.id, clientSecret: CLIENT.secret },
      exposure: { ...exposure, basePath: '/box' },
    });
    try {
      const begun = await app.inject({ url: '/box/sign-in', headers: sent });
      expect(String(begun.headers['set-cookie'])).toMatch(
        /^__Host-rowlock-sign-in-[\w-]{12}=[\w%.-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
      );
      const location = new URL(String(begun.headers.location));
      expect(location.searchParams.get('redirect_uri')).toBe('https://tickets.example/box/sign-in/callback');
      const by = browser();
      await signIn(by);
      const secret = by.cookies('localhost').get('rowlock')!;
      const read = async (cookie: string): Promise<unknown> =>
        (await app.inject({ url: '/v1/session', headers: { ...sent, cookie } })).json<{ account: unknown }>()
          .account;
      expect(await read(`__Host-rowlock=${secret}`)).toMatchObject({ by: 'session' });
      // Another host of the site could have set this one.
      expect(await read(`rowlock=${secret}`)).toBeNull();
    } finally {
      await app.close();
    }
  });

  it('nobody but a trusted proxy says so', async () => {
    const answer = await server.app.inject({ url: '/sign-in', headers });
    expect(answer.statusCode).toBe(400);
  });
});

describe('while the issuer is away', () => {
  it('a sign-in says so, and works again afterwards', async () => {
    const { createServer } = await import('../server.ts');
    await issuer.stop();
    // One that has never reached it: nothing is discovered yet.
    const app = await createServer({
      boxOffice: server.boxOffice,
      oidc: { issuer: issuer.url, clientId: CLIENT.id, clientSecret: CLIENT.secret },
    });
    try {
      const by = browserByHand(() => app, ORIGIN);
      const away = await by.go(`${ORIGIN}/sign-in?return=/wallet`);
      expect([away.status, away.headers['retry-after']]).toEqual([503, '5']);
      expect(away.text).toContain('does not answer');
      await issuer.restart();
      await expect.poll(async () => (await signIn(by)).status, { timeout: 10_000, interval: 200 }).toBe(303);
    } finally {
      await app.close();
    }
  });

  it('a browser that is back may try again once it answers', async () => {
    const by = browser();
    const callback = locationOf(await by.go(`${ORIGIN}/sign-in?return=/wallet`, isCallback));
    issuer.fail = { path: '/token', status: 503 };
    const away = await by.go(callback);
    expect(away.status).toBe(503);
    issuer.fail = undefined;
    expect((await signIn(by)).status).toBe(303);
  });

  it('an account signs in without what the userinfo endpoint says', async () => {
    issuer.fail = { path: '/me', status: 500 };
    const by = browser();
    expect((await signIn(by)).status).toBe(303);
    expect(await whoIs(by)).toMatchObject({ name: null, email: null });
  });
});

describe('a session in a browser', () => {
  it('buys: holds seats and pays for them', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 3 });
    issuer.people.set(issuer.person!, { groups: ['tills'] });
    const by = browser();
    await signIn(by);
    const key = (value: string): Record<string, string> => ({ 'idempotency-key': value });
    const held = await by.ask('POST', `/v1/performances/${performanceId}/reservations`, key('hold'), {
      seats: ['A-1-1'],
    });
    expect(held.status).toBe(201);
    const amount = Number(bodyOf(held)['amount']);
    await by.ask('POST', '/v1/wallet/top-ups', key('top-up'), { amount });
    const paid = await by.ask('POST', `${String(held.headers['location'])}/payment`, key('pay'));
    expect(paid.status).toBe(201);
  });

  it.each<[string, Record<string, string>]>([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: ORIGIN }],
    ['another host of the site', { 'sec-fetch-site': 'same-site', origin: ORIGIN }],
    ['no page', { 'sec-fetch-site': 'none' }],
    ['an old browser on another origin', { 'sec-fetch-site': '', origin: 'http://localhost:8080' }],
    ['an opaque origin', { 'sec-fetch-site': '', origin: 'null' }],
    ['nothing that it names', { 'sec-fetch-site': '' }],
  ])('is refused for writes that come from %s', async (_from, given) => {
    const by = browser();
    await signIn(by);
    const headers = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    const cookie = `rowlock=${by.cookies('localhost').get('rowlock')}`;
    for (const url of ['/v1/performances/some/reservations', '/sign-out', '/sign-out/everywhere']) {
      const answer = await server.call({
        method: 'POST',
        url,
        key: true,
        headers: { host: 'localhost', cookie, ...headers },
        ...(url.startsWith('/v1') && { body: { seats: ['A-1-1'] } }),
      });
      expect(answer.body, url).toMatchObject({ status: 403, outcome: 'forbidden' });
      expect(answer.headers['set-cookie'], url).toBeUndefined();
    }
    expect(await whoIs(by)).toMatchObject({ by: 'session' });
  });

  it('is taken from a browser that sends Origin alone', async () => {
    const by = browser();
    await signIn(by);
    const answer = await server.call({
      method: 'POST',
      url: '/sign-out',
      headers: {
        host: 'localhost',
        origin: ORIGIN,
        cookie: `rowlock=${by.cookies('localhost').get('rowlock')}`,
      },
    });
    expect(answer.status).toBe(200);
    expect(await whoIs(by)).toBeNull();
  });

  it('counts only for the account that the page shows', async () => {
    const by = browser();
    await signIn(by);
    const { accountId } = (await whoIs(by)) as { readonly accountId: string };
    const read = async (account: string): Promise<number> =>
      (await by.ask('GET', '/v1/wallet', { 'rowlock-account': account })).status;
    expect(await read(accountId)).toBe(200);
    expect(await read('somebody-else')).toBe(401);
    expect(await read('')).toBe(401);
  });

  it('counts less than a token, right or wrong', async () => {
    const by = browser();
    await signIn(by);
    const authorization = `Bearer ${await tokenOf('token-account')}`;
    const read = await by.ask('GET', '/v1/wallet', { authorization });
    expect(bodyOf(read)).toMatchObject({ accountId: 'token-account' });
    const wrong = await by.ask('GET', '/v1/wallet', { authorization: 'Bearer a.b.c' });
    expect(wrong.status).toBe(401);
    expect((await by.ask('GET', '/v1/session', { authorization: 'Basic eDp5' })).status).toBe(401);
    // With a token no page needs to be proved.
    const topUp = await server.call({
      method: 'POST',
      url: '/v1/wallet/top-ups',
      key: true,
      account: 'token-account',
      scopes: 'rowlock:top-up',
      body: { amount: 5 },
      headers: {
        'sec-fetch-site': 'cross-site',
        cookie: `rowlock=${by.cookies('localhost').get('rowlock')}`,
      },
    });
    expect(topUp.status).toBe(201);
  });

  it('ends by a sign-out, which leads on to the issuer', async () => {
    const by = browser();
    await signIn(by);
    const out = await by.ask('POST', '/sign-out');
    const { signOutUrl } = bodyOf(out);
    const url = new URL(String(signOutUrl));
    expect(url.origin).toBe(issuer.url);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${ORIGIN}/`);
    expect(url.searchParams.get('id_token_hint')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(by.cookies('localhost').size).toBe(0);
    expect(await whoIs(by)).toBeNull();
    // To sign out once more is no error.
    expect(bodyOf(await by.ask('POST', '/sign-out'))).toEqual({ signOutUrl: null });
  });

  it('ends on every device by a sign-out everywhere', async () => {
    const [phone, laptop] = [browser(), browser()];
    await signIn(phone);
    await signIn(laptop);
    expect((await phone.ask('POST', '/sign-out/everywhere')).status).toBe(200);
    expect(await whoIs(phone)).toBeNull();
    expect(await whoIs(laptop)).toBeNull();
    expect((await laptop.ask('GET', '/v1/wallet')).status).toBe(401);
  });

  it('is never allowed to pages of other origins by CORS', async () => {
    const answer = await server.app.inject({
      method: 'OPTIONS',
      url: '/v1/wallet',
      headers: { host: 'localhost', origin: 'https://shop.example', 'access-control-request-method': 'GET' },
    });
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });
});
