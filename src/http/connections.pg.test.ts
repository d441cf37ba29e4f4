import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { settledOrBlocked, until } from '../../test/support/gate.ts';
import { TEST_SECRET, tokenOf, useServer } from '../../test/support/http.ts';
import type { TestServer } from '../../test/support/http.ts';
import { createServer } from './server.ts';
import type { ServerOptions } from './server.ts';

interface Connection {
  readonly socket: Socket;
  /** Everything received so far. */
  readonly received: () => string;
  readonly closed: Promise<void>;
}

async function dial(port: number): Promise<Connection> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  return { socket, received: () => text, closed };
}

interface Listening {
  readonly app: TestServer['app'];
  readonly port: number;
  /** Resolves once the server has read this many bytes on all its connections together. */
  readonly arrived: (bytes: number) => Promise<void>;
}

/** A server that listens, over the file's box office. */
async function listen(server: TestServer, limits: ServerOptions['limits'] = {}): Promise<Listening> {
  const app = await createServer({ boxOffice: server.boxOffice, auth: { secret: TEST_SECRET }, limits });
  const sockets: Socket[] = [];
  app.server.on('connection', (socket) => sockets.push(socket));
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    app,
    port: (app.server.address() as AddressInfo).port,
    arrived: (bytes) =>
      until(async () => sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0) >= bytes),
  };
}

