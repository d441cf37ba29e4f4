/** The claims' verdicts as a table, CSV and JSON. */
import Table from 'cli-table3';
import type { ClaimsResult, TestedClaim } from './claims.ts';
import { EXPERIMENTS } from './all.ts';
import type { Unit, Verdict } from './experiment.ts';
import { csvOf } from '../../lib/csv.ts';
import { DIFFERENCE_MAX, storedAaControl } from '../aa-control.ts';
import type { AaControl } from '../aa-control.ts';
import type { Spread } from '../../load/spread.ts';
import type { Text } from '../text.ts';
import { figure, percent } from '../text.ts';

export const VERDICT_NAMES: Readonly<Record<Verdict, Text>> = {
  holds: { en: 'holds', ko: '성립' },
  'holds-only-when': { en: 'holds only when …', ko: '조건부 성립' },
  'does-not-hold': { en: 'does not hold', ko: '불성립' },
};

/** 100 columns with borders and padding. */
const COLUMN_WIDTHS = [5, 36, 12, 20, 14, 6];

/** A table of at most 100 columns without colours, followed by the reasons. */
export function formatClaims(result: ClaimsResult): string {
  const table = new Table({
    head: ['', 'Claim', 'Predicted', 'Measured', 'Verdict', 'Ctl'],
    colWidths: COLUMN_WIDTHS,
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const claim of result.claims) {
    table.push([
      claim.id,
      claimOf(claim.id).en,
      predictedOf(claim),
      measuredOf(claim.measured, claim.unit),
      VERDICT_NAMES[claim.verdict].en,
      claim.controlShowsFault ? 'yes' : 'NO',
    ]);
  }
  return [
    ...warningsOf(result),
    table.toString(),
    'Measured: mean (least to most) over the repeats. Ctl: the same without a guard shows its fault.',
    '',
    ...result.claims.flatMap((claim) => wrapped(`${claim.id}: ${claim.reason.en}`, 100)),
    '',
  ].join('\n');
}

/** Warnings that come before the verdicts. */
export function warningsOf({ claims, aaControl, interrupted }: ClaimsResult): readonly string[] {
  const wrong = claims.filter((claim) => !claim.guardedRunsAreCorrect).map(({ id }) => id);
  return [
    ...(interrupted ? ['Stopped early: only what had been measured is shown.'] : []),
    ...(wrong.length > 0 ? [`A GUARDED RUN LEFT THE DATABASE WRONG in ${wrong.join(', ')}.`] : []),
    ...(aaControl === undefined ? [] : wrapped(aaControlLine(aaControl), 100)),
  ];
}

export function aaControlLine({ first, second, difference }: AaControl): string {
  const line = `A/A control: the same strategy measured twice differs by ${percent(difference)} (${figure(first)} and ${figure(second)} successes/s).`;
  return difference > DIFFERENCE_MAX
    ? `WARNING: ${line} Above ${percent(DIFFERENCE_MAX)}, small differences below are noise.`
    : line;
}

export function claimOf(id: string): Text {
  return EXPERIMENTS.find((experiment) => experiment.id === id)?.claim ?? { en: id, ko: id };
}

const UNIT_MARKS: Readonly<Record<Unit, string>> = {
  count: '',
  ms: ' ms',
  ratio: '×',
  share: '',
  bytes: ' B',
  'per second': '/s',
  lines: '',
};

export function valueOf(value: number, unit: Unit): string {
  return unit === 'share' ? percent(value) : `${figure(value)}${UNIT_MARKS[unit]}`;
}

/** Formatted like the measured value. */
export function predictedOf({ predicted, unit }: Pick<TestedClaim, 'predicted' | 'unit'>): string {
  return typeof predicted === 'number' ? valueOf(predicted, unit) : predicted;
}

/** `5.1 (5 to 6)`, or one number where there is no spread. */
export function measuredOf({ mean, min, max }: Spread, unit: Unit): string {
  const value = valueOf(mean, unit);
  return min === max ? value : `${value} (${valueOf(min, unit)} to ${valueOf(max, unit)})`;
}

/** The claims for `--json`. */
export function claimsToJson(result: ClaimsResult): unknown {
  return {
    scale: result.scale,
    interrupted: result.interrupted,
    ...storedAaControl(result.aaControl),
    claims: result.claims.map(claimToJson),
  };
}

/** Without the runs: JSON leaves out what is undefined. */
function claimToJson(claim: TestedClaim): unknown {
  return { ...claim, claim: claimOf(claim.id), runs: undefined };
}

/** A line per finding, the claim's headline first. */
export function claimsToCsv({ claims }: ClaimsResult): string {
  const spread = ['mean', 'min', 'max', 'median', 'count'] as const;
  return csvOf(
    ['id', 'verdict', 'what', 'predicted', ...spread, 'unit', 'controlShowsFault'],
    claims.flatMap(({ id, verdict, predicted, measured, unit, controlShowsFault, findings }) =>
      [{ what: claimOf(id), predicted: String(predicted), measured, unit }, ...findings].map((finding) => [
        id,
        verdict,
        finding.what.en,
        finding.predicted ?? '',
        ...spread.map((name) => finding.measured[name]),
        finding.unit,
        controlShowsFault,
      ]),
    ),
  );
}

/** Breaks a sentence between words; what follows the first line is indented. */
export function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = `    ${word}`;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}
