/** Which requests are counted by what, and what a request too many is answered. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { fastify } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { NO_RATES, TEST_SECRET, tokenOf } from '../../../../test/support/http.ts';
import type { ApiDocument } from '../../../../test/support/openapi.ts';
import { conformsTo } from '../../../../test/support/openapi.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import { createServer } from '../../server.ts';
import type { WholeService } from '../../app.ts';
import { HTTP_LIMITS, RATES } from '../limits.ts';
import { createPlaces } from '../places.ts';
import type { Rate } from './buckets.ts';
import { isProgram } from './guard.ts';
import type { RateLimiter, Rates } from './limiter.ts';
import { createRateLimiter } from './limiter.ts';
import { guardRoutes } from '../guard.ts';

const BOX_OFFICE = {
  readWallet: async () => ({ accountId: 'a', balance: 0, version: 0, currency: 'KRW', minorUnit: 0 }),
  listConcerts: async () => ({ concerts: [] }),
  whyNotReady: async () => undefined,
  operator: { readActivity: () => ({}) },
} as unknown as BoxOffice;

const HARDLY = 0.001;

const opened: FastifyInstance[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((app) => app.close()));
});

interface Sent {
  readonly url?: string;
  readonly authorization?: string;
  readonly remoteAddress?: string;
}

type Send = (sent: Sent) => Promise<LightMyRequestResponse>;

async function open(rates: Partial<Rates> = RATES): Promise<Send> {
  return openWith(createRateLimiter({ ...NO_RATES, ...rates }));
}

async function openWith(limiter: RateLimiter): Promise<Send> {
  const service: WholeService = {
    places: createPlaces(HTTP_LIMITS),
    rates: limiter,
    readActivity: async () => BOX_OFFICE.operator.readActivity(),
    whyNotReady: () => BOX_OFFICE.whyNotReady(),
  };
  const app = await createServer({ boxOffice: BOX_OFFICE, auth: { secret: TEST_SECRET }, service });
  opened.push(app);
  const document = app.swagger() as unknown as ApiDocument;
  return async ({ url = '/v1/wallet', authorization, remoteAddress = '192.0.2.1' }) => {
    const headers = authorization === undefined ? {} : { authorization };
    const answer = await app.inject({ url, headers, remoteAddress });
    const { statusCode: status, payload: text } = answer;
    if (url.startsWith('/v1/'))
      expect(conformsTo(document, 'GET', url, { status, headers: answer.headers, text })).toBe(
        'as documented',
      );
    return answer;
  };
}

async function bearer(account: string, scope = ''): Promise<string> {
  return `Bearer ${await tokenOf(account, { scope })}`;
}

/** The statuses of so many requests. */
async function statuses(send: () => Promise<LightMyRequestResponse>, count: number): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < count; i += 1) found.push((await send()).statusCode);
  return found;
}

describe('an account', () => {
  it('is counted wherever its requests come from, and no other with it', async () => {
    const send = await open({
      account: { perSecond: HARDLY, burst: 2 },
      address: { perSecond: HARDLY, burst: 1 },
    });
    const [anna, ben] = [await bearer('anna'), await bearer('ben')];
    const addresses = ['192.0.2.1', '192.0.2.2', '2001:db8::1'];
    const found: number[] = [];
    for (const remoteAddress of addresses)
      found.push((await send({ authorization: anna, remoteAddress })).statusCode);
    expect(found).toEqual([200, 200, 429]);
    expect(await statuses(() => send({ authorization: ben }), 2)).toEqual([200, 200]);
  });

  it('may send a burst by default, and not twice as much', async () => {
    const send = await open();
    const authorization = await bearer('anna');
    const found = await statuses(() => send({ authorization }), 2 * RATES.account.burst);
    expect(found.slice(0, RATES.account.burst)).toEqual(
      Array.from({ length: RATES.account.burst }, () => 200),
    );
    expect(found).toContain(429);
  });

  it('is not counted with a scope that operators give to programs', async () => {
    const send = await open({ account: { perSecond: HARDLY, burst: 1 } });
    const authorization = await bearer('backend', 'rowlock:top-up');
    expect(await statuses(() => send({ authorization }), 4)).toEqual([200, 200, 200, 200]);
    const own = await bearer('buyer', 'rowlock:top-up-own openid');
    expect(await statuses(() => send({ authorization: own }), 2)).toEqual([200, 429]);
  });
});

describe('a program has', () => {
  it.each([
    'rowlock:top-up',
    'rowlock:admin',
    'rowlock:door@spring-1',
    'rowlock:box-office',
    'rowlock:sale@x',
  ])('%s', (scope) => {
    expect(isProgram(new Set(['openid', scope]))).toBe(true);
  });

  it.each(['', 'rowlock:top-up-own', 'rowlock:administrator', 'admin', 'x-rowlock:admin', 'rowlock:'])(
    'not: %s',
    (scope) => {
      expect(isProgram(new Set([scope]))).toBe(false);
    },
  );
});

