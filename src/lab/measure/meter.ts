/** What a run costs the server and the client, measured from outside. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Queryable } from '../../db/pool.ts';
import { postgresMsOf } from '../../load/process-times.ts';

export interface Cost {
  /** Bytes that the server wrote to its write-ahead log during the run, for whatever reason. */
  readonly walBytes: number;
  /** CPU time of the pool's server processes; null for a server on another machine. */
  readonly serverCpuMs: number | null;
  /** CPU time of this process. */
  readonly clientCpuMs: number;
  /** Total time that the pool's sessions waited for locks; null for a run too short to sample. */
  readonly lockWaitMs: number | null;
}

export interface MeterOptions {
  /** Connections that the run does not use. */
  readonly control: Queryable;
  /** The name of the measured pool's sessions. */
  readonly applicationName: string;
  readonly isLocal: boolean;
}

const SAMPLE_INTERVAL_MS = 20;
/** With fewer samples the figure reflects when they were taken, not the run. */
const SAMPLES_MIN = 5;

/** Starts to measure; the returned function stops and returns the cost. */
export async function startMeter(options: MeterOptions): Promise<() => Promise<Cost>> {
  const { control, applicationName, isLocal } = options;
  const pids = isLocal ? await backendsOf(control, applicationName) : [];
  const sampler = sampleLockWaits(control, applicationName);
  const walBefore = await walPosition(control);
  const serverBefore = postgresMsOf(pids);
  const clientBefore = process.cpuUsage();
  return async () => {
    const client = process.cpuUsage(clientBefore);
    const serverAfter = postgresMsOf(pids);
    const walBytes = (await walPosition(control)) - walBefore;
    const lockWaitMs = await sampler.stop();
    return {
      walBytes,
      serverCpuMs: serverBefore === null || serverAfter === null ? null : serverAfter - serverBefore,
      clientCpuMs: (client.user + client.system) / 1_000,
      lockWaitMs,
    };
  };
}

async function walPosition(control: Queryable): Promise<number> {
  const { rows } = await control.query<{ bytes: string }>(
    `select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::text as bytes`,
  );
  return Number(rows[0]?.bytes);
}

async function backendsOf(control: Queryable, applicationName: string): Promise<readonly number[]> {
  const { rows } = await control.query<{ pid: number }>(
    `select a.pid from pg_stat_activity as a where a.application_name = $1`,
    [applicationName],
  );
  return rows.map(({ pid }) => pid);
}

function sampleLockWaits(
  control: Queryable,
  applicationName: string,
): { stop: () => Promise<number | null> } {
  let waitedMs = 0;
  let samples = 0;
  let lastAt = performance.now();
  const stopped = new AbortController();
  const sample = async (): Promise<void> => {
    const { rows } = await control.query<{ waiting: number }>({
      name: 'lab_lock_waits',
      text: `
        select count(*)::int as waiting
        from pg_stat_activity as a
        where a.application_name = $1 and a.state = 'active' and a.wait_event_type = 'Lock'`,
      values: [applicationName],
    });
    const now = performance.now();
    waitedMs += (rows[0]?.waiting ?? 0) * (now - lastAt);
    lastAt = now;
    samples += 1;
  };
  const ended = (async () => {
    while (!stopped.signal.aborted) {
      await delay(SAMPLE_INTERVAL_MS);
      await sample();
    }
  })();
  // stop() awaits it; a failure before that must not end the process.
  ended.catch(() => undefined);
  return {
    stop: async () => {
      stopped.abort();
      await ended;
      return samples < SAMPLES_MIN ? null : waitedMs;
    },
  };
}
