/** The sale of a performance: what an operator sets, and what it comes to at a moment. */
import type { Runner } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { SaleState } from './import/document/checked.ts';

export type { SaleState } from './import/document/checked.ts';

/** Whether seats are sold now. `ended` is final until an operator opens the sale again. */
export type EffectiveSaleState = 'not_yet' | 'open' | 'paused' | 'ended';

export interface SaleWindow {
  readonly saleState: SaleState;
  readonly opensAt: Date;
  readonly closesAt: Date | null;
}

/** What the sale is at `now`, the database's time; in the precedence in which a hold is refused. */
export function effectiveSaleState(
  { saleState, opensAt, closesAt }: SaleWindow,
  now: Date,
): EffectiveSaleState {
  if (saleState === 'closed' || (closesAt !== null && closesAt <= now)) return 'ended';
  if (saleState === 'paused') return 'paused';
  return opensAt > now ? 'not_yet' : 'open';
}

// The clock is read once the row is locked. It is read once, because the window's check compares both of its ends; and
// truncated, so that the Date that is answered is the time that is stored.
const setState = statement({
  name: 'sale_set_state',
  params: ['text', 'text'],
  columns: {
    opens_at: 'timestamp with time zone',
    closes_at: 'timestamp with time zone?',
    now: 'timestamp with time zone',
  },
  text: `
    with locked as materialized (
      select p.performance_id
      from performance as p
      where p.performance_id = $1
      for no key update
    ), moment as materialized (
      select l.performance_id, date_trunc('milliseconds', clock_timestamp()) as now from locked as l
    )
    update performance as p
    set sale_state = ($2::text)::sale_state,
        sale_opens_at = case when $2 = 'open' then least(p.sale_opens_at, m.now) else p.sale_opens_at end,
        sale_closes_at = case when $2 = 'open' and p.sale_closes_at <= m.now then null else p.sale_closes_at end
    from moment as m
    where p.performance_id = m.performance_id
    returning p.sale_opens_at as opens_at, p.sale_closes_at as closes_at, m.now`,
});

/**
 * Opens, pauses or closes the sale. Opening a sale that has not begun moves its beginning to now, and takes away an end
 * that has passed; otherwise the window stays. After a close has committed no later statement holds a seat; holds that
 * exist stay payable. Answers what the sale is now; undefined when there is no such performance. Run it in a
 * transaction, or as a statement that commits by itself.
 */
export async function setSaleState(
  runner: Runner,
  performanceId: string,
  saleState: SaleState,
): Promise<EffectiveSaleState | undefined> {
  const [row] = await runner.run(setState, [performanceId, saleState]);
  if (row === undefined) return undefined;
  return effectiveSaleState({ saleState, opensAt: row.opens_at, closesAt: row.closes_at }, row.now);
}
