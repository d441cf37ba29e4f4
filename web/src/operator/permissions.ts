/** What the signed-in person may do: the pages offer nothing else. The service has the last word. */
import { admits, boundPerformances, JOB_SCOPES } from '../../../src/domain/scopes.ts';
import type { JobScope } from '../../../src/domain/scopes.ts';
import { session } from '../api/sign-in.ts';

/** A job, or what only `rowlock:admin` itself may do. */
type Needed = JobScope | 'rowlock:admin';

/** Whether one of the jobs is theirs: at this performance, or without one for everything. */
export function may(jobs: Needed | readonly Needed[], performanceId?: string): boolean {
  const held = new Set(heldScopes());
  return [jobs].flat().some((job) => admits(held, job, performanceId));
}

/** Whether the job is theirs for everything, or at one performance at least. */
export function mayAnywhere(job: JobScope): boolean {
  return may(job) || ownPerformances().some((performanceId) => may(job, performanceId));
}

/** Whether they may list all concerts, as any job allows that is not bound. */
export function mayListAll(): boolean {
  return may(JOB_SCOPES);
}

/** The performances that their scopes are bound to. */
export function ownPerformances(): readonly string[] {
  return boundPerformances(heldScopes());
}

function heldScopes(): readonly string[] {
  const { scopes, role } = session.value ?? {};
  return scopes ?? (role === 'admin' ? ['rowlock:admin'] : []);
}
