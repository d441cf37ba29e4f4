/** A comparison as tables, CSV and JSON. */
import Table from 'cli-table3';
import type { ComparedScenario, CompareResult } from './compare.ts';
import { aaControlLine, wrapped } from '../claims/format.ts';
import { storedAaControl } from '../aa-control.ts';
import { csvOf } from '../../lib/csv.ts';
import type { Scenario } from '../measure/scenario.ts';
import type { RunSummary } from '../measure/run-summary.ts';
import { latencyOf, successesPerSecond } from '../measure/run-summary.ts';
import type { Point } from '../statistics.ts';
import { CONFIDENCE, medianOverRuns, overRuns } from '../statistics.ts';
import { figure, intervalText, percent, pointText } from '../text.ts';

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
  { name: 'timeouts', head: 'timeouts', of: (run) => run.timeouts },
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
];

const WAITS: readonly Metric[] = [
  { name: 'poolWaitMs', head: 'pool ms', of: (run) => run.poolWaitMs },
  { name: 'lockWaitMs', head: 'locks ms', of: lockWaitPerRequest },
  { name: 'errors', head: 'errors', of: (run) => run.errors },
  { name: 'deadlocks', head: 'deadlocks', of: (run) => run.deadlocks },
  { name: 'retries', head: 'retries', of: (run) => run.retries },
];

const COSTS: readonly Metric[] = [
  { name: 'statementsPerSuccess', head: 'statements', of: perSuccess((run) => run.statements) },
  { name: 'transactionsPerSuccess', head: 'transact.', of: perSuccess((run) => run.transactions) },
  { name: 'walBytesPerSuccess', head: 'WAL bytes', of: perSuccess((run) => run.cost.walBytes) },
  { name: 'serverCpuMsPerSuccess', head: 'server ms', of: perSuccess((run) => run.cost.serverCpuMs) },
  { name: 'clientCpuMsPerSuccess', head: 'client ms', of: perSuccess((run) => run.cost.clientCpuMs) },
];

const LABEL_WIDTH = 26;

const MEDIANS =
  'Medians over the runs with their intervals (none where all runs gave the same). An interval lies between two of the sorted runs; its confidence stands beside the number of runs.';

/** Four tables of at most 100 columns. No colours. */
export function formatCompare(result: CompareResult): string {
  return [
    ...(result.interrupted ? ['Stopped early: only what had been measured is shown.'] : []),
    ...(result.aaControl === undefined ? [] : wrapped(aaControlLine(result.aaControl), 100)),
    rateTable(result.scenarios),
    ...wrapped(MEDIANS, 100),
    'Correct: the audit and the balances or seats after every run.',
    tableOf('Milliseconds', TIMES, result.scenarios),
    tableOf('Waits, faults and retries', WAITS, result.scenarios),
    'pool, locks: mean wait per request for a connection, and (sampled) for locks.',
    tableOf('Cost per success', COSTS, result.scenarios),
    ...lossesOf(result.scenarios),
    '',
  ].join('\n');
}

function rateTable(scenarios: readonly ComparedScenario[]): string {
  const table = newTable(
    ['Successes', 'runs', 'successes/s', ...COUNTS.map(({ head }) => head), 'correct'],
    // The second holds `24,000 (20,000–28,000)`.
    [8, 22, 11, 11, 11, 7],
  );
  for (const { label, runs, isCorrect } of scenarios) {
    const confidence = confidenceOf(runs);
    const repeats =
      confidence === undefined ? String(runs.length) : `${runs.length} (${percent(confidence)})`;
    const rate = pointText(confident(medianOverRuns(runs, successesPerSecond)));
    const counts = COUNTS.map(({ of }) => cellOf(medianOverRuns(runs, of), confidence));
    table.push([label, repeats, rate, ...counts, isCorrect ? 'yes' : 'NO']);
  }
  return table.toString();
}

