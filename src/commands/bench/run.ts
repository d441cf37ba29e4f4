import { readdirSync, rmdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchReport } from '../../bench/bench.ts';
import { runBench } from '../../bench/bench.ts';
import type { Workload } from '../../bench/workloads/all.ts';
import { WORKLOADS, withControl } from '../../bench/workloads/all.ts';
import { exitCodeOf } from './exit-code.ts';
import { findPgbench } from '../../bench/rivals/pgbench.ts';
import { MeasuringRefused } from '../../load/measured-schema.ts';
import { textOf, writeCsv, writeJson, writeResults } from '../../bench/report/results.ts';
import { CANONICAL, QUICK } from '../../bench/workloads/sizes.ts';
import { loadNoise } from '../../bench/report/trust.ts';
import { formatServer } from '../../bench/report/table.ts';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';
import { inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import { checkWritable, makeDirectory, timeName } from '../shared/files.ts';
import { openBar } from '../shared/progress.ts';
import { stopOnSignals } from '../shared/signals.ts';
import { note, say } from '../shared/terminal.ts';

type BenchOptions = CommandOptions<'bench'>;

/** `rowlock bench`. Returns one of its exit codes. */
export async function runBenchCommand(flags: BenchOptions): Promise<number> {
  const workloads = chosenWorkloads(flags.only);
  if (flags.json !== undefined) checkWritable('--json', flags.json);
  if (flags.csv !== undefined) checkWritable('--csv', flags.csv);
  // Its warnings about durability are ignored: the benchmark itself refuses such a server.
  if (flags.databaseUrl !== undefined) await inspectDatabase(flags.databaseUrl);
  const directory = flags.out ?? join('results', `bench-${timeName()}`);
  const isNew = makeDirectory('--out', directory);
  try {
    const report = await measured(flags, withControl(workloads), stopOnSignals());
    publish(report, directory, flags);
    const { failure, interruptedIn } = report;
    if (failure !== undefined)
      throw new CommandFailed(`${interruptedIn} failed: ${failure.message}`, { cause: failure });
    return exitCodeOf(report);
  } catch (error) {
    if (isNew && readdirSync(directory).length === 0) rmdirSync(directory);
    throw error;
  }
}

/** Prints the result first, so that a full disk cannot lose it. */
export function publish(
  report: BenchReport,
  directory: string,
  { json, csv }: Pick<BenchOptions, 'json' | 'csv'>,
): void {
  say(textOf(report));
  writeResults(directory, report);
  if (json !== undefined) writeJson(json, report);
  if (csv !== undefined) writeCsv(csv, report);
  say(`Results: ${directory}`);
}

function chosenWorkloads(wanted: readonly string[]): readonly Workload[] {
  if (wanted.length === 0) return WORKLOADS;
  const names = WORKLOADS.map(({ name }) => name);
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new ConfigError(
      `--only must be a list of ${names.join(', ')}, not ${JSON.stringify(unknown.join(','))}`,
    );
  }
  return WORKLOADS.filter(({ name }) => wanted.includes(name));
}

async function measured(
  flags: BenchOptions,
  workloads: readonly Workload[],
  signal: AbortSignal,
): Promise<BenchReport> {
  const sizes = flags.quick ? QUICK : CANONICAL;
  const progress = showProgress(
    workloads.reduce((sum, workload) => sum + workload.samples(sizes), 0),
    note,
  );
  try {
    return await runBench({
      databaseUrl: flags.databaseUrl,
      workloads,
      sizes,
      pgbench: findPgbench(),
      servicePath: servicePath(),
      signal,
      given: {
        quick: flags.quick,
        only: flags.only.length === 0 ? null : flags.only.join(','),
        ownServer: flags.databaseUrl !== undefined,
      },
      onTarget: (target, client) => {
        note(formatServer(target, client));
        const load = { loadBefore: loadavg()[0] ?? 0, cores: availableParallelism() };
        for (const sentence of loadNoise(load)) note(`WARNING: ${sentence}`);
      },
      onWorkload: progress.begin,
      onSample: progress.advance,
    });
  } catch (error) {
    if (error instanceof MeasuringRefused) throw new CommandFailed(error.message, { cause: error });
    throw error;
  } finally {
    progress.stop();
  }
}

/** A bar on a terminal; elsewhere a line for each workload, by `note`. */
function showProgress(
  total: number,
  line: (text: string) => void,
): { readonly begin: (name: string) => void; readonly advance: () => void; readonly stop: () => void } {
  let [done, measure] = [0, ''];
  const bar = openBar(' {bar} {percentage} % {measure}, {duration_formatted}', total, { measure });
  return {
    begin: (name) => {
      measure = name;
      if (bar === undefined) line(name);
      bar?.update(done, { measure });
    },
    advance: () => bar?.update((done += 1), { measure }),
    stop: () => bar?.stop(),
  };
}

/** The path of `service`: TypeScript in development, JavaScript when built. */
function servicePath(): string {
  return fileURLToPath(import.meta.url).replace(/run(\.[jt]s)$/, 'service$1');
}
