/** A server of the file's own on a database of its own, called without a network unless a test listens. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, expect } from 'vitest';
import type { BoxOffice, BoxOfficeOptions } from '../../src/box-office/box-office.ts';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import type { Rates } from '../../src/http/edge/rates/limiter.ts';
import type { ServerOptions } from '../../src/http/server.ts';
import { createServer } from '../../src/http/server.ts';
import type { TestDatabase } from './database.ts';
import { useDatabase } from './database.ts';
import type { ApiDocument } from './openapi.ts';
import { conformsTo } from './openapi.ts';

export const TEST_SECRET = 'a secret of the tests, thirty-two bytes or more';

/** No bound on how often anybody asks. */
export const NO_RATES: Rates = {
  account: undefined,
  address: undefined,
  'sign-in': undefined,
  unidentified: undefined,
};

/** A call. Without an account it sends no token, without a key no Idempotency-Key. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE' | 'HEAD' | 'PUT';
  readonly url: string;
  readonly account?: string;
  readonly scopes?: string;
  /** `true` sends a key of its own. */
  readonly key?: string | true;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The token of an operator, for a call. */
export const OPERATOR = { account: 'boss', scopes: 'rowlock:admin' } as const;

export interface Answer {
  readonly status: number;
  readonly headers: LightMyRequestResponse['headers'];
  readonly text: string;
  /** The parsed JSON; empty when there is none. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface TestServer {
  readonly app: FastifyInstance;
  readonly boxOffice: BoxOffice;
  readonly database: TestDatabase;
  /** Calls the server and checks that its answer conforms to the OpenAPI document. */
  call(call: Call): Promise<Answer>;
}

/** A token as an issuer signs it; `claims` replace the usual ones, undefined leaves one out. */
export async function tokenOf(
  account: string,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const payload = Object.entries({ sub: account, exp, scope: '', ...claims });
  const jwt = new SignJWT(Object.fromEntries(payload.filter(([, value]) => value !== undefined)));
  return jwt.setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(TEST_SECRET));
}

type UsedOptions = Partial<Omit<ServerOptions, 'boxOffice'>> &
  Pick<BoxOfficeOptions, 'ticketKeys' | 'strategies' | 'redisUrl'> & {
    readonly pool?: NonNullable<BoxOfficeOptions['database']>;
  };

/** Starts a server for the tests of this file. */
export function useServer(options: UsedOptions = {}): TestServer {
  const database = useDatabase();
  const server = useServerOn(() => database.url, options);
  let document: ApiDocument;
  beforeAll(() => {
    document = server.app.swagger() as unknown as ApiDocument;
  });
  const call: TestServer['call'] = async (sent) => {
    const response = await server.app.inject(await requestOf(sent));
    const answer = answerOf(response);
    expect(conformsTo(document, sent.method, sent.url, answer)).toBe('as documented');
    return answer;
  };
  return Object.assign(server, { database, call });
}

/** Starts a server for the tests of this file whose database cannot be reached: every request is `overloaded`. */
export function useServerWithoutDatabase(options: UsedOptions = {}): Pick<TestServer, 'app' | 'boxOffice'> {
  return useServerOn(() => 'postgres://127.0.0.1:1/none', options);
}

function useServerOn(
  databaseUrl: () => string,
  options: UsedOptions,
): { -readonly [K in 'app' | 'boxOffice']: TestServer[K] } {
  const server = {} as { -readonly [K in 'app' | 'boxOffice']: TestServer[K] };
  beforeAll(async () => {
    const { pool = {}, ticketKeys, strategies = {}, redisUrl, ...serverOptions } = options;
    server.boxOffice = await createBoxOffice({
      databaseUrl: databaseUrl(),
      database: { poolSize: 10, ...pool },
      ticketKeys,
      strategies,
      ...(redisUrl !== undefined && { redisUrl }),
      migrate: false,
      sweepIntervalMs: 0,
    });
    server.app = await createServer({
      auth: { secret: TEST_SECRET },
      ...serverOptions,
      boxOffice: server.boxOffice,
    });
  });
  afterAll(async () => {
    await server.app?.close();
    await server.boxOffice?.close();
  });
  return server;
}

export async function requestOf({
  method,
  url,
  account,
  scopes,
  key,
  body,
  headers,
}: Call): Promise<InjectOptions> {
  const token = account === undefined ? undefined : await tokenOf(account, { scope: scopes ?? '' });
  return {
    method,
    url,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key === true ? randomUUID() : key }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { payload: isRaw(body) ? body : JSON.stringify(body) }),
  };
}

/** A text or bytes are sent as they are. */
function isRaw(body: unknown): body is string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body);
}

export function answerOf(response: LightMyRequestResponse): Answer {
  const { statusCode: status, headers, payload: text } = response;
  const isJson = /^application\/(problem\+)?json/.test(String(headers['content-type'] ?? ''));
  return { status, headers, text, body: isJson && text !== '' ? JSON.parse(text) : {} };
}

/** Tops up an account over HTTP. */
export async function topUpOverHttp(server: TestServer, account: string, amount: number): Promise<void> {
  const url = '/v1/wallet/top-ups';
  const answer = await server.call({
    method: 'POST',
    url,
    account,
    scopes: 'rowlock:top-up',
    key: true,
    body: { amount },
  });
  expect(answer.status).toBe(201);
}

/** Holds seats over HTTP; returns the reservation's path. */
export async function holdOverHttp(
  server: TestServer,
  performanceId: string,
  account: string,
  seats: readonly string[],
): Promise<string> {
  const url = `/v1/performances/${performanceId}/reservations`;
  const answer = await server.call({ method: 'POST', url, account, key: true, body: { seats } });
  expect(answer.status).toBe(201);
  return String(answer.headers.location);
}

/** Tops up, holds and pays over HTTP; returns the reservation's path. */
export async function buyOverHttp(
  server: TestServer,
  performanceId: string,
  account: string,
  seats: readonly string[],
): Promise<string> {
  const url = await holdOverHttp(server, performanceId, account, seats);
  const held = await server.call({ method: 'GET', url, account });
  await topUpOverHttp(server, account, Number(held.body['amount']));
  const paid = await server.call({ method: 'POST', url: `${url}/payment`, account, key: true });
  expect(paid.status).toBe(201);
  return url;
}

/** Moves the expiry of the reservation on this path into the past, everywhere it is written. */
export async function expireOnPath(database: TestDatabase, path: string): Promise<void> {
  await database.sql(
    `with expired as (
       update reservation set expires_at = clock_timestamp() - interval '1 second' where reservation_id = $1
       returning performance_id, reservation_id, account_id, expires_at
     ), seats as (
       update seat as s set held_until = e.expires_at from expired as e
       where s.performance_id = e.performance_id and s.reservation_id = e.reservation_id
     )
     delete from claim_limit as l using expired as e
     where l.performance_id = e.performance_id and l.account_id = e.account_id`,
    [path.split('/').at(-1)],
  );
}
