/** What every workload uses, and how a sample is made: plant the fixture, run the load, audit. */
import type { Database } from '../db/database.ts';
import type { CpuUse } from '../load/process-times.ts';
import { startCpuMeter } from '../load/process-times.ts';
import type { AuditVerdict, LoadReport, Fixture, WatchReport } from './measure/worker-protocol.ts';
import type { Pgbench } from './rivals/pgbench.ts';
import type { Sizes } from './workloads/sizes.ts';
import type { FixtureSize } from './fixture.ts';
import { plantFixture } from './fixture.ts';
import type { Target } from './target.ts';
import type { Worker } from './measure/worker-process.ts';

/** The process that runs a load. Each contender has its own, warmed up by its earlier samples. */
export type WorkerName = 'ours' | 'rival' | 'baseline' | 'second' | 'http';

export interface Session {
  readonly target: Target;
  /** Connections that no load uses. */
  readonly control: Database;
  readonly pgbench: Pgbench | undefined;
  readonly sizes: Sizes;
  /** Where scripts are written. */
  readonly scratchDir: string;
  /** Module that serves HTTP in a process of its own: see `service-process.ts`. */
  readonly servicePath: string;
  readonly signal: AbortSignal;
  worker(name: WorkerName): Promise<Worker>;
  /** All samples so far, for the result directory. */
  readonly samples: Sample[];
  /** Called after each sample. */
  readonly onSample: () => void;
}

/** The mean rank of the sold seats, the best of the hall being 1, divided by that of as many of the best. */
export interface SoldRanks {
  readonly all: number;
  /** Of the tenth of the hall that was sold first. */
  readonly firstTenth: number;
}

/** Where the service's work is done; a rival's client that talks to the server itself has none. */
export type ServicePlace = 'own process' | 'in client' | 'none';

/** The result of a sample before its audit. */
export type LoadResult = Omit<LoadReport, 'winners' | 'losers' | 'held'> &
  Partial<Pick<LoadReport, 'winners' | 'losers'>> & {
    /** What the watchers saw, and how much of the service's memory each took. */
    readonly watched?: WatchReport & { readonly kibPerWatcher: number | null };
    /** How good the sold seats are. */
    readonly ranks?: SoldRanks;
  };

export interface Sample extends LoadResult {
  readonly measure: string;
  readonly contender: string;
  readonly repeat: number;
  readonly perSecond: number;
  readonly cpu: CpuUse;
  readonly service: ServicePlace;
  /** Null for a trial, which does not count. */
  readonly audit: AuditVerdict | null;
}

export interface SamplePlan {
  readonly measure: string;
  readonly contender: string;
  readonly repeat: number;
  readonly fixtureSize: FixtureSize;
  /** Processes whose CPU time is the load's. */
  readonly loadPids: readonly number[];
  readonly servicePids?: readonly number[];
  /** Whether the engine does the work; it does unless this says otherwise. */
  readonly hasEngine?: boolean;
  /** Goes before the run and is not measured. */
  readonly prepare?: (fixture: Fixture) => Promise<void>;
  readonly run: (fixture: Fixture) => Promise<LoadResult>;
  /** Adds to the result what is found out after the run; its processor time is not measured. */
  readonly conclude?: (result: LoadResult) => Promise<LoadResult>;
  /** Null for a trial. */
  readonly audit: ((result: LoadResult, fixture: Fixture) => Promise<AuditVerdict>) | null;
}

/** Makes one sample. One with violations is kept, but does not count: see `countable`. */
export async function runSample(session: Session, plan: SamplePlan): Promise<Sample> {
  session.signal.throwIfAborted();
  const { measure, contender, repeat } = plan;
  const fixture = await plantFixture(session.control.pool, plan.fixtureSize);
  await plan.prepare?.(fixture);
  const cpu = startCpuMeter({
    postmasterPid: session.target.postmasterPid,
    servicePids: plan.servicePids ?? [],
    loadPids: plan.loadPids,
  });
  const ran = await plan.run(fixture);
  const used = cpu.stop();
  const result = plan.conclude === undefined ? ran : await plan.conclude(ran);
  const sample: Sample = {
    measure,
    contender,
    repeat,
    perSecond: result.elapsedMs === 0 ? 0 : (result.successes * 1_000) / result.elapsedMs,
    ...result,
    cpu: used,
    service: placeOfService(plan),
    audit: plan.audit === null ? null : await plan.audit(result, fixture),
  };
  session.samples.push(sample);
  session.onSample();
  return sample;
}

function placeOfService({ servicePids, hasEngine = true }: SamplePlan): ServicePlace {
  if (servicePids !== undefined) return 'own process';
  return hasEngine ? 'in client' : 'none';
}

/** The value of a sample; null when it was not audited, or its audit found a violation. */
export function countable<Value>(sample: Sample, value: (sample: Sample) => Value | null): Value | null {
  return sample.audit?.clean === true ? value(sample) : null;
}

/** The contenders, rotated in each repeat. */
export function rotated<T>(contenders: readonly T[], repeat: number): readonly T[] {
  const from = repeat % contenders.length;
  return [...contenders.slice(from), ...contenders.slice(0, from)];
}
