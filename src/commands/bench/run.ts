import { readdirSync, rmdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchReport } from '../../bench/bench.ts';
import { runBench } from '../../bench/bench.ts';
import type { Measure } from '../../bench/workloads/all.ts';
import { MEASURES } from '../../bench/workloads/all.ts';
import { findPgbench } from '../../bench/rivals/pgbench.ts';
import { showProgress } from '../../bench/progress.ts';
import { MeasuringRefused } from '../../load/measured-schema.ts';
import { textOf, writeJson, writeResults } from '../../bench/report/results.ts';
import { CANONICAL, QUICK } from '../../bench/workloads/sizes.ts';
import { formatLoad, formatServer } from '../../bench/report/table.ts';
import { ConfigError } from '../options/config.ts';
import { inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import { checkWritable, makeDirectory, timeName } from '../shared/result-files.ts';
import { stopOnSignals } from '../shared/stop-signals.ts';
import { note, say } from '../shared/terminal.ts';

/** The command's flags as they were given. */
export interface BenchFlags {
  readonly quick?: boolean;
  readonly only?: string;
  readonly json?: string;
  readonly out?: string;
  readonly databaseUrl?: string;
}

/** Measures, prints and writes down: 0 when every floor is met and every audit is clean, otherwise 1. */
export async function runBenchCommand(flags: BenchFlags): Promise<number> {
  const measures = chosenMeasures(flags.only);
  if (flags.json !== undefined) checkWritable('--json', flags.json);
  // A server whose durability it warns of is refused by the benchmark itself.
  if (flags.databaseUrl !== undefined) await inspectDatabase(flags.databaseUrl);
  const directory = flags.out ?? join('results', `bench-${timeName()}`);
  const isNew = makeDirectory('--out', directory);
  try {
    const report = await measured(flags, measures, stopOnSignals());
    publish(report, directory, flags.json);
    return report.auditClean && report.verdicts.every(({ met }) => met) ? 0 : 1;
  } catch (error) {
    if (isNew && readdirSync(directory).length === 0) rmdirSync(directory);
    throw error;
  }
}

/** Prints first: what was measured must not be lost to a full disk. */
export function publish(report: BenchReport, directory: string, json: string | undefined): void {
  say(textOf(report));
  writeResults(directory, report);
  if (json !== undefined) writeJson(json, report);
  say(`Results: ${directory}`);
}

function chosenMeasures(only: string | undefined): readonly Measure[] {
  if (only === undefined) return MEASURES;
  const names = MEASURES.map(({ name }) => name);
  const wanted = only.split(',').map((name) => name.trim());
  if (wanted.some((name) => !names.includes(name))) {
    throw new ConfigError(`--only must be a list of ${names.join(', ')}, not ${JSON.stringify(only)}`);
  }
  return MEASURES.filter(({ name }) => wanted.includes(name));
}

async function measured(
  flags: BenchFlags,
  measures: readonly Measure[],
  signal: AbortSignal,
): Promise<BenchReport> {
  const sizes = flags.quick === true ? QUICK : CANONICAL;
  const progress = showProgress(
    measures.reduce((sum, measure) => sum + measure.samples(sizes), 0),
    note,
  );
  try {
    return await runBench({
      databaseUrl: flags.databaseUrl,
      measures,
      sizes,
      pgbench: findPgbench(),
      servicePath: servicePath(),
      signal,
      given: {
        quick: flags.quick === true,
        only: flags.only ?? null,
        ownServer: flags.databaseUrl !== undefined,
      },
      onTarget: (target, client) => {
        note(formatServer(target, client));
        note(formatLoad(loadavg()[0] ?? 0, availableParallelism()));
      },
      onMeasure: progress.begin,
      onSample: progress.advance,
    });
  } catch (error) {
    if (signal.aborted)
      throw new CommandFailed('the benchmark was interrupted; nothing is left of it', { cause: error });
    if (error instanceof MeasuringRefused) throw new CommandFailed(error.message, { cause: error });
    throw error;
  } finally {
    progress.stop();
  }
}

/** The module beside this one, TypeScript in development and JavaScript when built. */
function servicePath(): string {
  return fileURLToPath(import.meta.url).replace(/run(\.[jt]s)$/, 'service$1');
}
