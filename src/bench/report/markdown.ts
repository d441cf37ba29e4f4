/** The report as Markdown, with the chart beside it. */
import type { BenchReport } from '../bench.ts';
import { auditText } from './audit-counts.ts';
import {
  formatInterruption,
  formatNotes,
  formatServer,
  resultText,
  ratioText,
  timeCells,
  valueText,
} from './table.ts';
import { formatNoise, formatTrust } from './trust.ts';

/** The chart's file, in the same directory. */
export const CHART_FILE = 'chart.svg';

export function markdownOf({ verdicts, manifest, samples, trust, interruptedIn }: BenchReport): string {
  const warnings = [...formatInterruption(interruptedIn), ...formatNoise(trust)];
  return [
    '# Benchmark',
    ...(warnings.length === 0 ? [] : [warnings.map((line) => `> ${line.trim()}`).join('\n>\n')]),
    `${manifest.startedAt}, Rowlock ${manifest.rowlock.version}${manifest.rowlock.commit === null ? '' : ` (${manifest.rowlock.commit.slice(0, 10)})`}, ${manifest.machine.cores} × ${manifest.machine.cpu}, Node ${manifest.machine.node}`,
    `![The floors and the ratios with their intervals](${CHART_FILE})`,
    tableOf(
      ['workload', 'ours', 'baseline', 'ratio (95 %)', 'floor', 'aim', 'result'],
      verdicts.map((verdict) => {
        const sign = verdict.bound === 'at least' ? '≥' : '≤';
        return [
          verdict.name,
          valueText(verdict.oursSpread, verdict.unit),
          valueText(verdict.baselineSpread, verdict.unit),
          ratioText(verdict),
          `${sign} ${verdict.floor}`,
          `${sign} ${verdict.aim}`,
          resultText(verdict),
        ];
      }),
    ),
    '## Processor time, µs per operation',
    tableOf(
      [
        'workload',
        ...['ours', 'baseline'].flatMap((side) =>
          ['client', 'service', 'server'].map((of) => `${side}: ${of}`),
        ),
        'ratio',
      ],
      verdicts.flatMap(({ name, processorTime }) =>
        processorTime === null
          ? []
          : [
              [
                name,
                ...timeCells(processorTime.ours),
                ...timeCells(processorTime.baseline),
                processorTime.ratioSpread?.median.toFixed(2) ?? '-',
              ],
            ],
      ),
    ),
    '## Method',
    fenced([formatServer(manifest.server, manifest.baselineClient), formatTrust(trust), auditText(samples)]),
    fenced([formatNotes(verdicts)]),
    '',
  ].join('\n\n');
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map((_, i) => (i === 0 ? '---' : '--:')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function fenced(texts: readonly string[]): string {
  return ['```text', ...texts, '```'].join('\n');
}
