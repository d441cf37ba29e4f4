/** Removes sessions that have ended, and sign-ins that can't come back any more. Correctness does not depend on it. */
import type { Database } from '../../db/database.ts';
import { sweepSessions } from '../../identity/sessions.ts';
import { sweepUsedSignIns } from '../../identity/used-sign-ins.ts';

const INTERVAL_MS = 600_000;
const BATCH_SIZE = 500;

/** Removes all that is due now. */
export async function sweepIdentity(database: Database): Promise<void> {
  for (const sweep of [sweepSessions, sweepUsedSignIns]) {
    while ((await database.connect((connection) => sweep(connection, BATCH_SIZE))) === BATCH_SIZE);
  }
}

/** Sweeps every ten minutes until it is stopped. The next sweep makes up for a failed one. */
export function startIdentitySweeper(database: Database): { stop(): void } {
  const timer = setInterval(() => void sweepIdentity(database).catch(() => undefined), INTERVAL_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
