/** The table as CSV: a line per line of the table, with the processor times of both sides. */
import type { CsvCell } from '../../lib/csv.ts';
import { csvOf } from '../../lib/csv.ts';
import type { ProcessorTime } from './processor-time.ts';
import type { Verdict } from './verdict.ts';
import { toFourDigits } from './verdict.ts';

type Column = readonly [head: string, of: (verdict: Verdict) => CsvCell | undefined];

const COLUMNS: readonly Column[] = [
  ['workload', ({ name }) => name],
  ['ours', ({ oursSpread }) => oursSpread?.median],
  ['baseline', ({ baselineSpread }) => baselineSpread?.median],
  ['unit', ({ unit }) => unit.trim()],
  ['ratio', ({ ratioSpread }) => ratioSpread?.median],
  ['ratioLow', ({ ratioInterval }) => ratioInterval?.[0]],
  ['ratioHigh', ({ ratioInterval }) => ratioInterval?.[1]],
  ['ratioMin', ({ ratioSpread }) => ratioSpread?.min],
  ['ratioMax', ({ ratioSpread }) => ratioSpread?.max],
  ['pairs', ({ ratioSpread }) => ratioSpread?.count ?? 0],
  ['outliers', ({ outliers }) => outliers?.length],
  ['bound', ({ bound }) => bound],
  ['floor', ({ floor }) => floor],
  ['aim', ({ aim }) => aim],
  ['result', ({ result }) => result],
  ['reason', ({ reason }) => reason],
  ...timesOf('ours'),
  ...timesOf('baseline'),
  ['processorTimeRatio', ({ processorTime }) => processorTime?.ratioSpread?.median],
  ['processorTimeRatioLow', ({ processorTime }) => processorTime?.ratioInterval?.[0]],
  ['processorTimeRatioHigh', ({ processorTime }) => processorTime?.ratioInterval?.[1]],
];

export function csvTable(verdicts: readonly Verdict[]): string {
  return csvOf(
    COLUMNS.map(([head]) => head),
    verdicts.map((verdict) => COLUMNS.map(([, of]) => cellOf(of(verdict)))),
  );
}

function timesOf(side: 'ours' | 'baseline'): readonly Column[] {
  return (['client', 'service', 'server'] as const satisfies readonly (keyof ProcessorTime)[]).map(
    (where) => [
      `${side}${where[0]!.toUpperCase()}${where.slice(1)}Micros`,
      ({ processorTime }) => processorTime?.[side]?.[where],
    ],
  );
}

function cellOf(value: CsvCell | undefined): CsvCell {
  return typeof value === 'number' ? toFourDigits(value) : (value ?? null);
}
