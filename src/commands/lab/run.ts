import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';
import { claimsToCsv, claimsToJson, formatClaims } from '../../lab/claims/format.ts';
import { compareToCsv, compareToJson, formatCompare } from '../../lab/compare/format.ts';
import { EXPERIMENTS } from '../../lab/claims/all.ts';
import { experimentsNamed } from '../../lab/claims/claims.ts';
import type { Experiment } from '../../lab/claims/experiment.ts';
import { FULL, QUICK } from '../../lab/claims/experiment.ts';
import { asJson } from '../../lab/measurement.ts';
import { MeasuringRefused } from '../../load/measured-schema.ts';
import type { SessionOptions } from '../../lab/session.ts';
import { measureClaims, measureComparison } from '../../lab/session.ts';
import { inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import { gridOf } from './grid.ts';
import { labProgress } from './progress.ts';
import { checkWritable, timeName } from '../shared/files.ts';
import { stopOnSignals } from '../shared/signals.ts';
import { note, say } from '../shared/terminal.ts';

type SharedOptions = Pick<CommandOptions<'claims'>, 'databaseUrl' | 'redisUrl' | 'json' | 'csv' | 'out'>;

const EXIT_WRONG = 1;
/** As a shell reports an end by SIGINT. */
const EXIT_INTERRUPTED = 130;

/** `rowlock lab claims`. Returns 0, 1 if a guarded run left the database wrong, or 130 if it was stopped. */
export async function runLabClaims(options: CommandOptions<'claims'>): Promise<number> {
  const experiments = experimentsOf(options.only);
  const scale = options.quick ? QUICK : FULL;
  const result = await inSession('claims', options.seed, options, (session) =>
    measureClaims(session, experiments, scale),
  );
  say(formatClaims(result));
  writeFiles(options, claimsToJson(result), () => claimsToCsv(result));
  if (result.interrupted) return EXIT_INTERRUPTED;
  return result.claims.every((claim) => claim.guardedRunsAreCorrect) ? 0 : EXIT_WRONG;
}

/**
 * `rowlock lab compare`. Returns 0, or 130 if it was stopped. A wrong strategy is a result, not a failure.
 */
export async function runLabCompare(options: CommandOptions<'compare'>): Promise<number> {
  const grid = gridOf(options);
  const result = await inSession('compare', grid.seeds[0] ?? 0, options, (session) =>
    measureComparison(session, grid),
  );
  say(formatCompare(result));
  writeFiles(options, compareToJson(result), () => compareToCsv(result));
  return result.interrupted ? EXIT_INTERRUPTED : 0;
}

async function inSession<T>(
  command: string,
  seed: number,
  options: SharedOptions,
  measure: (options: SessionOptions) => Promise<T>,
): Promise<T> {
  const { databaseUrl, redisUrl, json, csv, out } = options;
  if (json !== undefined) checkWritable('--json', json);
  if (csv !== undefined) checkWritable('--csv', csv);
  if (databaseUrl !== undefined)
    for (const warning of await inspectDatabase(databaseUrl)) note(`WARNING: ${warning}`);
  const directory = resolve(out ?? join('results', `lab-${command}-${timeName()}`));
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

function writeFiles(options: SharedOptions, json: unknown, csv: () => string): void {
  if (options.json !== undefined) writeFileSync(options.json, asJson(json));
  if (options.csv !== undefined) writeFileSync(options.csv, csv());
}

/** The experiments of these claims, or all. Throws `ConfigError`. */
function experimentsOf(only: readonly string[]): readonly Experiment[] {
  if (only.length === 0) return EXPERIMENTS;
  const found = experimentsNamed(only);
  if (found !== undefined) return found;
  throw new ConfigError(
    `--only must be a list of ${EXPERIMENTS.map(({ id }) => id).join(', ')}, not ${JSON.stringify(only.join(','))}`,
  );
}
