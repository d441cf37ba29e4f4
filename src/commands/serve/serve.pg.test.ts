import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { TicketKeySet } from '../../box-office/buyer/tickets.ts';
import { RATES } from '../../http/edge/limits.ts';
import { runningServerUrl } from '../../embedded-server/running-server.ts';
import type { Service } from '../../../test/support/rowlock-process.ts';
import {
  copyDataDir,
  databaseProcesses,
  DEMO_CATALOGUE,
  endRowlockProcesses,
  eventually,
  makeDataDir,
  runRowlock,
  startRowlock,
  startService,
} from '../../../test/support/rowlock-process.ts';

let dataDir = '';
let service: Service;

endRowlockProcesses();
beforeAll(async () => {
  dataDir = await makeDataDir();
  service = await startService(dataDir);
});

describe('a service in development', () => {
  it('shows a purchase that buys a ticket each time it is pasted into a shell', async () => {
    const [, lines = ''] = await service.printed(
      /a shell to buy a ticket:\n\n(TOKEN=.*\ncurl.*\nRESERVATION=.*\ncurl.*\n)/,
    );
    for (const shell of ['sh', 'bash', 'sh']) {
      const output = await runScript(shell, lines);
      expect(output.match(/^held: ([0-9a-f-]{36})$/m)).not.toBeNull();
      expect(output).toMatch(/"seats":\["[^"]+"\],"amount":\d+,"seq":2,"balanceAfter":0,/);
    }
  });

  it('keeps its secret and the keys of its tickets to its owner', async () => {
    for (const file of ['jwt-secret', 'ticket-keys.json']) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600);
    }
    const [kept] = (JSON.parse(readFileSync(join(dataDir, 'ticket-keys.json'), 'utf8')) as TicketKeySet).keys;
    const published = await (await fetch(`${service.url}/v1/ticket-keys`)).text();
    expect(JSON.parse(published)).toMatchObject({ keys: [{ x: kept?.x, alg: 'EdDSA' }] });
    expect(published).not.toContain(kept?.d);
  });

  it('shares its database with other commands', async () => {
    const [imported, audited] = await Promise.all([
      runRowlock(['import', DEMO_CATALOGUE, '--data-dir', dataDir]),
      runRowlock(['audit', '--json'], { env: { ROWLOCK_DATA_DIR: dataDir } }),
    ]);
    expect(imported).toEqual({
      code: 0,
      stdout: `imported ${DEMO_CATALOGUE}: nothing changed\n`,
      stderr: '',
    });
    expect(audited).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(audited.stdout)).toMatchObject({ clean: true, counts: { reservations: 3 } });
  });

  it('lets a demo audit it without reading its database, and the demo says why', async () => {
    const directory = await makeDataDir();
    const demo = ['demo', '--url', service.url, '--buyers', '2', '--database-url', 'foo', '--journal'];
    const ended = await runRowlock([...demo, join(directory, 'new', 'journal.jsonl')]);
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('No violation (without a journal'),
    });
    expect(ended.stderr).toContain('cannot be read: DATABASE_URL must look like postgres://');
    expect(await runRowlock([...demo, join(directory, 'new', 'journal.jsonl', 'below')])).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/^rowlock: --journal cannot be written: EEXIST: .*journal\.jsonl'\n$/),
    });
  });

  it('does not share its data directory with a second service', async () => {
    const second = await runRowlock(['serve', '--development', '--port', '0', '--data-dir', dataDir]);
    expect(second).toEqual({
      code: 1,
      stdout: '',
      stderr: `rowlock: the data directory ${dataDir} is in use by another rowlock service (pid ${service.pid}); stop it or choose another ROWLOCK_DATA_DIR\n`,
    });
  });
});

describe('a service that cannot start', () => {
  it('says in one line that its database cannot be reached', async () => {
    const env = {
      DATABASE_URL: 'postgres://rowlock:secret@127.0.0.1:1/rowlock',
      ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more',
    };
    expect(await runRowlock(['serve'], { env })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'rowlock: no database answers at 127.0.0.1:1: connection refused\n',
    });
  });

  it('refuses ticket keys that cannot sign, and prints no part of them', async () => {
    const env = { ROWLOCK_TICKET_KEYS: '{"keys":[{"kty":"OKP","crv":"Ed25519","d":"a secret"}, oops]}' };
    expect(await runRowlock(['serve', '--development'], { env })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'rowlock: ROWLOCK_TICKET_KEYS: it is not JSON\n',
    });
  });

  it('refuses a token key file that does not exist, and makes nothing', async () => {
    const parent = await makeDataDir();
    const jwks = join(parent, 'jwks.json');
    const anyone = ['--jwt-issuer', '*', '--jwt-audience', '*'];
    const args = ['serve', '--jwks', jwks, ...anyone, '--data-dir', join(parent, 'data')];
    const ended = await runRowlock(args);
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: `rowlock: ROWLOCK_JWKS: the key set (JWKS) in ${jwks} cannot be used: ENOENT: no such file or directory, open '${jwks}'\n`,
    });
    expect(existsSync(join(parent, 'data'))).toBe(false);
  });

  it('refuses a strategy that locks in Redis when there is none, and makes nothing', async () => {
    const parent = await makeDataDir();
    const args = ['serve', '--development', '--hold', 'redis-lock+atomic'];
    expect(await runRowlock([...args, '--data-dir', join(parent, 'data')])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'rowlock: redis-lock needs a Redis: give its address as ROWLOCK_REDIS_URL\n',
    });
    expect(existsSync(join(parent, 'data'))).toBe(false);
  });

  it('refuses a configuration that breaks a rule', async () => {
    const ended = await runRowlock(['serve', '--development'], { env: { PORT: 'http' } });
    expect(ended).toEqual({
      code: 2,
      stdout: '',
      stderr: 'rowlock: PORT must be a whole number from 0 to 65535, not "http"\n',
    });
  });
});

