import { generateKeyPairSync } from 'node:crypto';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_RATES, tokenOf, useServerWithoutDatabase } from '../../../test/support/http.ts';
import type { ApiDocument } from '../../../test/support/openapi.ts';
import { conformsTo } from '../../../test/support/openapi.ts';
import { rawToken } from '../../../test/support/raw-tokens.ts';
import { newTicketKey } from '../../../test/support/ticket-keys.ts';

interface Route {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With ids that may exist. */
  readonly url: string;
  readonly scope: string | undefined;
  readonly needsKey: boolean;
  readonly body: 'required' | 'optional' | 'none';
}

type SentWith = Pick<InjectOptions, 'headers' | 'payload'> & { readonly url?: string };

const reservation = '/v1/performances/some-performance/reservations/00000000-0000-8000-8000-000000000000';

const ROUTES: readonly Route[] = [
  secured('POST', '/v1/performances/some-performance/reservations', { needsKey: true, body: 'required' }),
  secured('GET', reservation),
  secured('DELETE', reservation),
  secured('POST', `${reservation}/payment`, { needsKey: true, body: 'optional' }),
  secured('POST', `${reservation}/refund`, { needsKey: true, body: 'optional' }),
  secured('GET', `${reservation}/tickets`),
  secured('GET', '/v1/performances/some-performance/best-available?grade=R&quantity=1'),
  secured('GET', '/v1/reservations'),
  secured('GET', '/v1/wallet'),
  secured('GET', '/v1/account'),
  secured('POST', '/sign-out/everywhere', { body: 'optional' }),
  secured('GET', '/v1/wallet/entries'),
  secured('POST', '/v1/wallet/top-ups', { scope: 'rowlock:top-up', needsKey: true, body: 'required' }),
  secured('POST', '/v1/wallet/reversals', { scope: 'rowlock:reverse', needsKey: true, body: 'required' }),
  secured('POST', '/v1/admin/catalogue', { scope: 'rowlock:catalogue', body: 'required' }),
  secured('POST', '/v1/admin/performances/some-performance/sale', {
    scope: 'rowlock:sale',
    body: 'required',
  }),
  secured('POST', '/v1/admin/performances/some-performance/cancellation', {
    scope: 'rowlock:sale',
    body: 'optional',
  }),
  secured('GET', '/v1/admin/performances/some-performance/cancellation', { scope: 'rowlock:sale' }),
  secured('GET', '/v1/admin/concerts', { scope: 'rowlock:door' }),
  secured('POST', '/v1/admin/concerts/some-concert/visibility', {
    scope: 'rowlock:catalogue',
    body: 'required',
  }),
  secured('GET', reservation.replace('/v1', '/v1/admin'), { scope: 'rowlock:box-office' }),
  secured('GET', '/v1/admin/performances/some-performance/seats/A-1-1', { scope: 'rowlock:box-office' }),
  secured('POST', `${reservation.replace('/v1', '/v1/admin')}/refund`, {
    scope: 'rowlock:box-office',
    needsKey: true,
    body: 'optional',
  }),
  secured('POST', `${reservation.replace('/v1', '/v1/admin')}/release`, {
    scope: 'rowlock:box-office',
    body: 'optional',
  }),
  secured('GET', '/v1/admin/accounts/anna/reservations', { scope: 'rowlock:box-office' }),
  secured('GET', '/v1/admin/accounts?query=anna', { scope: 'rowlock:box-office' }),
  secured('GET', '/v1/admin/accounts/anna/profile', { scope: 'rowlock:box-office' }),
  secured('DELETE', '/v1/admin/accounts/anna/profile', { scope: 'rowlock:admin' }),
  secured('DELETE', '/v1/admin/accounts/anna/sessions', { scope: 'rowlock:box-office' }),
  secured('GET', '/v1/admin/accounts/anna/block', { scope: 'rowlock:box-office' }),
  secured('PUT', '/v1/admin/accounts/anna/block', { scope: 'rowlock:box-office', body: 'required' }),
  secured('GET', '/v1/admin/performances/some-performance/check-in-list', { scope: 'rowlock:door' }),
  secured('GET', '/v1/admin/performances/some-performance/sales-over-time', { scope: 'rowlock:finance' }),
  secured('GET', '/v1/admin/performances/some-performance/sales', { scope: 'rowlock:finance' }),
  secured('GET', '/v1/admin/performances/some-performance/sales.csv', { scope: 'rowlock:finance' }),
  secured('GET', '/v1/admin/activity', { scope: 'rowlock:finance' }),
  secured('GET', '/v1/admin/actions', { scope: 'rowlock:finance' }),
  secured('POST', '/v1/admin/audit', { scope: 'rowlock:finance', body: 'optional' }),
];

