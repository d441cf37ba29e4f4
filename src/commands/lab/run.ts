import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, readOptions } from '../options/config.ts';
import { claimsToCsv, claimsToJson, formatClaims } from '../../lab/claims/format.ts';
import { compareToCsv, compareToJson, formatCompare } from '../../lab/compare/format.ts';
import { FULL, QUICK } from '../../lab/claims/experiment.ts';
import { asJson } from '../../lab/measurement.ts';
import { MeasuringRefused } from '../../load/measured-schema.ts';
import type { SessionOptions } from '../../lab/session.ts';
import { measureClaims, measureComparison } from '../../lab/session.ts';
import { inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import type { LabFlags } from '../options/lab-flags.ts';
import { experimentsOf, flagOf, gridOf, seedOf } from '../options/lab-flags.ts';
import { labProgress } from './progress.ts';
import { checkWritable, timeName } from '../shared/result-files.ts';
import { stopOnSignals } from '../shared/stop-signals.ts';
import { note, say } from '../shared/terminal.ts';

const EXIT_WRONG = 1;
/** What a shell makes of SIGINT. */
const EXIT_INTERRUPTED = 130;

/** `rowlock lab claims`: 0, 1 when a guarded run left the database wrong, 130 when it was stopped. */
export async function runLabClaims(flags: LabFlags): Promise<number> {
  const experiments = experimentsOf(flags);
  const scale = flags['quick'] === true ? QUICK : FULL;
  const result = await inSession('claims', seedOf(flags), flags, (options) =>
    measureClaims(options, experiments, scale),
  );
  say(formatClaims(result));
  writeFiles(flags, claimsToJson(result), () => claimsToCsv(result));
  if (result.interrupted) return EXIT_INTERRUPTED;
  return result.claims.every((claim) => claim.guardedRunsAreCorrect) ? 0 : EXIT_WRONG;
}

/** `rowlock lab compare`: 0, or 130 when it was stopped. That a strategy is wrong is a result and no failure. */
export async function runLabCompare(flags: LabFlags): Promise<number> {
  const grid = gridOf(flags);
  const result = await inSession('compare', grid.seeds[0] ?? 0, flags, (options) =>
    measureComparison(options, grid),
  );
  say(formatCompare(result));
  writeFiles(flags, compareToJson(result), () => compareToCsv(result));
  return result.interrupted ? EXIT_INTERRUPTED : 0;
}

async function inSession<T>(
  command: string,
  seed: number,
  flags: LabFlags,
  measure: (options: SessionOptions) => Promise<T>,
): Promise<T> {
  for (const name of ['json', 'csv']) {
    const file = textOf(flags, name);
    if (file !== undefined) checkWritable(flagOf(name), file);
  }
  const databaseUrl = textOf(flags, 'databaseUrl');
  // From the flag only: an inherited environment should not decide what is measured.
  const { redisUrl } = readOptions(['redisUrl'], flags, {});
  if (databaseUrl !== undefined)
    for (const warning of await inspectDatabase(databaseUrl)) note(`WARNING: ${warning}`);
  const directory = resolve(textOf(flags, 'out') ?? join('results', `lab-${command}-${timeName()}`));
  const progress = labProgress();
  try {
    const result = await measure({
      databaseUrl,
      redisUrl,
      directory,
      seed,
      signal: stopOnSignals(),
      progress,
    });
    progress.stop();
    note(`the measurement is in ${directory}; open report.html`);
    return result;
  } catch (error) {
    progress.stop();
    throw error instanceof MeasuringRefused ? new CommandFailed(error.message, { cause: error }) : error;
  }
}

function writeFiles(flags: LabFlags, json: unknown, csv: () => string): void {
  const [jsonFile, csvFile] = [textOf(flags, 'json'), textOf(flags, 'csv')];
  if (jsonFile !== undefined) writeFileSync(jsonFile, asJson(json));
  if (csvFile !== undefined) writeFileSync(csvFile, csv());
}

function textOf(flags: LabFlags, name: string): string | undefined {
  const value = flags[name];
  if (value === '') throw new ConfigError(`${flagOf(name)} must not be empty`);
  return typeof value === 'string' ? value : undefined;
}