describe('a service on a database of its own', () => {
  it('warns of lost durability, and that it issues no development tokens', async () => {
    const DATABASE_URL = inject('templateUrl');
    const env = { DATABASE_URL, ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more', PORT: '0' };
    const server = startRowlock(['serve', '--development'], { env });
    const [, url = ''] = await server.printed(/open at (http:\S+)\n/);
    const answer = await fetch(`${url}/v1/dev/tokens`, { method: 'POST' });
    expect(answer.status).toBe(404);
    server.kill('SIGTERM');
    const { code, stderr, stdout } = await server.ended;
    expect(code).toBe(0);
    const [started = ''] = stdout.split('\n').filter((line) => line.includes('"started"'));
    expect(JSON.parse(started)).toMatchObject({
      level: 30,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      schema: expect.stringMatching(/^\d{4}_/),
      postgres: expect.stringMatching(/^\d\d/),
      node: process.version,
      configuration: { port: 0, development: true, jwtSecret: '[given]', rate: RATES.account.perSecond },
    });
    expect(stdout).not.toContain(env.ROWLOCK_JWT_SECRET);
    expect(stdout).not.toContain(DATABASE_URL);
    expect(stderr).toContain('WARNING: no development tokens');
    expect(stderr).toContain('tickets are not signed: set ROWLOCK_TICKET_KEYS');
    if (process.env['DATABASE_URL'] === undefined) expect(stderr).toContain('WARNING: fsync is off');
  });
});

describe('a signal to stop', () => {
  it('lets a request in flight finish, refuses new ones, and leaves no process, however often it comes at once', async () => {
    const { token, accountId } = await buyerOf(service);
    const client = new pg.Client({ connectionString: await runningServerUrl(dataDir) });
    // The server stops while this client is connected.
    client.on('error', () => undefined);
    await client.connect();
    expect((await topUp(service, token, 'top-up-1')).status).toBe(201);
    await client.query('begin');
    await client.query('select from wallet where account_id = $1 for update', [accountId]);
    const inFlight = topUp(service, token, 'top-up-2');
    await eventually(async () => (await client.query(WAITING)).rowCount === 1);

    service.kill('SIGINT');
    service.kill('SIGTERM');
    await service.printed(/: stopping/);
    service.kill('SIGINT');
    const late = await topUp(service, token, 'top-up-3').catch((error: Error) => error.cause);
    await client.query('commit');
    await client.end();
    const ended = await service.ended;

    expect(await (await inFlight).json()).toMatchObject({ seq: 2, balanceAfter: 2_000 });
    // Of several processes one without requests ends at once, and with it the connections that clients have kept to it.
    const codes =
      (process.env['ROWLOCK_PROCESSES'] ?? '1') === '1' ? /^ECONNREFUSED$/ : /^ECONN(REFUSED|RESET)$/;
    expect(late).toMatchObject(
      late instanceof Response ? { status: 503 } : { code: expect.stringMatching(codes) },
    );
    expect(ended.code).toBe(0);
    expect(ended.stderr.trim().split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^SIG(INT|TERM): stopping/),
      'stopped',
    ]);
    expect(databaseProcesses(dataDir)).toEqual([]);
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });

  it('aborts a start', async () => {
    const copy = await copyDataDir(dataDir);
    const early = startRowlock(['serve', '--development', '--port', '0', '--data-dir', copy]);
    await eventually(() => databaseProcesses(copy).length > 0);
    early.kill('SIGTERM');
    expect(await early.ended).toMatchObject({ code: 0, stderr: expect.stringMatching(/stopped\n$/) });
    expect(databaseProcesses(copy)).toEqual([]);
  });
});

describe('a port that is taken', () => {
  it('is reported in one line, before a database is made', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const unmade = join(await makeDataDir(), 'data');
    const env = { PORT: String(port), ROWLOCK_DATA_DIR: unmade };
    const ended = await runRowlock(['serve', '--development'], { env });
    other.close();
    expect(ended).toEqual({
      code: 1,
      stdout: '',
      stderr: `rowlock: port ${port} of 127.0.0.1 is taken; stop the program that uses it or choose another PORT\n`,
    });
    expect(existsSync(unmade)).toBe(false);
  });
});

const WAITING = `select from pg_stat_activity where application_name = 'rowlock' and wait_event_type = 'Lock'`;

async function buyerOf({ url }: Service): Promise<{ token: string; accountId: string }> {
  const answer = await fetch(`${url}/v1/dev/tokens`, { method: 'POST' });
  return (await answer.json()) as { token: string; accountId: string };
}

async function topUp({ url }: Service, token: string, key: string): Promise<Response> {
  const headers = {
    authorization: `Bearer ${token}`,
    'idempotency-key': key,
    'content-type': 'application/json',
  };
  return fetch(`${url}/v1/wallet/top-ups`, { method: 'POST', headers, body: '{"amount":1000}' });
}

async function runScript(shell: string, script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(shell, ['-euc', script], (error, stdout) => (error === null ? resolve(stdout) : reject(error)));
  });
}
