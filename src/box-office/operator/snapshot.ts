import type { Transaction } from '../../db/database.ts';
import { rollback } from '../../db/database.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { reading } from '../context.ts';
import type { BoxOfficeContext } from '../context.ts';

/** A list of a stadium's tickets takes a second or two; what takes longer than this is stuck. */
const STATEMENT_TIMEOUT_MS = 120_000;

/**
 * Runs an operator's long read in one snapshot: all its statements see the same moment. It blocks nobody. The work must
 * not ask for anything that takes another connection, such as a seat map.
 */
export async function inSnapshot<T>(
  context: Pick<BoxOfficeContext, 'database'>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T | Refusal<'contended' | 'overloaded'>> {
  return reading(context, (connection) =>
    connection.transaction(
      { isolation: 'repeatable read', readOnly: true, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
      // There is nothing to commit, and no commit whose answer could be lost.
      async (tx) => rollback(await work(tx)),
    ),
  );
}
