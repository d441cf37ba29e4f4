/** Formats the benchmark's table, at most 100 columns wide. */
import Table from 'cli-table3';
import type { Spread } from '../../load/spread.ts';
import type { ProcessorTime } from './processor-time.ts';
import type { Target } from '../target.ts';
import type { Verdict } from './verdict.ts';

const STYLE = { head: [], border: [] };
const COLUMN_WIDTHS = [25, 14, 14, 21, 8, 11];
const TIME_WIDTHS = [25, 9, 11, 9, 9, 11, 9, 8];

export function formatTable(verdicts: readonly Verdict[]): string {
  const table = new Table({
    head: ['workload', 'ours', 'baseline', 'ratio (95 %)', 'floor', 'result'],
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
      ratioText(verdict),
      `${verdict.bound === 'at least' ? '≥' : '≤'} ${verdict.floor}`,
      resultText(verdict),
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

export function timeCells(time: ProcessorTime | null): readonly string[] {
  if (time === null) return ['-', '-', '-'];
  return [time.client, time.service, time.server].map((micros) => {
    if (typeof micros === 'string') return micros;
    return micros === null ? 'unknown' : numberText(micros);
  });
}

export function formatNotes(verdicts: readonly Verdict[]): string {
  return verdicts
    .map((verdict) => {
      const { name, ours, baseline, aim, bound, reason, notes } = verdict;
      const compared = `${name}: ${ours} against ${baseline}; aim ${bound} ${aim}.`;
      const unshown = reason === null ? [] : [`not shown: ${reason}`];
      return [compared, ...[...unshown, ...pairNotes(verdict), ...notes].map((note) => `  ${note}`)].join(
        '\n',
      );
    })
    .join('\n');
}

function pairNotes({ ratioSpread, outliers }: Verdict): readonly string[] {
  if (ratioSpread === null || ratioSpread.count < 2) return [];
  const { count, min, max } = ratioSpread;
  const far = (outliers ?? []).map((ratio) => ratio.toFixed(2)).join(', ');
  return [`${count} pairs, ${min.toFixed(2)} to ${max.toFixed(2)}${far === '' ? '' : `; outliers: ${far}`}`];
}

export function formatInterruption(workload: string | null): readonly string[] {
  if (workload === null) return [];
  return [
    `INTERRUPTED in ${workload}: it and the workloads after it are not judged; its samples are in samples.jsonl.`,
  ];
}

export function formatServer(
  target: Pick<Target, 'version' | 'isEmbedded' | 'settings'>,
  client: string,
): string {
  const settings = Object.entries(target.settings).map(([name, value]) => `${name} ${value}`);
  return `PostgreSQL ${target.version}${target.isEmbedded ? ', embedded' : ''}; baselines by ${client}\n  ${settings.join(', ')}`;
}

export function valueText(spread: Spread | null, unit: string): string {
  return spread === null ? 'not counted' : `${numberText(spread.median)}${unit}`;
}

export function ratioText({ ratioSpread, ratioInterval }: Verdict): string {
  if (ratioSpread === null) return '-';
  const median = ratioSpread.median.toFixed(2);
  if (ratioInterval === null) return median;
  const [low, high] = ratioInterval;
  return `${median} (${low.toFixed(2)}-${high.toFixed(2)})`;
}

export function resultText({ result, aimMet }: Verdict): string {
  if (result === 'missed') return 'MISSED';
  return aimMet ? 'aim' : result;
}

function numberText(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
