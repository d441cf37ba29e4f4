import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { TEST_SECRET, tokenOf } from '../../test/support/http.ts';
import type { BoxOffice } from '../box-office/box-office.ts';
import { AuthConfigInvalid } from './edge/tokens/auth-config.ts';
import { createLogger } from './edge/log/logger.ts';
import type { ServerOptions } from './server.ts';
import { createServer } from './server.ts';

/** A fault of the program, with a message that no client may see. */
const BROKEN = {
  readWallet: async () => {
    throw new Error(
      'column "secret" of relation "wallet" does not exist at postgres://rowlock:pa55@127.0.0.1/rowlock',
    );
  },
  whyNotReady: async () => undefined,
} as unknown as BoxOffice;

describe('the server', () => {
  const opened: FastifyInstance[] = [];
  const open = async (options: Partial<ServerOptions> = {}): Promise<FastifyInstance> => {
    const app = await createServer({ boxOffice: BROKEN, auth: { secret: TEST_SECRET }, ...options });
    opened.push(app);
    return app;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((app) => app.close()));
  });

  describe('answers with a problem', () => {
    it('a fault of its own: 500 without its message, which the log has', async () => {
      const lines: string[] = [];
      const app = await open({
        logger: createLogger({ destination: { write: (line) => lines.push(line) } }),
      });
      const headers = { authorization: `Bearer ${await tokenOf('anna')}` };
      const answer = await app.inject({ url: '/v1/wallet', headers });
      expect(answer.statusCode).toBe(500);
      const { instance, ...problem } = answer.json<Record<string, string>>();
      expect(problem).toEqual({
        type: '/errors/internal',
        title: 'Internal error',
        status: 500,
        outcome: 'internal',
        retry: 'same',
        detail: 'The service failed; its log has the error under this instance.',
      });
      const fault = lines
        .map((line) => JSON.parse(line) as Record<string, unknown>)
        .find((line) => line['level'] === 50);
      expect(instance).toBe(`urn:uuid:${String(fault?.['reqId'])}`);
      expect(JSON.stringify(fault)).toContain('does not exist');
      expect(lines.join('')).not.toContain('pa55');
    });

    it.each([
      '/nothing',
      '/v1',
      '/v1/',
      '/v1/wallet/',
      '//v1/wallet',
      '/V1/wallet',
      '/favicon.ico',
      '/.env',
      '/v1/performances',
    ])('an unknown path: GET %s', async (url) => {
      const answer = await (await open()).inject(url);
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.json()).toMatchObject({ status: 404, outcome: 'not_found' });
    });

    it.each(['PUT', 'PATCH', 'DELETE', 'POST'] as const)(
      'a method that the path does not take: %s',
      async (method) => {
        const app = await open();
        const sent = { method, headers: { 'content-type': 'text/plain' }, payload: 'x' } as const;
        const answer = await app.inject({ ...sent, url: '/v1/concerts?x=1' });
        expect(answer.json()).toMatchObject({ status: 405, outcome: 'invalid_request' });
        expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
        expect((await app.inject({ ...sent, url: '/v1/nothing' })).json()).toMatchObject({ status: 404 });
      },
    );

    it.each(['/%', '/%zz', '/v1/concerts/%', '/v1/concerts/%c3%28', '/v1/concerts/%ff'])(
      'a path that is not validly encoded: %s',
      async (url) => {
        const answer = await (await open()).inject(url);
        expect(answer.json()).toMatchObject({ status: 400, outcome: 'invalid_request' });
        expect(answer.headers['x-content-type-options']).toBe('nosniff');
      },
    );
  });

  it('answers OPTIONS with the methods of the path', async () => {
    const app = await open();
    const answer = await app.inject({ method: 'OPTIONS', url: '/v1/performances/x/reservations/y' });
    expect([answer.statusCode, answer.headers.allow, answer.payload]).toEqual([
      204,
      'DELETE, GET, HEAD, OPTIONS',
      '',
    ]);
    expect((await app.inject({ method: 'OPTIONS', url: '/v1/nothing' })).statusCode).toBe(404);
  });

  it('names each request in its answer, as the log does', async () => {
    const app = await open();
    const [first, second] = [await app.inject('/healthz'), await app.inject('/v1/nothing')];
    expect(first.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(second.json()).toMatchObject({ instance: `urn:uuid:${String(second.headers['x-request-id'])}` });
  });

  it('returns the id that a client gives its request, beside its own', async () => {
    const lines: string[] = [];
    const logger = createLogger({ destination: { write: (line) => lines.push(line) } });
    const app = await open({ logger, accessLog: true });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const ask = async (id: string): Promise<readonly [unknown, string]> => {
      const answer = await app.inject({ url: '/v1/nothing', headers: { 'x-request-id': id, traceparent } });
      return [answer.headers['x-request-id'], answer.json<{ readonly instance: string }>().instance];
    };
    const [named, instance] = await ask('checkout-7');
    expect([named, instance]).toEqual(['checkout-7', expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/)]);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      reqId: instance.slice('urn:uuid:'.length),
      clientRequestId: 'checkout-7',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    });
    const [odd, itsInstance] = await ask('a b');
    expect(`urn:uuid:${String(odd)}`).toBe(itsInstance);
    expect(lines[1]).not.toContain('a b');
  });

  it('lets no page of another origin read answers', async () => {
    const app = await open();
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
    for (const answer of [
      await app.inject({ url: '/healthz', headers }),
      await app.inject({ method: 'OPTIONS', url: '/v1/wallet/top-ups', headers }),
    ]) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('sets the headers that protect browsers', async () => {
    const { headers } = await (await open()).inject('/healthz');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
  });

  it('logs an answer by its route, with status, time and outcome, but without secrets', async () => {
    const lines: string[] = [];
    const logger = createLogger({ destination: { write: (line) => lines.push(line) } });
    const app = await open({ logger, accessLog: true });
    const token = await tokenOf('anna', { scope: 'rowlock:top-up' });
    await app.inject({ url: '/healthz?secret=1' });
    const url = '/v1/performances/spring/reservations';
    const headers = {
      authorization: `Bearer ${token}`,
      'idempotency-key': 'my-key',
      'content-type': 'application/json',
    };
    await app.inject({ method: 'POST', url, headers, payload: '{"seats":[]}' });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        level: 30,
        reqId: expect.any(String),
        method: 'GET',
        route: '/healthz',
        status: 200,
        ms: expect.any(Number),
        outcome: 'ok',
      },
      {
        method: 'POST',
        route: '/v1/performances/:performanceId/reservations',
        status: 400,
        outcome: 'invalid_request',
      },
    ]);
    expect(lines.join('')).not.toMatch(/eyJ|secret=1|my-key|seats|Bearer/);
  });

  it('refuses a path with a fragment, which the router would cut off', async () => {
    const app = await open({});
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write('GET /healthz#x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
      });
      let text = '';
      socket.on('data', (bytes) => (text += String(bytes))).on('end', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('fragment');
  });

  describe('handing over', () => {
    /** A kept connection; `ask` resolves with the head of the answer. */
    const connectTo = async (app: FastifyInstance) => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      const ask = (): Promise<string> =>
        new Promise((resolve) => {
          socket.once('data', (bytes) => resolve(String(bytes)));
          socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
        });
      return { ask, closed };
    };

    it('answers what a connection still brings, and ends it behind the answer', async () => {
      const app = await open();
      await app.listen({ port: 0, host: '127.0.0.1' });
      const client = await connectTo(app);
      expect(await client.ask()).toMatch(/^HTTP\/1.1 200 [^]*\r\nconnection: keep-alive\r\n/i);
      const handedOver = app.handOver();
      expect(await client.ask()).toMatch(/^HTTP\/1.1 200 [^]*\r\nconnection: close\r\n/i);
      await Promise.all([client.closed, handedOver]);
    });

    it('waits for an idle connection no longer than its limit', async () => {
      const app = await open({ limits: { closeTimeoutMs: 50 } });
      await app.listen({ port: 0, host: '127.0.0.1' });
      const client = await connectTo(app);
      await client.ask();
      await app.handOver();
      await app.close();
      await client.closed;
    });
  });

  it('refuses an insecure configuration', async () => {
    await expect(open({ auth: {} })).rejects.toThrow(AuthConfigInvalid);
    await expect(open({ development: { embeddedDatabase: false } })).rejects.toThrow(AuthConfigInvalid);
  });
});
