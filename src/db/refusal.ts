import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { ConnectionLost, ConnectionUnavailable, DeadlinePassed } from './database.ts';
import { contendedSqlstateOf, lacksSchema, overloadedSqlstateOf } from './sqlstate.ts';

/** The refusal that a database error outside of a transaction amounts to. Throws the program's own errors. */
export function refusalOf(error: unknown): Refusal<'contended' | 'overloaded'> {
  if (error instanceof DeadlinePassed) return refuse('contended', { cause: 'deadline' });
  if (error instanceof ConnectionUnavailable) {
    return error.reason === 'pool'
      ? refuse('contended', { cause: 'pool' })
      : refuse('overloaded', { cause: error.reason });
  }
  if (error instanceof ConnectionLost) return refuse('overloaded', { cause: 'database' });
  const contended = contendedSqlstateOf(error);
  if (contended !== undefined) return refuse('contended', { cause: contended });
  const overloaded = overloadedSqlstateOf(error);
  if (overloaded !== undefined) return refuse('overloaded', { cause: overloaded });
  if (lacksSchema(error)) return refuse('overloaded', { cause: 'schema', missing: error.message });
  throw error;
}