function tableOf(name: string, metrics: readonly Metric[], scenarios: readonly ComparedScenario[]): string {
  const width = Math.floor((98 - LABEL_WIDTH - metrics.length) / metrics.length);
  const table = newTable(
    [name, ...metrics.map(({ head }) => head)],
    metrics.map(() => width),
  );
  for (const { label, runs } of scenarios) {
    const cells = metrics.map(({ of }) => cellOf(medianOverRuns(runs, of), confidenceOf(runs)));
    table.push([label, ...cells]);
  }
  return table.toString();
}

/** Of at most 100 columns: the first takes what the others leave. No colours. */
export function newTable(head: readonly string[], widths: readonly number[]): Table.Table {
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

/** The median, and below it its interval, and the confidence where it is not the row's. */
export function cellOf(point: Point, rowConfidence: number | undefined): string {
  if (point.value === null) return '-';
  const ends = intervalText(confident(point));
  const own = point.interval?.confidence;
  const note = ends === '' || own === undefined || own === rowConfidence ? '' : `(${percent(own)})`;
  return [figure(point.value), ends, note].filter((line) => line !== '').join('\n');
}

/** Without a note on its confidence, which another column has. */
function confident(point: Point): Point {
  return point.interval === null
    ? point
    : { ...point, interval: { ...point.interval, confidence: CONFIDENCE } };
}

/** The confidence of the intervals of medians over all of these runs. */
function confidenceOf(runs: readonly RunSummary[]): number | undefined {
  return medianOverRuns(runs, successesPerSecond).interval?.confidence;
}

const METRICS: readonly Metric[] = [
  { name: 'successesPerSecond', head: '', of: successesPerSecond },
  ...COUNTS,
  ...TIMES,
  ...WAITS,
  ...COSTS,
];

/** By metric, from its median over the runs. */
function metricsOf<T>(runs: readonly RunSummary[], what: (point: Point) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(METRICS.map(({ name, of }) => [name, what(medianOverRuns(runs, of))]));
}

/**
 * The comparison for `--json`: settings, medians with their intervals, losers by outcome and correctness of each
 * scenario; null where there is nothing to measure.
 */
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
      median: metricsOf(runs, ({ value }) => value),
      medianInterval: metricsOf(runs, ({ interval }) => interval),
      successesPerSecond: overRuns(runs.map(successesPerSecond)),
      losersByOutcome: losersByOutcome(runs),
      runs,
    })),
  };
}

function losersByOutcome(runs: readonly RunSummary[]): Readonly<Record<string, Point>> {
  const kinds = new Set(runs.flatMap((run) => Object.keys(run.losers)));
  return Object.fromEntries(
    [...kinds].map((kind) => [kind, medianOverRuns(runs, (run) => run.losers[kind] ?? 0)]),
  );
}

/** The settings of a scenario as columns. */
export const SETTINGS: readonly (readonly [head: string, of: (scenario: Scenario) => string | number])[] = [
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

/** A line per scenario, with its settings, and the medians each with the ends and the confidence of its interval. */
export function compareToCsv({ scenarios }: CompareResult): string {
  const rate = ['successesPerSecondMin', 'successesPerSecondMax'];
  return csvOf(
    [
      ...SETTINGS.map(([head]) => head),
      'seed',
      'repeats',
      'correct',
      ...rate,
      ...METRICS.flatMap(({ name }) => [name, `${name}Low`, `${name}High`, `${name}Confidence`]),
    ],
    scenarios.map(({ scenario, seed, runs, isCorrect }) => {
      const { min, max } = overRuns(runs.map(successesPerSecond));
      const settings = SETTINGS.map(([, of]) => of(scenario));
      const medians = METRICS.flatMap(({ of }) => {
        const { value, interval } = medianOverRuns(runs, of);
        return [value, interval?.low ?? null, interval?.high ?? null, interval?.confidence ?? null];
      });
      return [...settings, seed, runs.length, isCorrect, min, max, ...medians];
    }),
  );
}
