/**
 * The long run: `npm run soak [-- --faults N] [--minutes N] [--seed N] [--out DIRECTORY]`. A storm of 10,000 faults, then ten minutes of
 * load without any, while memory, file descriptors and connections of the service are sampled. It ends with 1 when something
 * was lost, doubled or late, when the service ended, or when it holds more at the end than after the first minutes.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Database } from '../../src/db/database.ts';
import { databaseOptions, openDatabase } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { memoryKibOf } from '../../src/load/process-times.ts';
import { provenance } from '../../src/load/provenance.ts';
import { startTemporaryServer } from '../support/database-server.ts';
import { PAIRS } from '../support/storm/plan.ts';
import { BOUNDS } from '../support/storm/service.ts';
import { LATEST_MS, runStorm } from '../support/storm/storm.ts';
import type { StormReport } from '../support/storm/storm.ts';

const SAMPLE_MS = 5_000;
/** What a service may hold at the end, as a multiple of what it held after the first minutes of the load. */
const GROWTH_MAX = 1.25;
const STARTED = new Date();
const MADE_BY = provenance();

interface Sample {
  readonly atSeconds: number;
  readonly phase: 'storm' | 'load';
  readonly memoryKib: number;
  readonly fileDescriptors: number;
  readonly connections: number;
}

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(STARTED.getTime() % 2 ** 31) },
    out: {
      type: 'string',
      default: `results/soak-${STARTED.toISOString().replaceAll(/\D/g, '').slice(0, 14)}`,
    },
  },
});
const faults = Number(values.faults);
const minutes = Number(values.minutes);
const seed = Number(values.seed);

/** Samples the service until the signal; its process is the one that the storm has started. */
async function sample(
  database: Database,
  pid: number,
  phase: Sample['phase'],
  samples: Sample[],
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { rows } = await database.pool.query<{ count: number }>(
      `select count(*)::integer as count from pg_stat_activity where application_name = 'rowlock' and pid <> pg_backend_pid()`,
    );
    samples.push({
      atSeconds: Math.round(performance.now() / 1_000),
      phase,
      memoryKib: memoryKibOf(pid) ?? 0,
      fileDescriptors: readdirSync(`/proc/${pid}/fd`).length,
      connections: rows[0]!.count,
    });
    await delay(SAMPLE_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The median of a measure in a part of the samples. */
function median(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.map(of).sort((one, other) => one - other)[Math.floor(samples.length / 2)] ?? 0;
}

/** What the service held in the second fifth of the load, and in the last. */
function heldBy(samples: readonly Sample[]) {
  const load = samples.filter(({ phase }) => phase === 'load');
  const fifth = Math.floor(load.length / 5);
  const [early, late] = [load.slice(fifth, 2 * fifth), load.slice(load.length - fifth)];
  const measure = (of: (sample: Sample) => number) => ({ early: median(early, of), late: median(late, of) });
  return {
    memoryKib: measure((each) => each.memoryKib),
    fileDescriptors: measure((each) => each.fileDescriptors),
    connections: measure((each) => each.connections),
  };
}

function faultsIn(storm: StormReport, held: ReturnType<typeof heldBy>): string[] {
  const met = [...storm.violations, ...storm.errors];
  if (storm.exit !== undefined) met.push(`the service ended: ${storm.exit.stderr.slice(-500)}`);
  if (storm.isStopped) met.push('the service gave no answer for seconds');
  if (storm.unanswered > 0) met.push(`${storm.unanswered} requests got no answer`);
  if (storm.slowestMs >= LATEST_MS) met.push(`an answer took ${storm.slowestMs} ms`);
  const missing = PAIRS.filter(({ kind, fault }) => !storm.faults.met.has(`${kind} × ${fault}`));
  if (missing.length > 0 && faults >= 500) met.push(`${missing.length} pairs were left out`);
  for (const [name, { early, late }] of Object.entries(held)) {
    if (late > early * GROWTH_MAX + 2) met.push(`${name} grew from ${early} to ${late}`);
  }
  return met;
}

process.stdout.write(`seed ${seed}\n`);
const server = await startTemporaryServer();
await migrate(server.url);
const database = openDatabase(databaseOptions(server.url, { applicationName: 'soak', poolSize: 4 }));
const samples: Sample[] = [];
let stormSeconds = 0;
try {
  const startedAt = performance.now();
  const storm = await runStorm({
    database,
    databaseUrl: server.url,
    seed,
    faults,
    during: (service, signal) => sample(database, service.process.pid, 'storm', samples, signal),
    afterwards: async (service) => {
      stormSeconds = Math.round((performance.now() - startedAt) / 1_000);
      process.stdout.write(`${faults} faults in ${stormSeconds} s; ${minutes} minutes of load follow\n`);
      const signal = AbortSignal.timeout(minutes * 60_000);
      await sample(database, service.process.pid, 'load', samples, signal);
    },
  });
  const held = heldBy(samples);
  const found = faultsIn(storm, held);
  const summary = {
    verdict: found.length === 0 ? 'clean' : found,
    seed,
    faults,
    stormSeconds,
    loadMinutes: minutes,
    pairs: PAIRS.length,
    buyers: storm.buyers,
    answers: storm.outcomes,
    unanswered: storm.unanswered,
    exits: storm.exit === undefined ? 0 : 1,
    errors: storm.errors.length,
    violations: storm.violations.length,
    slowestMs: storm.slowestMs,
    latestMs: LATEST_MS,
    held,
    bounds: BOUNDS,
  };
  mkdirSync(values.out, { recursive: true });
  const write = (name: string, text: string): void => writeFileSync(join(values.out, name), text);
  write('summary.json', `${JSON.stringify(summary, undefined, 2)}\n`);
  write('manifest.json', `${JSON.stringify({ command: 'soak', ...MADE_BY }, undefined, 2)}\n`);
  write('samples.jsonl', samples.map((each) => `${JSON.stringify(each)}\n`).join(''));
  write('met.json', `${JSON.stringify(Object.fromEntries(storm.faults.met), undefined, 2)}\n`);
  process.stdout.write(`${JSON.stringify(summary, undefined, 2)}\nwritten to ${values.out}\n`);
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  await database.close();
  await server.stop();
}
