/** The sale of a performance: the state that an operator sets, and the effective state at a moment. */
import type { Transaction } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { SaleState } from './import/document/checked.ts';

export type { SaleState } from './import/document/checked.ts';

/** The state that is stored: what an operator has set, or `cancelled`, which is final. */
export type StoredSaleState = SaleState | 'cancelled';

/** Whether seats are sold now. `ended` is final until an operator opens the sale again; `cancelled` for good. */
export type EffectiveSaleState = 'not_yet' | 'open' | 'paused' | 'ended' | 'cancelled';

export interface SaleWindow {
  readonly saleState: StoredSaleState;
  readonly opensAt: Date;
  readonly closesAt: Date | null;
}

/** The effective state at `now`, the database's time, in the precedence in which a hold is refused. */
export function effectiveSaleState(
  { saleState, opensAt, closesAt }: SaleWindow,
  now: Date,
): EffectiveSaleState {
  if (saleState === 'cancelled') return 'cancelled';
  if (saleState === 'closed' || (closesAt !== null && closesAt <= now)) return 'ended';
  if (saleState === 'paused') return 'paused';
  return opensAt > now ? 'not_yet' : 'open';
}

// Reads the clock after locking the row. It reads it once, because the window's check compares both ends, and
// truncates it, so that the answered Date is the stored time.
const setState = statement({
  name: 'sale_set_state',
  group: 'catalogue',
  writes: true,
  params: ['text', 'text'],
  columns: { xid: 'text' },
  text: `
    with locked as materialized (
      select p.performance_id
      from performance as p
      where p.performance_id = $1 and p.sale_state <> 'cancelled'
      for no key update
    ), moment as materialized (
      select l.performance_id, date_trunc('milliseconds', clock_timestamp()) as now from locked as l
    )
    update performance as p
    set sale_state = ($2::text)::sale_state,
        sale_opens_at = case when $2 = 'open' then least(p.sale_opens_at, m.now) else p.sale_opens_at end,
        sale_closes_at = case when $2 = 'open' and p.sale_closes_at <= m.now then p.starts_at else p.sale_closes_at end
    from moment as m
    where p.performance_id = m.performance_id
    returning pg_current_xact_id()::text as xid`,
});

/**
 * Opens, pauses or closes the sale. Opening moves a future start of the sale to now, and a past end to the
 * performance's start, after which nothing is sold. No statement holds a seat after a close has committed;
 * existing holds stay payable. Returns whether the performance exists and is not cancelled.
 */
export async function setSaleState(
  tx: Transaction,
  performanceId: string,
  saleState: SaleState,
): Promise<boolean> {
  const [row] = await tx.run(setState, [performanceId, saleState]);
  if (row !== undefined) tx.noteXid(row.xid);
  return row !== undefined;
}
