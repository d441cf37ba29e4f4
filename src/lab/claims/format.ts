/** The claims' verdicts as a table, CSV and JSON. */
import Table from 'cli-table3';
import type { ClaimsResult, TestedClaim } from './claims.ts';
import { EXPERIMENTS } from './all.ts';
import type { Unit, Verdict } from './experiment.ts';
import { csvOf } from '../../lib/csv.ts';
import { DIFFERENCE_MAX, storedAaControl } from '../aa-control.ts';
import type { AaControl } from '../aa-control.ts';
import type { Measured } from '../statistics.ts';
import { meanPoint } from '../statistics.ts';
import type { Text } from '../text.ts';
import { figure, intervalText, percent, pointText } from '../text.ts';

export const VERDICT_NAMES: Readonly<Record<Verdict, Text>> = {
  holds: { en: 'holds', ko: '성립' },
  'holds-only-when': { en: 'holds only when …', ko: '조건부 성립' },
  'does-not-hold': { en: 'does not hold', ko: '불성립' },
};

/** 100 columns with borders and padding. */
const COLUMN_WIDTHS = [5, 29, 12, 20, 6, 14, 6];

/** A table of at most 100 columns without colours, followed by the reasons. */
export function formatClaims(result: ClaimsResult): string {
  const table = new Table({
    head: ['', 'Claim', 'Predicted', 'Measured', 'Runs', 'Verdict', 'Ctl'],
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
      claim.measured.count,
      VERDICT_NAMES[claim.verdict].en,
      claim.controlShowsFault ? 'yes' : 'NO',
    ]);
  }
  return [
    ...warningsOf(result),
    table.toString(),
    "Measured: mean (95 % interval, Student's t over the runs). Ctl: without a guard the fault shows.",
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

export function aaControlLine(control: AaControl): string {
  const { difference } = control;
  const [first, second] = aaRates(control);
  const line = `A/A control: the same strategy measured twice differs by ${percent(difference)} (${first} and ${second} successes/s).`;
  return difference > DIFFERENCE_MAX
    ? `WARNING: ${line} Above ${percent(DIFFERENCE_MAX)}, small differences below are noise.`
    : line;
}

/** The median rates of both, each with its interval. */
export function aaRates({ first, second, firstInterval, secondInterval }: AaControl): readonly string[] {
  return [
    pointText({ value: first, interval: firstInterval ?? null }),
    pointText({ value: second, interval: secondInterval ?? null }),
  ];
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

/** The mean with its interval: `5.1 (4.6–5.6)`. */
export function measuredOf(measured: Measured, unit: Unit): string {
  return pointText(meanPoint(measured), (value) => valueOf(value, unit));
}

/** The interval of the mean alone. */
export function meanIntervalOf(measured: Measured, unit: Unit): string {
  return intervalText(meanPoint(measured), (value) => valueOf(value, unit));
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
  const ends = ['meanLow', 'meanHigh', 'medianLow', 'medianHigh', 'medianConfidence'];
  return csvOf(
    ['id', 'verdict', 'what', 'predicted', ...spread, 'unit', 'controlShowsFault', ...ends],
    claims.flatMap(({ id, verdict, predicted, measured, unit, controlShowsFault, findings }) =>
      [{ what: claimOf(id), predicted: String(predicted), measured, unit }, ...findings].map((finding) => [
        id,
        verdict,
        finding.what.en,
        finding.predicted ?? '',
        ...spread.map((name) => finding.measured[name]),
        finding.unit,
        controlShowsFault,
        finding.measured.meanInterval?.low ?? '',
        finding.measured.meanInterval?.high ?? '',
        finding.measured.medianInterval?.low ?? '',
        finding.measured.medianInterval?.high ?? '',
        finding.measured.medianInterval?.confidence ?? '',
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
