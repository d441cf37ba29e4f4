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
import type { Grid } from '../../lab/compare/compare.ts';
import type { RateGoal } from '../../lab/find-rate/find-rate.ts';
import { formatRates, ratesToCsv, ratesToJson } from '../../lab/find-rate/format.ts';
import { asJson, holdsMeasurement } from '../../lab/measurement.ts';
import type { Plan } from '../../lab/plan.ts';
import { planClaims, planComparison, planRates, wantsRedis } from '../../lab/plan.ts';
import { MeasuringRefused } from '../../load/measured-schema.ts';
import type { SessionOptions } from '../../lab/session.ts';
import { measureClaims, measureComparison, measureRates } from '../../lab/session.ts';
import { checkAddress, inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import { formatPlan } from './dry-run.ts';
import { gridOf, rateGoalOf } from './grid.ts';
import { labProgress } from './progress.ts';
import { checkDirectory, checkWritable, timeName } from '../shared/files.ts';
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
  if (options.dryRun) return printPlan('claims', options, planClaims(experiments, scale), false);
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
  const goal = rateGoalOf(options, grid);
  const plan = goal === undefined ? planComparison(grid) : planRates(grid, goal);
  if (options.dryRun) return printPlan('compare', options, plan, wantsRedis(grid));
  if (goal !== undefined) return runFindRate(options, grid, goal);
  const result = await inSession('compare', grid.seeds[0] ?? 0, options, (session) =>
    measureComparison(session, grid),
  );
  say(formatCompare(result));
  writeFiles(options, compareToJson(result), () => compareToCsv(result));
  return result.interrupted ? EXIT_INTERRUPTED : 0;
}

async function runFindRate(options: CommandOptions<'compare'>, grid: Grid, goal: RateGoal): Promise<number> {
  const result = await inSession('compare', grid.seeds[0] ?? 0, options, (session) =>
    measureRates(session, grid, goal),
  );
  say(formatRates(result));
  writeFiles(options, ratesToJson(result), () => ratesToCsv(result));
  return result.interrupted ? EXIT_INTERRUPTED : 0;
}

/** Prints what a run with these options would do. Returns 0. Throws what a run refuses at its start. */
function printPlan(command: string, options: SharedOptions, plan: Plan, needsRedis: boolean): number {
  const directory = checkedDirectory(command, options);
  if (options.databaseUrl !== undefined) checkAddress(options.databaseUrl);
  say(formatPlan(plan, { ...options, directory, needsRedis }));
  return 0;
}

/** Where the measurement goes. Throws `ConfigError` for a file or directory that cannot be written. */
function checkedDirectory(command: string, { json, csv, out }: SharedOptions): string {
  if (json !== undefined) checkWritable('--json', json);
  if (csv !== undefined) checkWritable('--csv', csv);
  const directory = resolve(out ?? join('results', `lab-${command}-${timeName()}`));
  checkDirectory('--out', directory);
  if (holdsMeasurement(directory))
    throw new ConfigError(`--out cannot be written: EEXIST: ${directory} holds a measurement already`);
  return directory;
}

async function inSession<T>(
  command: string,
  seed: number,
  options: SharedOptions,
  measure: (options: SessionOptions) => Promise<T>,
): Promise<T> {
  const { databaseUrl, redisUrl } = options;
  const directory = checkedDirectory(command, options);
  if (databaseUrl !== undefined)
    for (const warning of await inspectDatabase(databaseUrl)) note(`WARNING: ${warning}`);
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
