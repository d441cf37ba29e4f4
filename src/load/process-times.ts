/** Reads the CPU time of processes from /proc (proc(5)); null where a process can't be read. */
import { readdirSync, readFileSync } from 'node:fs';

const MS_PER_TICK = 10;

/** CPU time of each side; null where it can't be read. */
export interface CpuUse {
  /** The database server, all its processes together. */
  readonly databaseMs: number | null;
  /** The HTTP service; 0 where there is none. */
  readonly serviceMs: number | null;
  /** The processes that send the load, with the engine where it is embedded in them; also started ones that have ended. */
  readonly loadMs: number | null;
}

export interface Measured {
  /** Undefined where the server is not on this machine. */
  readonly postmasterPid: number | undefined;
  readonly servicePids: readonly number[];
  readonly loadPids: readonly number[];
}

export interface CpuMeter {
  stop(): CpuUse;
}

export function startCpuMeter({ postmasterPid, servicePids, loadPids }: Measured): CpuMeter {
  const database = stopwatch(() => databaseMsOf(postmasterPid));
  const service = stopwatch(() => sumOf(servicePids));
  const load = stopwatch(() => sumOf(loadPids));
  // A load process that has ended, such as pgbench, has left its time with this process.
  const ended = stopwatch(() => timesOf(process.pid)?.endedChildrenMs ?? null);
  return {
    stop: () => {
      const [loadMs, endedMs] = [load(), ended()];
      return {
        databaseMs: database(),
        serviceMs: service(),
        loadMs: loadMs === null || endedMs === null ? null : loadMs + endedMs,
      };
    },
  };
}

/** A process's resident memory in KiB; null where it can't be read. */
export function memoryKibOf(pid: number): number | null {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? null : Number(kib);
  } catch {
    return null;
  }
}

function stopwatch(read: () => number | null): () => number | null {
  const before = read();
  return () => {
    const after = read();
    return after === null || before === null ? null : after - before;
  };
}

function sumOf(pids: readonly number[]): number | null {
  let sumMs = 0;
  for (const pid of pids) {
    const times = timesOf(pid);
    if (times === undefined) return null;
    sumMs += times.ownMs;
  }
  return sumMs;
}

/** Reads the processes of this machine. */
export interface Processes {
  pids(): readonly number[];
  timesOf(pid: number): ProcessTimes | undefined;
}

const PROCESSES: Processes = {
  pids: () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  timesOf,
};

/** Sessions end together at the end of a sample; if some keep ending, the result is null. */
const READINGS_MAX = 20;

/**
 * CPU time of the postmaster, its live children, and its ended ones. A child that ends during a reading is
 * missing from it, so the reading is repeated until none ends.
 */
export function databaseMsOf(postmasterPid: number | undefined, processes = PROCESSES): number | null {
  if (postmasterPid === undefined) return null;
  for (let reading = 0; reading < READINGS_MAX; reading += 1) {
    const postmaster = processes.timesOf(postmasterPid);
    if (postmaster === undefined) return null;
    let sumMs = postmaster.ownMs + postmaster.endedChildrenMs;
    for (const pid of processes.pids()) {
      const times = processes.timesOf(pid);
      if (times?.parent === postmasterPid) sumMs += times.ownMs;
    }
    if (processes.timesOf(postmasterPid)?.endedChildrenMs === postmaster.endedChildrenMs) return sumMs;
  }
  return null;
}

export interface ProcessTimes {
  readonly command: string;
  readonly parent: number;
  /** User and system time. */
  readonly ownMs: number;
  /** Of ended children that the process has waited for. */
  readonly endedChildrenMs: number;
}

function timesOf(pid: number): ProcessTimes | undefined {
  try {
    const times = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return times.command === 'postgres' ? { ...times, ownMs: scheduledMsOf(pid) ?? times.ownMs } : times;
  } catch {
    return undefined;
  }
}

/**
 * CPU time, counted in nanoseconds, of the main thread only: good for PostgreSQL's single-threaded processes.
 * In a run of the lab a session uses a millisecond or two, too little for ticks of ten.
 */
function scheduledMsOf(pid: number): number | null {
  try {
    const [nanoseconds = 0] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ').map(Number);
    return nanoseconds > 0 ? nanoseconds / 1_000_000 : null;
  } catch {
    return null;
  }
}

/** The sum of CPU time of PostgreSQL processes; null without any, or when one can't be read. */
export function postgresMsOf(pids: readonly number[]): number | null {
  if (pids.length === 0) return null;
  let sumMs = 0;
  for (const pid of pids) {
    const times = timesOf(pid);
    // With the server in a container, the number may belong to another process here.
    if (times?.command !== 'postgres') return null;
    sumMs += times.ownMs;
  }
  return sumMs;
}

/** Reads a line of `/proc/<pid>/stat`. */
export function parseStat(stat: string): ProcessTimes {
  // The command in parentheses may itself contain spaces and parentheses; field 3 follows the last one.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const ms = (field: number): number => (fields[field - 3] ?? 0) * MS_PER_TICK;
  return {
    command: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    parent: fields[1] ?? 0,
    ownMs: ms(14) + ms(15),
    endedChildrenMs: ms(16) + ms(17),
  };
}

/** The postmaster of this backend; undefined when it is no PostgreSQL process of this machine. */
export function postmasterOf(backendPid: number): number | undefined {
  const backend = timesOf(backendPid);
  return backend?.command === 'postgres' && timesOf(backend.parent)?.command === 'postgres'
    ? backend.parent
    : undefined;
}
