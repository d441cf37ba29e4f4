/** A comparison as tables, CSV and JSON. */
import Table from 'cli-table3';
import type { ComparedScenario, CompareResult } from './compare.ts';
import { aaControlLine, wrapped } from '../claims/format.ts';
import { storedAaControl } from '../aa-control.ts';
import { csvOf } from '../../lib/csv.ts';
import type { Scenario } from '../measure/scenario.ts';
import type { RunSummary } from '../measure/run-summary.ts';
import { latencyOf, successesPerSecond } from '../measure/run-summary.ts';
import { spreadOf } from '../../load/spread.ts';
import { figure } from '../text.ts';

interface Metric {
  readonly name: string;
  /** The table's heading. */
  readonly head: string;
  readonly of: (run: RunSummary) => number | null;
}

const perSuccess =
  (of: (run: RunSummary) => number | null) =>
  (run: RunSummary): number | null => {
    const value = of(run);
    return value === null || run.successes === 0 ? null : value / run.successes;
  };
const losersOf = (run: RunSummary): number =>
  Object.values(run.losers).reduce((sum, count) => sum + count, 0);

const COUNTS: readonly Metric[] = [
  { name: 'successes', head: 'won', of: (run) => run.successes },
  { name: 'losers', head: 'lost', of: losersOf },
  { name: 'timeouts', head: 't/out', of: (run) => run.timeouts },
  { name: 'errors', head: 'errors', of: (run) => run.errors },
  { name: 'deadlocks', head: 'deadl.', of: (run) => run.deadlocks },
  { name: 'retries', head: 'retries', of: (run) => run.retries },
];

function lockWaitPerRequest({ cost, requests }: RunSummary): number | null {
  return cost.lockWaitMs === null ? null : cost.lockWaitMs / Math.max(1, requests);
}

const TIMES: readonly Metric[] = [
  { name: 'winnersP50Ms', head: 'won p50', of: latencyOf('winnersLatency', 'p50Ms') },
  { name: 'winnersP95Ms', head: 'p95', of: latencyOf('winnersLatency', 'p95Ms') },
  { name: 'winnersP99Ms', head: 'p99', of: latencyOf('winnersLatency', 'p99Ms') },
  { name: 'losersP50Ms', head: 'lost p50', of: latencyOf('losersLatency', 'p50Ms') },
  { name: 'losersP95Ms', head: 'p95', of: latencyOf('losersLatency', 'p95Ms') },
  { name: 'losersP99Ms', head: 'p99', of: latencyOf('losersLatency', 'p99Ms') },
  { name: 'poolWaitMs', head: 'pool', of: (run) => run.poolWaitMs },
  { name: 'lockWaitMs', head: 'locks', of: lockWaitPerRequest },
];

const COSTS: readonly Metric[] = [
  { name: 'statementsPerSuccess', head: 'statements', of: perSuccess((run) => run.statements) },
  { name: 'transactionsPerSuccess', head: 'transact.', of: perSuccess((run) => run.transactions) },
  { name: 'walBytesPerSuccess', head: 'WAL bytes', of: perSuccess((run) => run.cost.walBytes) },
  { name: 'serverCpuMsPerSuccess', head: 'server ms', of: perSuccess((run) => run.cost.serverCpuMs) },
  { name: 'clientCpuMsPerSuccess', head: 'client ms', of: perSuccess((run) => run.cost.clientCpuMs) },
];

const LABEL_WIDTH = 26;

/** Three tables of at most 100 columns. No colours. */
export function formatCompare(result: CompareResult): string {
  return [
    ...(result.interrupted ? ['Stopped early: only what had been measured is shown.'] : []),
    ...(result.aaControl === undefined ? [] : wrapped(aaControlLine(result.aaControl), 100)),
    rateTable(result.scenarios),
    'Medians over the repeats. Correct: the audit and the balances or seats after every run.',
    tableOf('Milliseconds', TIMES, result.scenarios),
    'pool, locks: mean wait per request for a connection, and (sampled) for locks.',
    tableOf('Cost per success', COSTS, result.scenarios),
    ...lossesOf(result.scenarios),
    '',
  ].join('\n');
}

function rateTable(scenarios: readonly ComparedScenario[]): string {
  const table = newTable(
    ['Successes', 'successes/s', ...COUNTS.map(({ head }) => head), 'correct'],
    // The first holds `24,000 (20,000-28,000)`.
    [22, 6, 6, 6, 6, 6, 7, 7],
  );
  for (const { label, runs, isCorrect } of scenarios) {
    const { median, min, max } = spreadOf(runs.map(successesPerSecond));
    const spread = `${figure(median)} (${rounded(min)}-${rounded(max)})`;
    table.push([label, spread, ...COUNTS.map(({ of }) => medianText(runs, of)), isCorrect ? 'yes' : 'NO']);
  }
  return table.toString();
}

