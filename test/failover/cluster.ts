/** Patroni with etcd and HAProxy on this machine: a primary and a standby, by the configuration in `deploy/patroni/`. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pgProgram } from '../operating/debian-postgres.ts';
import { administer } from '../support/administer.ts';
import { freePort } from '../support/free-port.ts';
import { endWithRun } from '../support/reaper.ts';
import { eventually } from '../support/rowlock-process.ts';
import { serverAccount } from '../support/server-account.ts';
import type { Node, Place } from './node.ts';
import { startNode } from './node.ts';

const DEPLOYED = fileURLToPath(new URL('../../deploy/patroni/', import.meta.url));
const ROLE = 'rowlock';
const PASSWORD = 'of-the-failover-tests';

export interface Cluster {
  readonly folder: string;
  /** Makes a database; its addresses name both servers in order, and HAProxy. */
  makeDatabase(name: string): Promise<Addresses>;
  /** The server that takes writes, and the other one, once both are as they should be. */
  whole(): Promise<{ readonly primary: Node; readonly standby: Node }>;
  /** Lets COMMIT wait for the standby no longer, as Patroni does without `synchronous_mode`. */
  becomeAsynchronous(): Promise<void>;
  end(): Promise<void>;
}

export interface Addresses {
  readonly hosts: string;
  readonly proxy: string;
}

export async function startCluster(): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'rowlock-failover-'));
  await chmod(folder, 0o711);
  const account = serverAccount();
  const etcd = await startEtcd(folder);
  const setting = { folder, account, etcdPort: etcd.port, configure: configurationOf };
  let role: 'sync' | 'replica' = 'sync';
  const nodes: readonly Node[] = [await startNode('one', setting), await startNode('two', setting)];
  const haproxy = await startHaproxy(folder, nodes);
  const whole = async (): Promise<{ primary: Node; standby: Node }> => {
    let found: { primary: Node; standby: Node } | undefined;
    await eventually(async () => {
      found = await rolesOf(nodes, role);
      return found !== undefined;
    });
    return found!;
  };
  const asSuperuser = async (node: Node, ...statements: string[]): Promise<void> =>
    administer(`postgres://postgres:change-me-superuser@127.0.0.1:${node.port}/postgres`, ...statements);
  const inOrder = nodes.map(({ port }) => `127.0.0.1:${port}`).join();
  const end = async (): Promise<void> => {
    await endChild(haproxy.child);
    for (const node of nodes) await node.end();
    await endChild(etcd.child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { primary } = await whole();
    await asSuperuser(primary, `create role ${ROLE} login password '${PASSWORD}'`);
  } catch (error) {
    const logs = nodes.map(({ name }) => readFileSync(join(folder, `${name}.log`), 'utf8').slice(-1_500));
    await end();
    throw new Error(`the cluster did not come up: ${logs.join('\n--\n')}`, { cause: error });
  }
  return {
    folder,
    makeDatabase: async (name) => {
      const { primary } = await whole();
      await asSuperuser(primary, `create database ${name} owner ${ROLE}`);
      const addressAt = (hosts: string): string => `postgres://${ROLE}:${PASSWORD}@${hosts}/${name}`;
      return {
        hosts: `${addressAt(inOrder)}?target_session_attrs=read-write`,
        proxy: addressAt(`127.0.0.1:${haproxy.port}`),
      };
    },
    whole,
    becomeAsynchronous: async () => {
      const { primary, standby } = await whole();
      await fetch(`http://127.0.0.1:${primary.apiPort}/config`, {
        method: 'PATCH',
        body: JSON.stringify({ synchronous_mode: false, synchronous_mode_strict: false }),
      });
      role = 'replica';
      await eventually(async () => !(await standby.is('sync')));
    },
    end,
  };
}