function secured(method: Route['method'], url: string, more: Partial<Route> = {}): Route {
  return { name: `${method} ${url}`, method, url, scope: undefined, needsKey: false, body: 'none', ...more };
}

function named(routes: readonly Route[]): readonly (readonly [string, Route])[] {
  return routes.map((route) => [route.name, route] as const);
}

const WITH_SCOPE = named(ROUTES.filter((route) => route.scope !== undefined));
const WITH_BODY = named(ROUTES.filter((route) => route.body !== 'none'));
const WITH_KEY = named(ROUTES.filter((route) => route.needsKey));
const WITH_ID = named(ROUTES.filter((route) => route.url.includes('some-performance')));

const ticketKey = await newTicketKey();

describe('the guard', () => {
  // Requests that the guard admits fail at a missing database.
  const server = useServerWithoutDatabase({
    ticketKeys: { keys: [ticketKey] },
    limits: { importLimitBytes: 128 * 1024, rates: NO_RATES },
  });
  let document: ApiDocument;
  let headers: (route: Route) => Promise<Record<string, string>>;

  beforeAll(() => {
    document = server.app.swagger() as unknown as ApiDocument;
    headers = async (route) => ({
      authorization: `Bearer ${await tokenOf('anna', { scope: route.scope ?? '' })}`,
    });
  });

  async function send(route: Route, options: SentWith = {}): Promise<LightMyRequestResponse> {
    const answer = await server.app.inject({ method: route.method, url: route.url, ...options });
    const { statusCode: status, headers: answered, payload: text } = answer;
    expect(
      conformsTo(document, route.method, options.url ?? route.url, { status, headers: answered, text }),
    ).toBe('as documented');
    expect(answered['x-content-type-options']).toBe('nosniff');
    return answer;
  }

  it('knows every route that is not public', () => {
    const securedRoutes = Object.values(document.paths)
      .flatMap((item) => Object.values(item))
      .filter((operation) => operation.security.length > 0);
    expect(securedRoutes).toHaveLength(ROUTES.length);
  });

  describe('answers 401', () => {
    it.each(named(ROUTES))('without a token: %s', async (_name, route) => {
      const answer = await send(route);
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.headers['cache-control']).toBe('no-store');
    });

    it.each(named(ROUTES))('with a forged token, whatever else is wrong: %s', async (_name, route) => {
      const token = (await tokenOf('anna', { scope: 'rowlock:admin rowlock:top-up' })).slice(0, -4);
      const options = {
        headers: { authorization: `Bearer ${token}AAAA`, 'content-type': 'text/plain' },
        payload: 'x',
      };
      const answer = await send(route, options);
      expect(answer.statusCode).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
      expect(answer.json()).toMatchObject({
        outcome: 'unauthenticated',
        detail: "The token's signature is wrong.",
      });
    });

    it('with an expired token, saying so', async () => {
      const authorization = `Bearer ${await tokenOf('anna', { exp: 1 })}`;
      const answer = await send(ROUTES[0]!, { headers: { authorization } });
      expect(answer.json()).toMatchObject({ status: 401, detail: 'The token has expired.' });
    });
  });

  describe('answers 403', () => {
    it.each(WITH_SCOPE)('without the scope, whatever else is wrong: %s', async (_name, route) => {
      const scope = 'rowlock:administrator rowlock:top-up-own rowlock';
      const authorization = `Bearer ${await tokenOf('anna', { scope })}`;
      const answer = await send(route, {
        headers: { authorization, 'content-type': 'application/json' },
        payload: '{',
      });
      expect(answer.statusCode).toBe(403);
      expect(answer.json()).toMatchObject({
        outcome: 'forbidden',
        detail: expect.stringMatching(
          new RegExp(`^The token needs (the scope|one of the scopes) ${route.scope}(, rowlock:[a-z-]+)*\\.$`),
        ),
      });
      expect(answer.headers['www-authenticate']).toBe(
        `Bearer error="insufficient_scope", scope="${route.scope}"`,
      );
    });
  });

  it('says of a bound scope that it is bound', async () => {
    for (const held of ['rowlock:sale@other', 'rowlock:admin@other']) {
      const answer = await server.app.inject({
        method: 'POST',
        url: '/v1/admin/performances/some-performance/sale',
        headers: { authorization: `Bearer ${await tokenOf('anna', { scope: held })}` },
      });
      const detail = 'The token needs the scope rowlock:sale: its own is bound to a performance.';
      expect(answer.json(), held).toMatchObject({ status: 403, detail });
    }
  });

  describe('answers 400', () => {
    it.each(WITH_BODY)('to a body that is not JSON, before a missing key: %s', async (_name, route) => {
      for (const payload of [
        '{',
        'null x',
        "{'a':1}",
        '{"a":NaN}',
        '{"__proto__":{"a":1}}',
        '{"constructor":{"prototype":{}}}',
      ]) {
        const answer = await sendBody(route, payload);
        // The importer reads the text itself, to say where the fault is.
        const isCatalogue = route.url === '/v1/admin/catalogue';
        expect(answer.json(), payload).toMatchObject({
          status: 400,
          outcome: 'invalid_request',
          detail: isCatalogue ? expect.stringMatching(/^The catalogue breaks/) : 'The body is not JSON.',
        });
      }
    });

    it.each(WITH_BODY)('to a body that is not UTF-8: %s', async (_name, route) => {
      const payload = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
      const answer = await sendBody(route, payload);
      expect(answer.json()).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' });
    });

    it.each(WITH_BODY)(
      'to a body that is not an object, or has unknown members: %s',
      async (_name, route) => {
        for (const payload of [
          '[]',
          '"x"',
          '5',
          'true',
          ...(route.body === 'required' ? ['null', ''] : ['{"unknown":1}']),
        ]) {
          const answer = await sendBody(route, payload);
          const { errors } = answer.json<{ errors: { path: string }[] }>();
          expect(answer.statusCode, payload).toBe(400);
          expect(errors[0]?.path, payload).toMatch(/^body/);
        }
      },
    );

    it.each(WITH_KEY)('to a missing key, before impossible ids: %s', async (_name, route) => {
      const answer = await send(route, { ...validBody(route, await headers(route)), url: impossible(route) });
      expect(answer.json()).toMatchObject({ status: 400, outcome: 'idempotency_key_missing' });
    });

    it.each(WITH_KEY)('to a key that breaks its rule: %s', async (_name, route) => {
      for (const key of ['a b', 'x'.repeat(256), 'schlüssel', 'tab\t']) {
        const options = validBody(route, { ...(await headers(route)), 'idempotency-key': key });
        const answer = await send(route, options);
        expect(answer.json(), key).toMatchObject({
          outcome: 'invalid_request',
          errors: [{ path: 'header/Idempotency-Key' }],
        });
      }
    });
  });

  describe('answers 404', () => {
    it.each(WITH_ID)('to impossible ids: %s', async (_name, route) => {
      const ids = [
        'UPPER',
        '-a',
        'a_b',
        '%00',
        'a%00b',
        '..%2f..%2fetc%2fpasswd',
        "';drop table seat;--",
        'x'.repeat(65),
        '한글',
      ];
      for (const id of ids) {
        const options = validBody(route, { ...(await headers(route)), 'idempotency-key': 'key' });
        const answer = await send(route, {
          ...options,
          url: route.url.replace('some-performance', encodeURI(id).replaceAll('%25', '%')),
        });
        expect(answer.json(), id).toMatchObject({ status: 404, outcome: 'not_found' });
      }
    });

    it('to a path that climbs to one that takes another method: then 405', async () => {
      const answer = await server.app.inject({ method: 'POST', url: '/v1/performances/%2e%2e/reservations' });
      expect(answer.json()).toMatchObject({ status: 405, outcome: 'invalid_request' });
    });

    it('to too long ids', async () => {
      const answer = await server.app.inject(`/v1/concerts/${'x'.repeat(300)}`);
      expect(answer.json()).toMatchObject({ status: 404, outcome: 'not_found' });
    });
  });

  describe('answers 413', () => {
    it.each(WITH_BODY)('to a huge body: %s', async (_name, route) => {
      const payload = JSON.stringify({ padding: 'x'.repeat(130 * 1024) });
      const answer = await sendBody(route, payload);
      expect(answer.json()).toMatchObject({
        status: 413,
        outcome: 'invalid_request',
        detail: 'The body is too large.',
      });
    });
  });

  describe('answers 415', () => {
    it.each(WITH_BODY)('to a body of another type: %s', async (_name, route) => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/xml',
        'x',
      ]) {
        const answer = await sendBody(route, '{"a":1}', type);
        expect(answer.json(), type).toMatchObject({ status: 415, outcome: 'invalid_request' });
      }
    });
  });

  it('admits requests that break no rule, which then lack a database', async () => {
    // An import checks its document first, and the activity belongs to the process.
    const withoutDatabase = ['/v1/admin/catalogue', '/v1/admin/activity'];
    for (const route of ROUTES.filter(({ url }) => !withoutDatabase.includes(url))) {
      const answer = await send(
        route,
        validBody(route, { ...(await headers(route)), 'idempotency-key': 'key' }),
      );
      expect(answer.json(), route.name).toMatchObject({ status: 503, outcome: 'overloaded' });
      expect(answer.headers['retry-after'], route.name).toBe('5');
    }
  });

  it('refuses to start with a route that declares no access', async () => {
    const routes = await import('./guard.ts');
    const { fastify } = await import('fastify');
    const { createRateLimiter } = await import('./rates/limiter.ts');
    const bare = fastify();
    const nobody = {
      identify: () => Promise.reject(new Error('not asked')),
      originOf: () => ({ url: '', isTls: false, isTrusted: false }),
    };
    routes.guardRoutes(bare, nobody, createRateLimiter(NO_RATES));
    expect(() => bare.get('/x', () => 'x')).toThrow('GET /x does not declare who may call it');
  });

  async function sendBody(
    route: Route,
    payload: string | Buffer,
    type = 'application/json',
  ): ReturnType<typeof send> {
    return send(route, { headers: { ...(await headers(route)), 'content-type': type }, payload });
  }

  function validBody(route: Route, sent: Record<string, string>): SentWith {
    if (route.body === 'none') return { headers: sent };
    const body = route.url.endsWith('/top-ups')
      ? { amount: 1 }
      : route.url.endsWith('/reversals')
        ? { accountId: 'anna', topUp: 1 }
        : route.url.endsWith('/sale')
          ? { state: 'open' }
          : route.url.endsWith('/block')
            ? { blocked: true }
            : route.url.endsWith('/visibility')
              ? { hidden: true }
              : route.url.endsWith('/reservations')
                ? { seats: ['A-1-1'] }
                : {};
    return { headers: { ...sent, 'content-type': 'application/json' }, payload: JSON.stringify(body) };
  }

  function impossible(route: Route): string {
    return route.url.replace('some-performance', 'IMPOSSIBLE');
  }
});

describe('the guard, while a signature is checked in another thread', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwks = JSON.stringify({ keys: [publicKey.export({ format: 'jwk' })] });
  const server = useServerWithoutDatabase({ auth: { jwks, issuer: '*', audience: '*' } });
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const token = rawToken({ alg: 'ES256' }, { sub: 'anna', exp }, privateKey);
  const send = (sent: string): Promise<LightMyRequestResponse> =>
    server.app.inject({ url: '/v1/wallet', headers: { authorization: `Bearer ${sent}` } });

  it('holds the request until the answer', async () => {
    // An admitted request fails at the missing database.
    expect((await send(token)).json()).toMatchObject({ status: 503, outcome: 'overloaded' });
    const forged = await send(`${token.slice(0, -4)}AAAA`);
    expect(forged.json()).toMatchObject({ status: 401, detail: "The token's signature is wrong." });
    expect(forged.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
  });

  it('refuses a scope that the token lacks', async () => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await server.app.inject({ url: '/v1/admin/concerts', headers });
    expect(answer.json()).toMatchObject({ status: 403, outcome: 'forbidden' });
  });
});
