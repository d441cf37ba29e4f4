/** Formats the benchmark's table, at most 100 columns wide. */
import Table from 'cli-table3';
import type { Spread } from '../../load/spread.ts';
import type { ProcessorTime } from './processor-time.ts';
import type { Target } from '../target.ts';
import type { Verdict } from './verdict.ts';

const STYLE = { head: [], border: [] };
const COLUMN_WIDTHS = [26, 17, 17, 18, 9, 6];
const TIME_WIDTHS = [25, 10, 11, 9, 9, 11, 9, 7];

export function formatTable(verdicts: readonly Verdict[]): string {
  const table = new Table({
    head: ['workload', 'ours', 'baseline', 'ratio (spread)', 'floor', 'met'],
    colWidths: COLUMN_WIDTHS,
    colAligns: ['left', 'right', 'right', 'right', 'right', 'left'],
    wordWrap: true,
    style: STYLE,
  });
  for (const verdict of verdicts) {
    table.push([
      verdict.name,
      valueText(verdict.oursSpread, verdict.unit),
      valueText(verdict.baselineSpread, verdict.unit),
      ratioText(verdict.ratioSpread),
      `${verdict.bound === 'at least' ? '≥' : '≤'} ${verdict.floor}`,
      verdict.met ? (verdict.aimMet ? 'aim' : 'yes') : 'NO',
    ]);
  }
  return table.toString();
}

/** Processor time per operation, of each side where it is a process of its own. */
export function formatProcessorTimes(verdicts: readonly Verdict[]): string {
  const table = new Table({
    head: ['µs per operation', 'client', 'service', 'server', 'client', 'service', 'server', 'ratio'],
    colWidths: TIME_WIDTHS,
    colAligns: ['left', ...TIME_WIDTHS.slice(1).map(() => 'right' as const)],
    style: STYLE,
  });
  for (const { name, processorTime } of verdicts) {
    if (processorTime === null) continue;
    const { ours, baseline, ratioSpread } = processorTime;
    table.push([name, ...timeCells(ours), ...timeCells(baseline), ratioSpread?.median.toFixed(2) ?? '-']);
  }
  return [
    'Processor time per operation: ours left, the baseline right; ratio: ours / baseline, all sides.',
    'in client: the engine runs in the client. none: the client talks to PostgreSQL itself.',
    table.toString(),
  ].join('\n');
}

function timeCells(time: ProcessorTime | null): readonly string[] {
  if (time === null) return ['-', '-', '-'];
  return [time.client, time.service, time.server].map((micros) => {
    if (typeof micros === 'string') return micros;
    return micros === null ? 'unknown' : numberText(micros);
  });
}

export function formatNotes(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ name, ours, baseline, aim, bound, floor, ratioInterval, notes }) => {
      const compared = `${name}: ${ours} against ${baseline}; aim ${bound} ${aim}.`;
      return [compared, ...intervalNotes(ratioInterval, floor), ...notes.map((note) => `  ${note}`)].join(
        '\n',
      );
    })
    .join('\n');
}

function intervalNotes(interval: Verdict['ratioInterval'], floor: number): readonly string[] {
  if (interval === null) return [];
  const [low, high] = interval;
  const isUncertain = low < floor && floor < high;
  const text = `  95 % interval of the mean ratio: ${low.toFixed(2)} to ${high.toFixed(2)}`;
  return [isUncertain ? `${text}; the floor lies within it` : text];
}

export function formatServer(
  target: Pick<Target, 'version' | 'isEmbedded' | 'settings'>,
  client: string,
): string {
  const settings = Object.entries(target.settings).map(([name, value]) => `${name} ${value}`);
  return `PostgreSQL ${target.version}${target.isEmbedded ? ', embedded' : ''}; baselines by ${client}\n  ${settings.join(', ')}`;
}

/** The load average before the run, and a warning when another program took much of the machine. */
export function formatLoad(loadBefore: number, cores: number): string {
  const text = `Load average before the run: ${loadBefore.toFixed(2)} on ${cores} cores`;
  return loadBefore > cores / 2
    ? `${text}. WARNING: the machine was busy; the figures are not reliable.`
    : text;
}

function valueText(spread: Spread | null, unit: string): string {
  return spread === null ? 'not counted' : `${numberText(spread.median)}${unit}`;
}

function ratioText(spread: Spread | null): string {
  if (spread === null) return '-';
  const { median, min, max, count } = spread;
  return count === 1 ? median.toFixed(2) : `${median.toFixed(2)} (${min.toFixed(2)}-${max.toFixed(2)})`;
}

function numberText(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
