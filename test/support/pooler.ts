import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { administer } from './administer.ts';
import type { TestDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { until } from './gate.ts';

const isInstalled = spawnSync('pgbouncer', ['--version']).status === 0;
if (!isInstalled) {
  process.stderr.write(
    'tests behind a pooler are skipped: there is no pgbouncer; install it with: apt-get install pgbouncer\n',
  );
}

/** `describe`, skipped where there is no PgBouncer. */
export const describeWithPooler = describe.skipIf(!isInstalled);

/** Starts a PgBouncer in front of the block's database before its tests, and ends it after them. */
export function usePooler(
  database: TestDatabase,
  poolMode: 'session' | 'transaction',
): { readonly url: string } {
  const handle = { url: '' };
  let end = (): Promise<void> => Promise.resolve();
  beforeAll(async () => {
    const server = new URL(database.url);
    const password = server.password === '' ? '' : ` password=${server.password}`;
    const folder = await mkdtemp(join(tmpdir(), 'rowlock-pgbouncer-'));
    const port = await freePort();
    const file = join(folder, 'pgbouncer.ini');
    await writeFile(
      file,
      `[databases]
* = host=${server.hostname} port=${server.port} user=${server.username}${password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${poolMode}
`,
    );
    // PgBouncer does not run as root; the account that it takes instead reads the file.
    const isRoot = process.getuid?.() === 0;
    await chmod(folder, 0o755);
    const pooler = spawn('pgbouncer', ['-q', ...(isRoot ? ['-u', 'nobody'] : []), file], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => pooler.once('exit', () => resolve()));
    const killOnExit = (): void => void pooler.kill('SIGKILL');
    process.once('exit', killOnExit);
    end = async () => {
      process.off('exit', killOnExit);
      pooler.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    };
    handle.url = Object.assign(new URL(database.url), { port: String(port) }).href;
    await until(() =>
      administer(handle.url).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(() => end());
  return handle;
}
