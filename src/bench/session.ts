/** What every measurement works with, and how a slice is made: set the stage, run, look at the processors, audit. */
import type { Database } from '../db/database.ts';
import type { CpuMeter, CpuUse } from '../load/process-times.ts';
import { startCpuMeter } from '../load/process-times.ts';
import type { AuditVerdict, LoadReport, Scene, WatchReport } from './measure/worker-protocol.ts';
import type { Pgbench } from './rivals/pgbench.ts';
import type { Sizes } from './workloads/sizes.ts';
import type { StageSize } from './fixture.ts';
import { setStage } from './fixture.ts';
import type { Target } from './target.ts';
import type { Worker } from './measure/worker-process.ts';

/** Which process a load runs in. Each contestant has its own, warm from its earlier slices as a service is. */
export type WorkerName = 'ours' | 'rival' | 'baseline' | 'second' | 'http';

export interface Session {
  readonly target: Target;
  /** A connection that no load uses. */
  readonly control: Database;
  readonly pgbench: Pgbench | undefined;
  readonly sizes: Sizes;
  /** Where scripts are written. */
  readonly scratchDir: string;
  /** Module that serves HTTP in a process of its own: see `service-process.ts`. */
  readonly servicePath: string;
  readonly signal: AbortSignal;
  worker(name: WorkerName): Promise<Worker>;
  /** Every slice that was made, for the result directory. */
  readonly slices: Slice[];
  /** Told of each slice that ends. */
  readonly onSlice: () => void;
}

/** What a slice came to, before it is audited. */
export type Ran = Omit<LoadReport, 'winners' | 'losers' | 'held'> &
  Partial<Pick<LoadReport, 'winners' | 'losers'>> & {
    /** Where there were watchers: what they saw, and what each took of the service's memory. */
    readonly watched?: WatchReport & { readonly kibPerWatcher: number | null };
  };

export interface Slice extends Ran {
  readonly measure: string;
  readonly contestant: string;
  readonly repeat: number;
  /** Successes a second. */
  readonly perSecond: number;
  readonly cpu: CpuUse;
  readonly audit: AuditVerdict;
}

export interface SlicePlan {
  readonly measure: string;
  readonly contestant: string;
  readonly repeat: number;
  readonly stage: StageSize;
  /** Whose processor time is the load's. */
  readonly loadPids: readonly number[];
  readonly servicePids?: readonly number[];
  readonly run: (scene: Scene, cpu: CpuMeter) => Promise<Ran>;
  readonly audit: (ran: Ran, scene: Scene) => Promise<AuditVerdict>;
}

/** Makes one slice and keeps it. A slice whose audit finds a violation is kept and does not count: see `countable`. */
export async function runSlice(session: Session, plan: SlicePlan): Promise<Slice> {
  session.signal.throwIfAborted();
  const { measure, contestant, repeat } = plan;
  const scene = await setStage(session.control.pool, plan.stage);
  const cpu = startCpuMeter({
    postmasterPid: session.target.postmasterPid,
    servicePids: plan.servicePids ?? [],
    loadPids: plan.loadPids,
  });
  const ran = await plan.run(scene, cpu);
  const used = cpu.stop();
  const slice: Slice = {
    measure,
    contestant,
    repeat,
    perSecond: ran.elapsedMs === 0 ? 0 : (ran.successes * 1_000) / ran.elapsedMs,
    ...ran,
    cpu: used,
    audit: await plan.audit(ran, scene),
  };
  session.slices.push(slice);
  session.onSlice();
  return slice;
}

/** The value of a slice, or null: a number that was not audited, or badly, is none. */
export function countable(slice: Slice, value: (slice: Slice) => number | null): number | null {
  return slice.audit.clean ? value(slice) : null;
}

/** The contestants in another order in each repeat, so that none always follows the same. */
export function rotated<T>(contestants: readonly T[], repeat: number): readonly T[] {
  const from = repeat % contestants.length;
  return [...contestants.slice(from), ...contestants.slice(0, from)];
}
