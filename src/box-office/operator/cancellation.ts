/** Cancels a performance, and reads how far its refunds are. */
import { statement } from '../../db/statement.ts';
import type { Refusal, Unsettled } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import type { By } from '../../operator-log/note-action.ts';
import { cancel } from '../../operations/cancel.ts';
import type { CancellationFailure, Cancellations } from '../cancellations.ts';
import { reading } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';

/** `actor` is kept with the cancellation, too. */
export interface CancelRequest extends By {
  readonly performanceId: string;
}

/** A cancellation, and how far it is. */
export interface Cancellation {
  readonly performanceId: string;
  readonly cancelledAt: Date;
  /** The account that asked for it. */
  readonly cancelledBy: string | null;
  /** When nothing was left to do; null before. */
  readonly completedAt: Date | null;
  /** Holds that are still to be ended. */
  readonly holds: number;
  /** Reservations that were confirmed then, or paid in that moment: how many, and how many of them are refunded. */
  readonly reservations: { readonly total: number; readonly refunded: number };
  /** Those that could not be refunded so far, 100 at most; they are tried again and again. */
  readonly failures: readonly CancellationFailure[];
}

export type CancelRefusal = Refusal<'invalid_request' | 'not_found', never> | Unsettled;

/** How long an answer waits for the performance's holds to end. */
const HOLDS_END_MS = 3_000;

/**
 * Cancels the performance for good, starts the refunds and reports how far they are. No hold can be paid once
 * it reports none. To cancel a cancelled performance again takes its refunds up again.
 */
export async function cancelPerformance(
  context: BoxOfficeContext,
  cancellations: Cancellations,
  { performanceId, actor, requestId }: CancelRequest,
): Promise<Cancellation | CancelRefusal> {
  const cancelled = await cancel(context, { performanceId, actor, requestId });
  if (isRefusal(cancelled)) return cancelled;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, HOLDS_END_MS);
  });
  await Promise.race([cancellations.start(performanceId), patience]);
  clearTimeout(timer);
  const progress = await readCancellation(context, performanceId);
  // It is cancelled, so no refusal may say that nothing was changed.
  return isRefusal(progress) ? refuse('outcome_unknown') : progress;
}

const readProgress = statement({
  name: 'cancellation_progress',
  group: 'performance',
  params: ['text'],
  columns: {
    known: 'boolean',
    cancelled_at: 'timestamp with time zone?',
    actor: 'text?',
    completed_at: 'timestamp with time zone?',
    failures: 'jsonb?',
    holds: 'integer',
    total: 'integer',
    refunded: 'integer',
  },
  text: `
    select
      c.performance_id is not null as known,
      p.cancelled_at,
      c.actor::text as actor,
      c.completed_at,
      c.failures,
      counted.holds,
      greatest(counted.paid - coalesce(c.refunded_before, 0), 0) as total,
      greatest(counted.refunded - coalesce(c.refunded_before, 0), 0) as refunded
    from performance as p
    left join cancellation as c on c.performance_id = p.performance_id
    cross join lateral (
      select
        count(*) filter (where r.state in ('held', 'paying'))::integer as holds,
        count(*) filter (where r.state in ('confirmed', 'refunding', 'refunded'))::integer as paid,
        count(*) filter (where r.state = 'refunded')::integer as refunded
      from reservation as r
      where r.performance_id = p.performance_id and p.cancelled_at is not null
    ) as counted
    where p.performance_id = $1`,
});

/** How far the performance's cancellation is. Refusals: `not_found`, also for one that is not cancelled. */
export async function readCancellation(
  context: BoxOfficeContext,
  performanceId: string,
): Promise<Cancellation | Refusal<'not_found', never> | ReadRefusal> {
  const rows = await reading(context, (connection) => connection.read(readProgress, [performanceId]));
  if (isRefusal(rows)) return rows;
  const [row] = rows;
  if (row === undefined) return refuse('not_found', { what: 'performance' });
  if (!row.known || row.cancelled_at === null) return refuse('not_found', { what: 'cancellation' });
  return {
    performanceId,
    cancelledAt: row.cancelled_at,
    cancelledBy: row.actor,
    completedAt: row.completed_at,
    holds: row.holds,
    reservations: { total: row.total, refunded: row.refunded },
    failures: row.failures as readonly CancellationFailure[],
  };
}
