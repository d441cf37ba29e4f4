/**
 * Redraws the report and the plots of a stored `lab claims` run: `npm run lab-report -- DIRECTORY`. Verdicts
 * and reasons stay as the run stored them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { StoredAaControl } from '../src/lab/aa-control.ts';
import { aaControlIn } from '../src/lab/aa-control.ts';
import type { ClaimsResult, TestedClaim } from '../src/lab/claims/claims.ts';
import type { Manifest } from '../src/lab/manifest.ts';
import type { Attempt } from '../src/lab/measure/attempt.ts';
import type { Report } from '../src/lab/report/report.ts';
import { claimsReport } from '../src/lab/report/report.ts';
import type { EndedRun, Runs } from '../src/lab/schedule.ts';
import type { Measured } from '../src/lab/statistics.ts';
import type { Spread } from '../src/load/spread.ts';

interface StoredSummary extends Omit<ClaimsResult, 'claims' | 'aaControl'>, StoredAaControl {
  readonly claims: readonly Omit<TestedClaim, 'runs'>[];
  readonly runs: Readonly<Record<string, Runs>>;
}

type StoredAttempt = Attempt & Pick<EndedRun, 'experiment' | 'label' | 'repeat'>;

/** The report of the run in this directory. */
export function reportOf(directory: string): Report {
  const { runs, ...stored } = read(directory, 'summary.json') as StoredSummary;
  const claims = stored.claims.map((claim) => ({
    ...claim,
    measured: withIntervals(claim.measured),
    findings: claim.findings.map((finding) => ({ ...finding, measured: withIntervals(finding.measured) })),
    runs: runs[claim.id] ?? {},
  }));
  return claimsReport(
    { ...stored, claims, aaControl: aaControlIn(stored) },
    read(directory, 'manifest.json') as Manifest,
    attemptsIn(directory),
  );
}

/** Older runs stored no intervals. */
function withIntervals(measured: Spread & Partial<Measured>): Measured {
  return { meanInterval: null, medianInterval: null, ...measured };
}

function read(directory: string, name: string): unknown {
  return JSON.parse(readFileSync(join(directory, name), 'utf8')) as unknown;
}

function attemptsIn(directory: string): readonly EndedRun[] {
  const lines = gunzipSync(readFileSync(join(directory, 'attempts.jsonl.gz')))
    .toString('utf8')
    .trim()
    .split('\n');
  const runs = new Map<string, EndedRun & { readonly attempts: Attempt[] }>();
  for (const line of lines) {
    const { experiment, label, repeat, ...attempt } = JSON.parse(line) as StoredAttempt;
    const name = JSON.stringify([experiment, label, repeat]);
    const run = runs.get(name) ?? { experiment, label, repeat, attempts: [], estimateMs: 0 };
    runs.set(name, run);
    run.attempts.push(completed(attempt));
  }
  return [...runs.values()];
}

/** An attempt of an older run, which says `charged` and knows no tries, as runs store it now. */
function completed(attempt: Omit<Attempt, 'tries'> & Partial<Pick<Attempt, 'tries'>>): Attempt {
  const { connectedMs, workedMs, answeredMs, outcome } = attempt;
  return {
    ...attempt,
    outcome: outcome === 'charged' ? 'topped_up' : outcome,
    tries: attempt.tries ?? (connectedMs === null ? [] : [{ connectedMs, workedMs, endedMs: answeredMs }]),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , directory] = process.argv;
  if (directory === undefined) throw new Error('name the directory of a run');
  const { html, plots } = reportOf(directory);
  writeFileSync(join(directory, 'report.html'), html);
  mkdirSync(join(directory, 'plots'), { recursive: true });
  for (const [name, svg] of Object.entries(plots)) writeFileSync(join(directory, 'plots', name), svg);
}
