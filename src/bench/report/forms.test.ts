/** The same verdicts as a chart, as CSV and as Markdown. */
import { expect, it } from 'vitest';
import type { BenchReport } from '../bench.ts';
import { QUICK } from '../workloads/sizes.ts';
import { chartOf } from './chart.ts';
import { csvTable } from './csv.ts';
import { beginManifest } from './manifest.ts';
import { markdownOf } from './markdown.ts';
import { trustOf } from './trust.ts';
import type { Goal } from './verdict.ts';
import { judge } from './verdict.ts';

const goal: Goal = {
  name: 'payments',
  ours: 'pay/grouped',
  baseline: 'pay/atomic',
  unit: '/s',
  floor: 2,
  aim: 5,
  bound: 'at least',
  ratio: 'ours/baseline',
};
const times = {
  ours: { client: 12.345_67, service: 'in client', server: 8 },
  baseline: { client: 20, service: 300, server: null },
} as const;
const pairs = [3.9, 4, 4.1].map((ours) => ({ ours, baseline: 1, times }));
const verdicts = [
  judge(goal, pairs),
  judge({ ...goal, name: 'p99-losers', floor: 0.5, aim: 0.2, bound: 'at most', unit: ' ms' }, [
    { ours: 1, baseline: 8 },
    { ours: 1, baseline: 8 },
  ]),
  judge({ ...goal, name: 'slow' }, [
    { ours: 1, baseline: 1 },
    { ours: 1.01, baseline: 1 },
  ]),
  judge({ ...goal, name: 'unmeasured' }, []),
];

function reportOf(given: Partial<BenchReport> = {}): BenchReport {
  const fsync = { notMeasured: 'for a test' };
  const target = {
    url: '',
    isEmbedded: true,
    dataDir: undefined,
    version: '18.4',
    settings: { fsync: 'on' },
    postmasterPid: undefined,
    connectionsMax: 100,
  };
  const manifest = beginManifest({
    target,
    options: {},
    sizes: QUICK,
    baselineClient: 'pgbench 18',
    fsync,
  })();
  const trust = trustOf({ loadBefore: 4, cores: 2, fsync }, { samples: [], verdicts });
  return { verdicts, samples: [], auditClean: true, trust, manifest, interruptedIn: null, ...given };
}

it('draws each line as far right of its floor as it is better, whichever way the floor bounds', () => {
  const chart = chartOf(reportOf());
  const one = Number(/class="one" d="M([\d.]+) /.exec(chart)![1]);
  const rows = [
    ...chart.matchAll(/<g class="(\w+)">(?:<path d="M([\d.]+) \d+H([\d.]+)"\/>)?(?:<circle cx="([\d.]+)")?/g),
  ];
  expect(rows.map(([, kind]) => kind)).toEqual(['met', 'met', 'missed', 'unshown']);
  const [payments, losers, slow, unmeasured] = rows.map(([, , low, high, dot]) =>
    [low, dot, high].map(Number),
  );
  for (const met of [payments!, losers!]) {
    expect(met[0]).toBeGreaterThan(one);
    expect(met[1]).toBeGreaterThanOrEqual(met[0]!);
    expect(met[2]).toBeGreaterThanOrEqual(met[1]!);
  }
  // An eighth where at most a half is wanted is four times better; 4 where 2 is wanted is twice as good.
  expect(losers![1]! - one).toBeCloseTo(2 * (payments![1]! - one), 0);
  expect(slow![2]).toBeLessThan(one);
  expect(unmeasured).toEqual([NaN, NaN, NaN]);
  expect(chart).toContain('TOO NOISY');
  expect(chart).toContain('@media (prefers-color-scheme: dark)');
});

it('puts a line of the table into a line of CSV, with the times of each side', () => {
  const [head, payments, losers, , unmeasured] = csvTable(verdicts)
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const named = (cells: readonly string[]) => Object.fromEntries(head!.map((name, i) => [name, cells[i]]));
  expect(named(payments!)).toMatchObject({
    workload: 'payments',
    ratio: '4',
    ratioLow: '3.758',
    ratioHigh: '4.255',
    pairs: '3',
    result: 'met',
    oursClientMicros: '12.35',
    oursServiceMicros: 'in client',
    baselineServiceMicros: '300',
    baselineServerMicros: '',
  });
  expect(named(losers!)).toMatchObject({ bound: 'at most', unit: 'ms', ratio: '0.125', result: 'met' });
  expect(named(unmeasured!)).toMatchObject({ ratio: '', pairs: '0', result: 'not shown' });
});

it('says in Markdown first what is wrong with the run, and shows the chart and both tables', () => {
  const markdown = markdownOf(reportOf({ interruptedIn: 'crowd' }));
  expect(markdown).toMatch(/^# Benchmark\n\n> INTERRUPTED in crowd: [^]*> TOO NOISY: /);
  expect(markdown).toContain('](chart.svg)');
  expect(markdown).toContain('| payments | 4.00/s | 1.00/s | 4.00 (3.76-4.26) | ≥ 2 | ≥ 5 | met |');
  expect(markdown).toContain('| payments | 12.3 | in client | 8.00 | 20.0 | 300 | unknown | - |');
  expect(markdown).toContain('No sample was audited');
});