async function rolesOf(
  nodes: readonly Node[],
  role: 'sync' | 'replica',
): Promise<{ primary: Node; standby: Node } | undefined> {
  for (const primary of nodes) {
    const standby = nodes.find((node) => node !== primary)!;
    if ((await primary.is('primary')) && (await standby.is(role))) return { primary, standby };
  }
  return undefined;
}

/** The file in `deploy/` with this machine's places, and with times that suit a test. */
function configurationOf({ name, folder, listen, connect }: Place): string {
  return edited('patroni.yml', [
    ['name: one', `name: ${name}`],
    ['listen: 10.0.0.11:8008', `listen: 127.0.0.1:${listen.api}`],
    ['connect_address: 10.0.0.11:8008', `connect_address: 127.0.0.1:${connect.api}`],
    // It would ask etcd for its members, and reach them past the link.
    ['hosts: 10.0.0.21:2379', `hosts: 127.0.0.1:${connect.etcd}\n  use_proxies: true`],
    ['ttl: 30', 'ttl: 5'],
    ['loop_wait: 10', 'loop_wait: 1'],
    ['retry_timeout: 10', 'retry_timeout: 2'],
    ['max_connections: 200', 'max_connections: 100\n        max_wal_size: 128MB\n        min_wal_size: 32MB'],
    ['listen: 10.0.0.11:5432', `listen: 127.0.0.1:${listen.postgres}`],
    ['connect_address: 10.0.0.11:5432', `connect_address: 127.0.0.1:${connect.postgres}`],
    ['bin_dir: /usr/lib/postgresql/15/bin', `bin_dir: ${dirname(pgProgram('initdb'))}`],
    ['data_dir: /var/lib/postgresql/15/rowlock', `data_dir: ${folder}/data`],
    ['pgpass: /var/lib/postgresql/rowlock.pgpass', `pgpass: ${folder}/pgpass`],
    ['unix_socket_directories: /var/run/postgresql', `unix_socket_directories: ${folder}`],
    ['10.0.0.0/24', '127.0.0.1/32'],
  ]);
}

/** A file of `deploy/patroni/`, in which each of these must stand. */
function edited(file: string, replacements: readonly (readonly [string, string])[]): string {
  return replacements.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`deploy/patroni/${file} lacks "${from}"`);
      return text.replaceAll(from, to);
    },
    readFileSync(join(DEPLOYED, file), 'utf8'),
  );
}

async function startEtcd(parent: string): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const folder = join(parent, 'etcd');
  mkdirSync(folder);
  const account = serverAccount();
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  const port = await freePort();
  const [clients, peers] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${await freePort()}`];
  const options = {
    'data-dir': join(folder, 'data'),
    'log-level': 'error',
    'listen-client-urls': clients,
    'advertise-client-urls': clients,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
  };
  const child = startProgram(
    folder,
    'etcd',
    Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  );
  await eventually(async () => (await fetch(`${clients}/health`).catch(() => undefined))?.ok === true);
  return { port, child };
}

async function startHaproxy(
  parent: string,
  [one, two]: readonly Node[],
): Promise<{ readonly port: number; readonly child: ChildProcess }> {
  const folder = join(parent, 'haproxy');
  mkdirSync(folder);
  const port = await freePort();
  const serverOf = (node: Node): string => `127.0.0.1:${node.port} check port ${node.apiPort}`;
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(
    file,
    edited('haproxy.cfg', [
      ['bind 127.0.0.1:5432', `bind 127.0.0.1:${port}`],
      ['10.0.0.11:5432 check port 8008', serverOf(one!)],
      ['10.0.0.12:5432 check port 8008', serverOf(two!)],
    ]),
  );
  return { port, child: startProgram(folder, 'haproxy', ['-db', '-f', file]) };
}

function startProgram(folder: string, command: string, args: readonly string[]): ChildProcess {
  const log = openSync(join(folder, 'log'), 'a');
  const account = command === 'etcd' ? serverAccount() : undefined;
  const child = spawn(command, args, { ...account, cwd: folder, stdio: ['ignore', log, log] });
  endWithRun(child);
  return child;
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
