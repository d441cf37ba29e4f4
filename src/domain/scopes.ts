/**
 * What a token may do, by job. The scope of a job alone holds for everything; with `@` and a performance's id it
 * is bound: it holds for that performance only, such as `rowlock:door@spring-1`.
 */

/** The jobs of an operator's staff: all that `rowlock:admin` may do. */
export const JOB_SCOPES = [
  /** Reads the check-in list. */
  'rowlock:door',
  /** Looks up, refunds and releases reservations, and reads the check-in list. */
  'rowlock:box-office',
  /** Reads sales, the audit, the activity and the log. */
  'rowlock:finance',
  /** Imports, hides and shows concerts. */
  'rowlock:catalogue',
  /** Opens, pauses, closes and cancels. */
  'rowlock:sale',
] as const;

/** Every scope. Money that comes from outside stays apart: `rowlock:admin` neither tops up nor reverses. */
export const SCOPES = ['rowlock:top-up', 'rowlock:reverse', ...JOB_SCOPES, 'rowlock:admin'] as const;

/** `rowlock:top-up-own` is a development token's: it tops up its own account only. */
export type Scope = (typeof SCOPES)[number] | 'rowlock:top-up-own';

export type JobScope = (typeof JOB_SCOPES)[number];

const jobs: ReadonlySet<string> = new Set(JOB_SCOPES);
const services: ReadonlySet<string> = new Set(SCOPES);

/** Whether the scopes admit to what needs `scope`, of this performance; without one, only unbound scopes do. */
export function admits(held: ReadonlySet<string>, scope: Scope, performanceId?: string): boolean {
  return (
    holds(held, scope, performanceId) || (jobs.has(scope) && holds(held, 'rowlock:admin', performanceId))
  );
}

function holds(held: ReadonlySet<string>, scope: Scope, performanceId: string | undefined): boolean {
  return held.has(scope) || (hasName(performanceId) && held.has(`${scope}@${performanceId}`));
}

function hasName(performanceId: string | undefined): performanceId is string {
  return performanceId !== undefined && performanceId !== '';
}

/** Whether one of the scopes is that of a job or of all, bound or not. */
export function isOperator(held: Iterable<string>): boolean {
  return [...held].some((scope) => {
    const [name = ''] = scope.split('@');
    return jobs.has(name) || name === 'rowlock:admin';
  });
}

/** Whether one of the scopes is among `SCOPES`, bound or not: those that no buyer has. */
export function hasServiceScope(held: Iterable<string>): boolean {
  for (const scope of held) if (services.has(scope.split('@', 1)[0] ?? '')) return true;
  return false;
}

/** The performances that one of the scopes is bound to, each once. */
export function boundPerformances(held: Iterable<string>): readonly string[] {
  const bound = [...held].map((scope) => scope.split('@'));
  return [
    ...new Set(
      bound.flatMap(([scope = '', id = '', more]) =>
        services.has(scope) && id !== '' && more === undefined ? [id] : [],
      ),
    ),
  ];
}
