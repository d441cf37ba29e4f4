import type { Transaction } from '../../db/database.ts';
import { rollback } from '../../db/database.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { reading } from '../context.ts';
import type { BoxOfficeContext } from '../context.ts';

/** Reading a stadium's tickets takes a second or two; a read that takes longer than this is stuck. */
const STATEMENT_TIMEOUT_MS = 120_000;

/**
 * Runs an operator's long read in one snapshot, so that all its statements see the same moment. It blocks
 * nothing. The work must not take another connection, for example to load a seat map.
 */
export async function inSnapshot<T>(
  context: Pick<BoxOfficeContext, 'database' | 'deadline'>,
  work: (tx: Transaction) => Promise<T>,
): Promise<T | Refusal<'contended' | 'overloaded'>> {
  return reading(context, (connection) =>
    connection.transaction(
      { isolation: 'repeatable read', readOnly: true, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
      // Nothing to commit, so no answer to a commit can be lost.
      async (tx) => rollback(await work(tx)),
    ),
  );
}
