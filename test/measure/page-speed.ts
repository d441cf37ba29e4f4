/**
 * How fast the pages load for the first time, on a phone with a slow network: `npm run page-speed [-- DIRECTORY]`.
 *
 * Starts a service with the demo's concerts and opens home, a small hall and the stadium in headless Chromium, each with
 * nothing cached, under Lighthouse's mobile conditions and with a processor slowed four times. The directory gets every
 * load in `loads.jsonl`, the medians with their spread in `table.md`, and the machine in `manifest.json`. Exits 1 when a
 * median misses a goal.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { provenance } from '../../src/load/provenance.ts';
import { launchChromium } from '../e2e/chromium.ts';
import { startDemoService } from '../e2e/demo-service.ts';
import type { PageLoad } from '../e2e/page-load.ts';
import { loadPage, SLOW_4G } from '../e2e/page-load.ts';

const RUNS = 7;
const GOALS = { lcpMs: 2_500, cls: 0.05, longestTaskMs: 200 } as const;

const PAGES = [
  { name: 'home', path: '/', ready: '.poster-card' },
  { name: 'small hall', path: '/performances/starlight-2030-03-01', ready: '.seat-map-canvas' },
  { name: 'stadium', path: '/performances/comet-2030-06-15', ready: '.seat-map-canvas' },
] as const;

interface Load extends PageLoad {
  readonly page: string;
}

const COLUMNS: readonly (readonly [head: string, read: (load: Load) => number | null, digits: number])[] = [
  ['LCP ms', ({ lcpMs }) => lcpMs, 0],
  ['map drawn ms', ({ mapMs }) => mapMs, 0],
  ['CLS', ({ cls }) => cls, 3],
  ['longest task ms', ({ longestTaskMs }) => longestTaskMs, 0],
  ['kB', ({ bytes }) => bytes / 1_000, 0],
  ['requests', ({ urls }) => urls.length, 0],
];

/** The median, and the least and the most where they differ. */
function cell(loads: readonly Load[], read: (load: Load) => number | null, digits: number): string {
  const values = loads
    .map(read)
    .filter((value) => value !== null)
    .sort((a, b) => a - b);
  const [least, most] = [values[0], values.at(-1)];
  if (least === undefined || most === undefined) return '–';
  const shown = (value: number): string => value.toFixed(digits);
  const median = shown(values[Math.floor(values.length / 2)]!);
  return shown(least) === shown(most) ? median : `${median} (${shown(least)}–${shown(most)})`;
}

/** In Markdown, as `docs/box-office.md` shows it. */
function tableOf(loads: readonly Load[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rows = PAGES.map(({ name }) => {
    const own = loads.filter(({ page }) => page === name);
    return line([name, ...COLUMNS.map(([, read, digits]) => cell(own, read, digits))]);
  });
  return [
    line(['page', ...COLUMNS.map(([head]) => head)]),
    `|---|${'---:|'.repeat(COLUMNS.length)}`,
    ...rows,
  ].join('\n');
}

function misses(loads: readonly Load[]): readonly string[] {
  return PAGES.flatMap(({ name }) => {
    const own = loads.filter(({ page }) => page === name);
    return Object.entries(GOALS).flatMap(([goal, most]) => {
      const values = own.map((load) => load[goal as keyof typeof GOALS]).sort((a, b) => a - b);
      const median = values[Math.floor(values.length / 2)]!;
      return median > most ? [`${name}: the median of ${goal} is ${median}, above ${most}`] : [];
    });
  });
}

async function main(directory: string): Promise<void> {
  const startedAt = new Date().toISOString();
  const [loadBefore = 0] = loadavg();
  const service = await startDemoService();
  const loads: Load[] = [];
  let browserVersion = '';
  try {
    const browser = await launchChromium();
    browserVersion = browser.version();
    try {
      // The first of each is not counted: the service has compressed nothing yet.
      for (let run = 0; run <= RUNS; run++) {
        for (const { name, path, ready } of PAGES) {
          const load = await loadPage(browser, `${service.url}${path}`, { ready, conditions: SLOW_4G });
          if (run > 0) loads.push({ page: name, ...load });
        }
      }
    } finally {
      await browser.close();
    }
  } finally {
    await service.end();
  }
  const { rowlock, machine } = provenance();
  const manifest = {
    command: 'page-speed',
    conditions: SLOW_4G,
    runs: RUNS,
    goals: GOALS,
    browser: `Chromium ${browserVersion}`,
    startedAt,
    endedAt: new Date().toISOString(),
    rowlock,
    machine: { ...machine, loadBefore },
  };
  const table = tableOf(loads);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  await writeFile(join(directory, 'loads.jsonl'), loads.map((load) => `${JSON.stringify(load)}\n`).join(''));
  await writeFile(join(directory, 'table.md'), `${table}\n`);
  process.stdout.write(`${table}\n`);
  for (const missed of misses(loads)) {
    process.exitCode = 1;
    process.stderr.write(`${missed}\n`);
  }
}

await main(process.argv[2] ?? 'results/page-speed');
