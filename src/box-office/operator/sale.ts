import { readPerformance } from '../../catalogue/concerts.ts';
import type { Performance } from '../../catalogue/concerts.ts';
import { setSaleState } from '../../catalogue/sale.ts';
import type { SaleState } from '../../catalogue/sale.ts';
import { commit, DeadlinePassed, rollback } from '../../db/database.ts';
import type { Connection } from '../../db/database.ts';
import type { Refusal, Unsettled } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { By } from '../../operator-log/note-action.ts';
import { noteAction } from '../../operator-log/note-action.ts';
import { createLostCommits } from '../../operations/lost-commit.ts';
import { answerThrown } from '../../operations/settle.ts';
import type { BoxOfficeContext } from '../context.ts';

const ACTION_OF = { open: 'sale_opened', paused: 'sale_paused', closed: 'sale_closed' } as const;

interface SaleSet {
  readonly outcome: 'sale_set';
  readonly performance: Performance;
}

/** Opens, pauses or closes a performance's sale. */
export interface SaleRequest {
  readonly performanceId: string;
  readonly state: SaleState;
  readonly by: By;
}

export type SaleRefusal = Refusal<'invalid_request' | 'not_found' | 'sales_closed'> | Unsettled;

/**
 * Sets the state of a performance's sale, and returns the performance as it then is; a cancelled one is
 * `sales_closed`. Both are in one
 * transaction, so a refusal has changed nothing. After a lost COMMIT it reads the sale again to find out; if
 * it can't, the outcome is `outcome_unknown`.
 */
export async function setSale(
  { database, barrier, deadline }: Pick<BoxOfficeContext, 'database' | 'barrier' | 'deadline'>,
  { performanceId, state, by }: SaleRequest,
): Promise<Performance | SaleRefusal> {
  const found = await database
    .connect((connection) => {
      if (deadline?.takeUp() === false) throw new DeadlinePassed('no time is left to set the sale');
      return connection.transaction<SaleSet | SaleRefusal>({}, async (tx) => {
        const isSet = await setSaleState(tx, performanceId, state);
        if (isSet) await noteAction(tx, by, { action: ACTION_OF[state], performanceId });
        const performance = await readPerformance(tx, performanceId);
        if (performance === undefined) return rollback(refuse('not_found', { what: 'performance' }));
        return isSet
          ? commit({ outcome: 'sale_set', performance })
          : rollback(refuse('sales_closed', { reason: 'cancelled' }));
      });
    }, deadline)
    .catch((error: unknown) =>
      answerThrown<SaleSet, SaleRefusal>(
        error,
        createLostCommits(database),
        (connection) => foundSet(connection, performanceId, state),
        { barrier, deadline },
      ),
    );
  return found.outcome === 'sale_set' ? found.performance : found;
}

/** The sale, if it has the state that a lost COMMIT was to set, even if another request set it. */
async function foundSet(
  connection: Connection,
  performanceId: string,
  state: SaleState,
): Promise<SaleSet | undefined> {
  const performance = await readPerformance(connection, performanceId);
  return performance?.saleState === state ? { outcome: 'sale_set', performance } : undefined;
}
