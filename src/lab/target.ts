/** The schema that the lab works in. */
import { withMeasuredSchema } from '../load/measured-schema.ts';
import type { MeasuredSchema, Measurer } from '../load/measured-schema.ts';

export interface Target extends Omit<MeasuredSchema, 'connectionsFree'> {
  readonly connectionsMax: number;
}

/** Connections left for others while the lab runs. */
const CONNECTIONS_LEFT = 3;
/** More connections would only measure the machine. */
const CONNECTIONS_MAX = 150;

const LAB: Measurer = {
  name: 'lab',
  called: 'the lab',
  settings: [
    'fsync',
    'synchronous_commit',
    'full_page_writes',
    'wal_compression',
    'wal_level',
    'shared_buffers',
    'max_connections',
    'deadlock_timeout',
    'default_transaction_isolation',
    'max_wal_size',
    'checkpoint_timeout',
    'jit',
  ],
};

/** Lends a target to `work` and removes it however `work` ends. Throws `MeasuringRefused`. */
export function withTarget<T>(
  databaseUrl: string | undefined,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  return withMeasuredSchema(LAB, databaseUrl, ({ connectionsFree, ...measured }) =>
    work({ ...measured, connectionsMax: Math.min(CONNECTIONS_MAX, connectionsFree - CONNECTIONS_LEFT) }),
  );
}

/** The same address with another default isolation level, for statements that commit by themselves. */
export function withIsolation(url: string, isolation: string): string {
  const changed = new URL(url);
  const own = changed.searchParams.get('options') ?? '';
  const level = isolation.replaceAll(' ', '\\ ');
  changed.searchParams.set('options', `${own} -c default_transaction_isolation=${level}`);
  return changed.toString();
}
