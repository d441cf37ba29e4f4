/** The schema that the benchmark works in. */
import { Client } from '../lib/pg-client.ts';
import { MeasuringRefused, withMeasuredSchema } from '../load/measured-schema.ts';
import type { MeasuredSchema, Measurer, ServerFacts } from '../load/measured-schema.ts';
import { postmasterOf } from '../load/process-times.ts';

export interface Target extends Pick<MeasuredSchema, 'url' | 'isEmbedded' | 'dataDir'>, ServerFacts {
  /** Undefined where the server's processes can't be seen. */
  readonly postmasterPid: number | undefined;
  readonly connectionsMax: number;
}

const BENCH: Measurer = {
  name: 'bench',
  called: 'the benchmark',
  settings: [
    'autovacuum',
    'checkpoint_timeout',
    'commit_delay',
    'full_page_writes',
    'fsync',
    'jit',
    'max_connections',
    'max_wal_size',
    'plan_cache_mode',
    'shared_buffers',
    'synchronous_commit',
    'wal_compression',
    'wal_level',
    'wal_sync_method',
  ],
};

/** Without these an acknowledged top-up may be lost, and its rate means nothing. */
const DURABLE = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

/** Lends a target to `work` and removes it however `work` ends. Throws `MeasuringRefused`. */
export function withTarget<T>(
  databaseUrl: string | undefined,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  return withMeasuredSchema(
    BENCH,
    databaseUrl,
    async ({ url, isEmbedded, dataDir, server, connectionsFree }) => {
      refuseUndurable(server.settings);
      const postmasterPid = await postmasterBehind(url);
      return work({ url, isEmbedded, dataDir, ...server, postmasterPid, connectionsMax: connectionsFree });
    },
  );
}

/** Throws `MeasuringRefused` for settings under which a commit does not last. */
export function refuseUndurable(settings: Readonly<Record<string, string>>): void {
  const off = DURABLE.filter((name) => settings[name] === 'off');
  if (off.length === 0) return;
  throw new MeasuringRefused(
    `the server has ${off.join(' and ')} off: what it acknowledges may be lost, so it is not measured`,
  );
}

/** The postmaster is the parent of the session's process. */
async function postmasterBehind(url: string): Promise<number | undefined> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    return postmasterOf(rows[0]!.pid);
  } finally {
    await client.end();
  }
}
