/** Prometheus and its promtool, for tests that are skipped where they are not installed. */
import { spawnSync } from 'node:child_process';
import { describe, it } from 'vitest';

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
