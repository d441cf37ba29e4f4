/** Prometheus and its promtool, for tests that are skipped where they are not installed. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { freePort } from './free-port.ts';
import { until } from './gate.ts';
import { endWithRun } from './reaper.ts';

const isInstalled = ['prometheus', 'promtool'].every(
  (program) => spawnSync(program, ['--version']).status === 0,
);
if (!isInstalled) {
  process.stderr.write(
    'tests with Prometheus are skipped: there is no prometheus or promtool; install them with: apt-get install prometheus\n',
  );
}

/** `describe` and `it`, skipped where there is no Prometheus. */
export const describeWithPrometheus = describe.skipIf(!isInstalled);
export const itWithPrometheus = it.skipIf(!isInstalled);

/** Runs promtool, and returns all that it prints. Throws when it finds a fault. */
export function promtool(args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`promtool ${args.join(' ')}: ${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

/** One sample of a scrape. */
export interface Scraped {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Scrapes `/metrics`. */
export async function scrape(
  url: string,
): Promise<{ readonly text: string; readonly samples: readonly Scraped[] }> {
  const text = await (await fetch(url)).text();
  const samples = text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label, of]) => [label, of]);
      return { name, labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
    });
  return { text, samples };
}

/** The sum of the family's samples that have these labels; undefined where there are none. */
export function valueOf(
  samples: readonly Scraped[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const found = samples.filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, of]) => sample.labels[label] === of),
  );
  return found.length === 0 ? undefined : found.reduce((sum, { value }) => sum + value, 0);
}

/** An alert that fires, with what its rule says of it. */
export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Prometheus {
  /** The series of an instant query now. Throws for a query that is wrong. */
  query(expression: string): Promise<readonly unknown[]>;
  /** The alerts that fire now. */
  firing(): Promise<readonly FiringAlert[]>;
  stop(): Promise<void>;
}

/** Starts a Prometheus on this configuration, with its data in a folder that `stop` removes. */
export async function startPrometheus(config: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'rowlock-prometheus-'));
  const file = join(folder, 'prometheus.yml');
  await writeFile(file, config);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: 'ignore' },
  );
  endWithRun(child);
  const ask = async (path: string): Promise<Response> => fetch(`http://${address}${path}`);
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const isReady = (): Promise<boolean> =>
    ask('/-/ready').then(
      ({ ok }) => ok,
      () => false,
    );
  try {
    await until(async () => child.exitCode !== null || (await isReady()));
    if (child.exitCode !== null) throw new Error(`Prometheus ended with exit code ${child.exitCode}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    query: async (expression) => {
      const answer = await ask(`/api/v1/query?query=${encodeURIComponent(expression)}`);
      const body = (await answer.json()) as {
        readonly error?: string;
        readonly data?: { readonly result: readonly unknown[] };
      };
      if (body.data === undefined) throw new Error(`${expression}: ${body.error}`);
      return body.data.result;
    },
    firing: async () => {
      const { data } = (await (await ask('/api/v1/alerts')).json()) as {
        readonly data: { readonly alerts: readonly (FiringAlert & { readonly state: string })[] };
      };
      return data.alerts.filter(({ state }) => state === 'firing');
    },
    stop,
  };
}