describe('an address', () => {
  it('is counted for what needs no token, and for nothing that must always be answered', async () => {
    const send = await open({ address: { perSecond: HARDLY, burst: 2 } });
    const urls = [
      '/v1/concerts',
      '/openapi.json',
      '/v1/concerts',
      '/errors/rate_limited',
      '/healthz',
      '/readyz',
    ];
    const found: number[] = [];
    for (const url of urls) found.push((await send({ url })).statusCode);
    expect(found).toEqual([200, 200, 429, 429, 200, 200]);
    expect((await send({ url: '/v1/concerts', remoteAddress: '192.0.2.2' })).statusCode).toBe(200);
    expect((await send({ authorization: await bearer('anna') })).statusCode).toBe(200);
  });

  it('may load a page for each of a thousand viewers at once', async () => {
    const send = await open();
    const found = new Set(await statuses(() => send({ url: '/v1/concerts' }), 8_000));
    expect(found).toEqual(new Set([200]));
  });
});

describe('a route', () => {
  it('may be counted as a sign-in, apart from other requests; one that identifies nobody never shares an account', async () => {
    const rate = { perSecond: HARDLY, burst: 1 };
    const app = fastify();
    opened.push(app);
    app.decorateReply('outcome', 'ok').decorateReply('refusalCause', undefined).decorate('basePath', '');
    const nobody = {
      identify: () => Promise.reject(new Error('not asked')),
      originOf: () => ({ url: '', isTls: false, isTrusted: false }),
    };
    guardRoutes(
      app,
      nobody,
      createRateLimiter({ ...NO_RATES, account: rate, address: rate, 'sign-in': rate }),
    );
    for (const [url, counted] of [
      ['/in', 'sign-in'],
      ['/optional', 'account'],
      ['/free', 'none'],
    ] as const)
      app.get(url, { config: { access: 'public', rate: counted } }, () => 'ok');
    const ask = async (url: string, remoteAddress: string): Promise<number> =>
      (await app.inject({ url, remoteAddress })).statusCode;
    for (const url of ['/in', '/optional']) {
      const found = [await ask(url, '192.0.2.1'), await ask(url, '192.0.2.1'), await ask(url, '192.0.2.2')];
      expect(found, url).toEqual([200, 429, 200]);
    }
    expect([await ask('/free', '192.0.2.1'), await ask('/free', '192.0.2.1')]).toEqual([200, 200]);
  });
});

describe('tokens that are refused', () => {
  it('are counted by the address, and good ones from there never', async () => {
    const send = await open({ unidentified: { perSecond: HARDLY, burst: 2 } });
    const forged = `${await bearer('anna')}x`;
    const found = await statuses(() => send({ authorization: forged }), 3);
    expect(found).toEqual([401, 401, 429]);
    expect((await send({ authorization: await bearer('anna') })).statusCode).toBe(200);
    expect((await send({ authorization: forged, remoteAddress: '192.0.2.2' })).statusCode).toBe(401);
  });

  it('are not, when they have expired or were not sent: pages then ask their readers to sign in', async () => {
    const send = await open({ unidentified: { perSecond: HARDLY, burst: 1 } });
    const expired = `Bearer ${await tokenOf('anna', { exp: 1 })}`;
    expect(await statuses(() => send({ authorization: expired }), 3)).toEqual([401, 401, 401]);
    expect(await statuses(() => send({}), 3)).toEqual([401, 401, 401]);
  });
});

/** What the account's next request is answered, which comes that much too early. */
async function tooEarly(rate: Rate, waitMs: number): Promise<LightMyRequestResponse> {
  const send = await openWith({ take: () => ({ name: 'account', rate, waitMs }) });
  return send({ authorization: await bearer('anna') });
}

it('a request too many is answered when to come back, and by which rate', async () => {
  const answer = await tooEarly({ perSecond: 0.4, burst: 2 }, 2_400);
  expect(answer.json()).toMatchObject({ status: 429, outcome: 'rate_limited', retry: 'same' });
  expect(answer.headers).toMatchObject({
    'retry-after': '3',
    'ratelimit-policy': '"account";q=2;w=5',
    ratelimit: '"account";r=0;t=3',
  });
});

it('the shortest wait is a second', async () => {
  const { headers } = await tooEarly({ perSecond: 20, burst: 1 }, 40);
  expect(headers).toMatchObject({ 'retry-after': '1', 'ratelimit-policy': '"account";q=1;w=1' });
});
