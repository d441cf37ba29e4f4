/** Writes of the identity's tables, and what the database's errors mean for them. */
import { CommitUnknown, DeadlinePassed } from '../../db/database.ts';
import type { Connection } from '../../db/database.ts';
import { refusalOf } from '../../db/refusal.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';

/**
 * Runs a write. One that may run twice with one effect is run again when its COMMIT is lost; then, or if it is not
 * repeatable, the outcome is unknown.
 */
export async function writing<T>(
  { database, deadline }: Pick<BoxOfficeContext, 'database' | 'deadline'>,
  work: (connection: Connection) => Promise<T>,
  { isRepeatable = true }: { readonly isRepeatable?: boolean } = {},
): Promise<T | ReadRefusal | Refusal<'outcome_unknown'>> {
  try {
    return await database.connect((connection) => {
      if (deadline?.takeUp() === false) throw new DeadlinePassed('no time is left for a write');
      return work(connection);
    }, deadline);
  } catch (error) {
    if (!(error instanceof CommitUnknown)) return refusalOf(error);
    if (!isRepeatable) return refuse('outcome_unknown');
    return writing({ database, deadline }, work, { isRepeatable: false });
  }
}
