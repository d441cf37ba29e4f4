/** Starts a proxy by its sample in `deploy/`, in front of a service, with a certificate of its own. */
import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from '../support/gate.ts';
import { endWithRun } from '../support/reaper.ts';

export const DEPLOY = fileURLToPath(new URL('../../deploy/', import.meta.url));

export interface Proxy {
  readonly port: number;
  readonly certificate: string;
  stop(): Promise<void>;
}

interface Place {
  readonly folder: string;
  readonly port: number;
  /** `127.0.0.1:3000` of the service behind it. */
  readonly upstream: string;
  readonly certificate: string;
  readonly key: string;
}

interface Program {
  readonly command: string;
  /** Writes the configuration, and returns the arguments and variables to start with. */
  readonly configure: (place: Place) => {
    readonly args: readonly string[];
    readonly env?: Record<string, string>;
  };
}

export const PROXIES: Readonly<Record<'nginx' | 'Caddy' | 'HAProxy', Program>> = {
  nginx: { command: 'nginx', configure: configureNginx },
  Caddy: { command: 'caddy', configure: configureCaddy },
  HAProxy: { command: 'haproxy', configure: configureHaproxy },
};

/** Starts the proxy, and waits until it accepts connections. */
export async function startProxy({ command, configure }: Program, upstream: string): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), 'rowlock-proxy-'));
  // A proxy that root starts works as another user.
  await chmod(folder, 0o777);
  const place = { folder, port: await freePort(), upstream, ...makeCertificate(folder) };
  const { args, env } = configure(place);
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  endWithRun(child);
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`${command} ended: ${printed}`);
    return accepts(place.port);
  });
  return {
    port: place.port,
    certificate: readFileSync(place.certificate, 'utf8'),
    stop: async () => {
      await end(child);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  // Each ends at once on it, with its workers.
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function makeCertificate(folder: string): Pick<Place, 'certificate' | 'key'> {
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  const kind = '-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'.split(' ');
  const names = ['-subj', '/CN=tickets.example.com', '-addext', 'subjectAltName=DNS:tickets.example.com'];
  execFileSync('openssl', ['req', ...kind, ...names, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  return { certificate, key };
}

/** The sample with the parts replaced that an operator sets. Throws where one is no longer in it. */
function sample(name: string, replacements: Readonly<Record<string, string>>): string {
  return Object.entries(replacements).reduce(
    (text, [found, instead]) => {
      if (!text.includes(found)) throw new Error(`deploy/${name} lacks: ${found}`);
      return text.replaceAll(found, instead);
    },
    readFileSync(join(DEPLOY, name), 'utf8'),
  );
}

function configureNginx({
  folder,
  port,
  upstream,
  certificate,
  key,
}: Place): ReturnType<Program['configure']> {
  const site = join(folder, 'site.conf');
  const main = join(folder, 'nginx.conf');
  const live = '/etc/letsencrypt/live/tickets.example.com';
  writeFileSync(
    site,
    sample('nginx.conf', {
      '  listen 80;\n  listen [::]:80;\n': `  listen unix:${folder}/plain.sock;\n`,
      'listen 443 ssl http2;\n  listen [::]:443 ssl http2;': `listen 127.0.0.1:${port} ssl http2;`,
      'server 127.0.0.1:3000;': `server ${upstream};`,
      [`${live}/fullchain.pem`]: certificate,
      [`${live}/privkey.pem`]: key,
    }),
  );
  writeFileSync(
    main,
    `pid ${folder}/pid;
error_log stderr warn;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  include ${site};
}
`,
  );
  return { args: ['-p', folder, '-c', main, '-g', 'daemon off;'] };
}

function configureCaddy({
  folder,
  port,
  upstream,
  certificate,
  key,
}: Place): ReturnType<Program['configure']> {
  const file = join(folder, 'Caddyfile');
  const site = '{$ROWLOCK_SITE:tickets.example.com} {';
  const text = sample('Caddyfile', { [site]: `${site}\n\ttls ${certificate} ${key}` });
  writeFileSync(file, `{\n\tadmin off\n\tauto_https disable_redirects\n}\n${text}`);
  const env = {
    XDG_DATA_HOME: folder,
    XDG_CONFIG_HOME: folder,
    ROWLOCK_SITE: `https://tickets.example.com:${port}`,
    ROWLOCK_UPSTREAMS: upstream,
  };
  return { args: ['run', '--config', file, '--adapter', 'caddyfile'], env };
}

function configureHaproxy({
  folder,
  port,
  upstream,
  certificate,
  key,
}: Place): ReturnType<Program['configure']> {
  const file = join(folder, 'haproxy.cfg');
  const both = join(folder, 'both.pem');
  writeFileSync(both, readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'));
  writeFileSync(
    file,
    sample('haproxy.cfg', {
      // Each takes two file descriptors, of which a test has not so many.
      'maxconn 20000': 'maxconn 200',
      'bind :443': `bind 127.0.0.1:${port}`,
      '/etc/haproxy/tickets.example.com.pem': both,
      '127.0.0.1:3000': upstream,
    }),
  );
  return { args: ['-db', '-f', file] };
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
