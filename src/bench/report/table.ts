/** The benchmark's table, at most 100 columns. */
import Table from 'cli-table3';
import type { Spread } from '../../load/spread.ts';
import type { Target } from '../target.ts';
import type { Verdict } from './verdict.ts';

const STYLE = { head: [], border: [] };
const COLUMN_WIDTHS = [26, 17, 17, 18, 9, 6];

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

/** What was compared, and what else is worth knowing, a paragraph a workload. */
export function formatNotes(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ name, ours, baseline, aim, bound, notes }) => {
      const compared = `${name}: ${ours} against ${baseline}; aim ${bound} ${aim}.`;
      return [compared, ...notes.map((note) => `  ${note}`)].join('\n');
    })
    .join('\n');
}

export function formatServer(
  target: Pick<Target, 'version' | 'isEmbedded' | 'settings'>,
  client: string,
): string {
  const settings = Object.entries(target.settings).map(([name, value]) => `${name} ${value}`);
  return `PostgreSQL ${target.version}${target.isEmbedded ? ', embedded' : ''}; baselines by ${client}\n  ${settings.join(', ')}`;
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