async function topUpRequest(account: string): Promise<string> {
  const body = '{"amount":1000}';
  return [
    'POST /v1/wallet/top-ups HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${await tokenOf(account, { scope: 'rowlock:top-up' })}`,
    'Idempotency-Key: top-up',
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

/** Longer than a test: none of these limits ends a connection. */
const NEVER: ServerOptions['limits'] = {
  headersTimeoutMs: 240_000,
  requestTimeoutMs: 240_000,
  connectionTimeoutMs: 240_000,
  closeTimeoutMs: 240_000,
};

const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('closing', () => {
  const server = useServer({ pool: { lockTimeoutMs: 0, statementTimeoutMs: 20_000 } });

  it('lets requests in flight finish, answers new work 503 meanwhile, and ends silent connections', async () => {
    const { app, port, arrived } = await listen(server);
    await server.database.sql(`insert into wallet (account_id) values ('anna')`);
    const idle = await dial(port);
    const busy = await dial(port);
    const locker = await server.database.pool.connect();
    await locker.query('begin');
    await locker.query(`select 1 from wallet where account_id = 'anna' for update`);
    const topUp = await topUpRequest('anna');
    busy.socket.write(topUp);
    await settledOrBlocked(server.database, busy.closed);
    const closed = app.close();
    busy.socket.write(HEALTH);
    await arrived(topUp.length + HEALTH.length);
    const late = await dial(port);
    late.socket.write(HEALTH);
    await late.closed;
    expect(late.received()).toMatch(/^HTTP\/1\.1 503 Service Unavailable[^]*"outcome":"overloaded"/);
    await locker.query('rollback');
    locker.release();
    await closed;
    await Promise.all([busy.closed, idle.closed]);
    await expect(dialled(port)).resolves.toBe('refused');
    // The answer is the connection's last, so the request behind it was not taken (RFC 9112 section 9.6).
    expect(busy.received()).toMatch(/^HTTP\/1\.1 201 Created[^]*connection: close/);
    expect(busy.received().match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('does not wait longer than its limit', async () => {
    const brief = await listen(server, { ...NEVER, closeTimeoutMs: 50 });
    const patient = await listen(server, NEVER);
    const slow = await Promise.all([dial(brief.port), dial(patient.port)]);
    for (const { socket } of slow) socket.write('POST /v1/wallet/top-ups HTTP/1.1\r\nHost: localhost\r\n');
    await Promise.all([brief.arrived(10), patient.arrived(10)]);
    const closed = [brief.app.close().then(() => 'brief'), patient.app.close().then(() => 'patient')];
    expect(await Promise.race(closed)).toBe('brief');
    await slow[0].closed;
    slow[1].socket.destroy();
    await Promise.all(closed);
  });

  it('closes a connection as soon as the answer in flight is sent', async () => {
    const { app, port } = await listen(server, NEVER);
    await server.database.sql(`insert into wallet (account_id) values ('cleo')`);
    const busy = await dial(port);
    const locker = await server.database.pool.connect();
    await locker.query('begin');
    await locker.query(`select 1 from wallet where account_id = 'cleo' for update`);
    busy.socket.write(await topUpRequest('cleo'));
    await settledOrBlocked(server.database, busy.closed);
    const closed = app.close();
    await locker.query('rollback');
    locker.release();
    await Promise.all([closed, busy.closed]);
    expect(busy.received()).toMatch(/^HTTP\/1\.1 201 Created/);
  });

  it('answers a request that ends too late with a problem, and changes nothing', async () => {
    const { app, port, arrived } = await listen(server);
    const busy = await dial(port);
    const [head, body] = (await topUpRequest('ben')).split('\r\n\r\n');
    busy.socket.write(`${head}\r\n`);
    await arrived(head!.length);
    const closed = app.close();
    busy.socket.write(`\r\n${body}`);
    await Promise.all([closed, busy.closed]);
    expect(busy.received()).toMatch(/^HTTP\/1\.1 503 Service Unavailable[^]*"outcome":"overloaded"/);
    expect(busy.received()).toMatch(/connection: close/i);
    const wallet = await server.call({ method: 'GET', url: '/v1/wallet', account: 'ben' });
    expect(wallet.body['balance']).toBe(0);
  });
});

async function dialled(port: number): Promise<'connected' | 'refused'> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', () => resolve('refused'));
  });
}

describe('a client that breaks HTTP', () => {
  const server = useServer();

  it.each([
    ['no HTTP', 'hello\r\n\r\n', '400 Bad Request'],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      '400 Bad Request',
    ],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400 Bad Request',
    ],
    [
      'endless headers',
      `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
    [
      'an endless path',
      `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      '431 Request Header Fields Too Large',
    ],
  ])('is answered with a problem and cut off: %s', async (_what, text, status) => {
    const { app, port } = await listen(server);
    const { socket, closed, received } = await dial(port);
    socket.write(text);
    await closed;
    const [head, body] = received().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
    expect(head).toContain('content-type: application/problem+json');
    expect(JSON.parse(body!)).toMatchObject({
      status: Number(status.slice(0, 3)),
      outcome: 'invalid_request',
    });
    await app.close();
  });

  it('is answered on a connection with an earlier answer', async () => {
    const { app, port } = await listen(server);
    const { socket, closed, received } = await dial(port);
    socket.write(HEALTH);
    await until(async () => received().endsWith('}'));
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`);
    await closed;
    expect(received()).toMatch(
      /^HTTP\/1\.1 200 OK[^]*HTTP\/1\.1 431 Request Header Fields Too Large[^]*"outcome":"invalid_request"/,
    );
    await app.close();
  });

  it('gets a refusal of an expectation that the server cannot meet', async () => {
    const { app, port } = await listen(server);
    const { socket, closed, received } = await dial(port);
    socket.write('POST /v1/wallet/top-ups HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 2\r\n\r\n{}');
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 417 Expectation Failed[^]*"outcome":"invalid_request"/);
    await app.close();
  });

  it('is cut off when it takes too long over its headers', async () => {
    const { app, port } = await listen(server, { headersTimeoutMs: 100, requestTimeoutMs: 200 });
    const { socket, closed, received } = await dial(port);
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 408 Request Timeout[^]*"outcome":"invalid_request"/);
    await app.close();
  });

  it('is cut off when it takes too long over its body', async () => {
    const { app, port } = await listen(server, { headersTimeoutMs: 100, requestTimeoutMs: 200 });
    const { socket, closed, received } = await dial(port);
    socket.write((await topUpRequest('anna')).slice(0, -5));
    await closed;
    expect(received()).toMatch(/^HTTP\/1\.1 408/);
    await app.close();
  });

  it('is not served when there are too many connections', async () => {
    const { app, port } = await listen(server, { connectionsMax: 1 });
    const first = await dial(port);
    first.socket.write(HEALTH);
    await until(async () => first.received().includes('200 OK'));
    const second = await dial(port);
    await second.closed;
    expect(second.received()).toBe('');
    first.socket.destroy();
    await app.close();
  });

  it('and then disconnects does no harm', async () => {
    const { app, port, arrived } = await listen(server);
    const leaving = await dial(port);
    const part = (await topUpRequest('cleo')).slice(0, -5);
    leaving.socket.write(part);
    await arrived(part.length);
    leaving.socket.resetAndDestroy();
    await leaving.closed;
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    await app.close();
  });
});