function tableOf(name: string, metrics: readonly Metric[], scenarios: readonly ComparedScenario[]): string {
  const width = Math.floor((98 - LABEL_WIDTH - metrics.length) / metrics.length);
  const table = newTable(
    [name, ...metrics.map(({ head }) => head)],
    metrics.map(() => width),
  );
  for (const { label, runs } of scenarios)
    table.push([label, ...metrics.map(({ of }) => medianText(runs, of))]);
  return table.toString();
}

function newTable(head: readonly string[], widths: readonly number[]): Table.Table {
  const label = 100 - 2 - widths.length - widths.reduce((sum, width) => sum + width, 0);
  return new Table({
    head: [...head],
    colWidths: [label, ...widths],
    colAligns: ['left', ...widths.map(() => 'right' as const)],
    wordWrap: true,
    wrapOnWordBoundary: false,
    // No lines between the rows, of which there may be many.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
}

/** Lost updates, double sales and violations of the scenarios that had any. */
function lossesOf(scenarios: readonly ComparedScenario[]): readonly string[] {
  return scenarios
    .filter(({ isCorrect }) => !isCorrect)
    .flatMap(({ label, runs }) => {
      const most = (of: (run: RunSummary) => number): string => figure(Math.max(...runs.map(of)));
      const lost = `${most((run) => run.finalState.lostUpdates)} lost updates`;
      const sold = `${most((run) => run.finalState.doubleSales)} double sales`;
      const violated = `${most((run) => run.finalState.auditViolations)} violations`;
      return wrapped(`${label}: up to ${lost}, ${sold}, ${violated} in a run`, 100);
    });
}

function medianOf(runs: readonly RunSummary[], of: Metric['of']): number | null {
  const values = runs.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : spreadOf(values).median;
}

function medianText(runs: readonly RunSummary[], of: Metric['of']): string {
  const median = medianOf(runs, of);
  return median === null ? '-' : figure(median);
}

function rounded(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

const METRICS: readonly Metric[] = [
  { name: 'successesPerSecond', head: '', of: successesPerSecond },
  ...COUNTS,
  ...TIMES,
  ...COSTS,
];

/** Medians by metric; null where there is nothing to measure. */
function metricsOf(runs: readonly RunSummary[]): Readonly<Record<string, number | null>> {
  return Object.fromEntries(METRICS.map(({ name, of }) => [name, medianOf(runs, of)]));
}

/** The comparison for `--json`: settings, medians, losers by outcome and correctness of each scenario. */
export function compareToJson({ scenarios, aaControl, interrupted }: CompareResult): unknown {
  return {
    interrupted,
    ...storedAaControl(aaControl),
    // Programs that read the JSON know the scenarios as `cells`.
    cells: scenarios.map(({ label, scenario, seed, runs, isCorrect }) => ({
      label,
      settings: scenario,
      seed,
      repeats: runs.length,
      correct: isCorrect,
      median: metricsOf(runs),
      successesPerSecond: spreadOf(runs.map(successesPerSecond)),
      losersByOutcome: losersByOutcome(runs),
      runs,
    })),
  };
}

function losersByOutcome(runs: readonly RunSummary[]): Readonly<Record<string, number>> {
  const kinds = new Set(runs.flatMap((run) => Object.keys(run.losers)));
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, spreadOf(runs.map((run) => run.losers[kind] ?? 0)).median]),
  );
}

const SETTINGS: readonly (readonly [head: string, of: (scenario: Scenario) => string | number])[] = [
  ['operation', ({ operation }) => operation],
  ['strategy', ({ strategy }) => strategy],
  ['requests', ({ requests }) => requests],
  ['pool', ({ poolSize }) => poolSize],
  ['workMs', ({ workMs }) => workMs],
  ['rows', ({ rows }) => rows],
  ['wallets', ({ wallets }) => wallets],
  ['timeoutMs', ({ timeouts }) => timeouts.acquireMs],
  ['isolation', ({ isolation }) => isolation ?? ''],
  ['load', ({ load }) => (load.kind === 'closed' ? 'closed' : `open:${load.perSecond}`)],
];

/** A line per scenario, with its settings and the medians. */
export function compareToCsv({ scenarios }: CompareResult): string {
  const rate = ['successesPerSecondMin', 'successesPerSecondMax'];
  return csvOf(
    [
      ...SETTINGS.map(([head]) => head),
      'seed',
      'repeats',
      'correct',
      ...rate,
      ...METRICS.map(({ name }) => name),
    ],
    scenarios.map(({ scenario, seed, runs, isCorrect }) => {
      const { min, max } = spreadOf(runs.map(successesPerSecond));
      const settings = SETTINGS.map(([, of]) => of(scenario));
      return [...settings, seed, runs.length, isCorrect, min, max, ...Object.values(metricsOf(runs))];
    }),
  );
}
