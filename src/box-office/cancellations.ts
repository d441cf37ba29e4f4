/**
 * Carries cancellations out in the background: ends the holds of cancelled performances and refunds what was
 * paid for. Each step is a transaction of its own, so a process that dies in between leaves nothing undone that
 * another one does not find.
 *
 * A lease keeps processes from doing the same work; correctness does not depend on it, because a reservation
 * is refunded once.
 */
import { statement } from '../db/statement.ts';
import { requestHashOf } from '../domain/ids.ts';
import type { ConfirmedReservation } from '../operations/cancel.ts';
import { endHolds, LEASE_SECONDS, nextConfirmed } from '../operations/cancel.ts';
import type { RefundRefusal } from '../operations/refund/contract.ts';
import { refund } from '../operations/refund/refund.ts';
import type { OperationContext } from '../operations/strategy.ts';

const HOLDS_PER_BATCH = 500;
/** The lease is renewed with every batch, long before it ends. */
const REFUNDS_PER_BATCH = 50;
/** How many failures are kept to be read; the others are among what is not refunded. */
const FAILURES_MAX = 100;

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** A confirmed reservation that could not be refunded, and why. */
export interface CancellationFailure {
  readonly reservationId: string;
  readonly reason: string;
}

export interface Cancellations {
  /** Works on the cancelled performance now, unless this process does so already. Resolves when its holds are ended. */
  start(performanceId: string): Promise<void>;
  /** Finishes the step in flight, and starts no other. */
  stop(): Promise<void>;
}

const takeDue = statement({
  name: 'cancellation_take_due',
  group: 'performance',
  writes: true,
  params: ['integer'],
  columns: { performance_id: 'text' },
  text: `
    update cancellation as c
    set leased_until = clock_timestamp() + make_interval(secs => $1::integer)
    where c.completed_at is null and c.leased_until <= clock_timestamp()
    returning c.performance_id::text as performance_id`,
});

const renewLease = statement({
  name: 'cancellation_renew',
  group: 'performance',
  writes: true,
  params: ['text', 'integer'],
  columns: {},
  text: `
    update cancellation as c
    set leased_until = clock_timestamp() + make_interval(secs => $2::integer)
    where c.performance_id = $1`,
});

// Complete once nothing is held or confirmed, or on its way from one to the other: no hold is made any more, and a payment in
// flight still reads as held, or as paying. Then nothing failed, whatever an earlier pass has written.
const endPass = statement({
  name: 'cancellation_end_pass',
  group: 'performance',
  writes: true,
  params: ['text', 'jsonb', 'integer'],
  columns: {},
  text: `
    with remaining as materialized (
      select exists (
        select from reservation as r where r.performance_id = $1 and r.state in ('held', 'paying', 'confirmed', 'refunding')
      ) as work
    )
    update cancellation as c
    set completed_at = case when not remaining.work then coalesce(c.completed_at, clock_timestamp()) end,
        failures = case when remaining.work then $2::jsonb else '[]' end,
        leased_until = clock_timestamp() + make_interval(secs => $3::integer)
    from remaining
    where c.performance_id = $1`,
});

/** Looks for work every `intervalMs`, such as what a process that died has left; only what is started if 0. */
export function createCancellations(context: OperationContext, intervalMs: number): Cancellations {
  const running = new Map<string, { readonly holdsEnded: Promise<void>; readonly done: Promise<void> }>();
  let stopped = false;
  const run = (performanceId: string): { readonly holdsEnded: Promise<void> } => {
    const already = running.get(performanceId);
    if (already !== undefined) return already;
    const holdsEnded = endAllHolds(context, performanceId, () => stopped);
    const done = holdsEnded
      .then(() => refundAll(context, performanceId, () => stopped))
      // Without a database, or against locks that last: the lease ends, and it is taken up again.
      .catch(() => undefined)
      .finally(() => running.delete(performanceId));
    const started = { holdsEnded: holdsEnded.catch(() => undefined), done };
    running.set(performanceId, started);
    return started;
  };
  const takeUp = async (): Promise<void> => {
    const due = await context.database.connect((connection) =>
      connection.autocommit(takeDue, [LEASE_SECONDS]),
    );
    for (const { performance_id: performanceId } of due) if (!stopped) run(performanceId);
  };
  let looking: Promise<void> | undefined;
  const timer =
    intervalMs > 0
      ? setInterval(() => {
          looking ??= takeUp()
            .catch(() => undefined)
            .finally(() => (looking = undefined));
        }, intervalMs)
      : undefined;
  timer?.unref();
  return {
    start: async (performanceId) => (stopped ? undefined : run(performanceId).holdsEnded),
    stop: async () => {
      clearInterval(timer);
      stopped = true;
      await looking;
      await Promise.all([...running.values()].map(({ done }) => done));
    },
  };
}

async function endAllHolds(
  context: OperationContext,
  performanceId: string,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    if ((await endHolds(context, performanceId, HOLDS_PER_BATCH)) < HOLDS_PER_BATCH) return;
  }
}

async function refundAll(
  context: OperationContext,
  performanceId: string,
  isStopped: () => boolean,
): Promise<void> {
  const { database } = context;
  const failures: CancellationFailure[] = [];
  let after = BEFORE_ALL;
  for (;;) {
    await database.connect((connection) => connection.autocommit(renewLease, [performanceId, LEASE_SECONDS]));
    const batch = await nextConfirmed(context, performanceId, after, REFUNDS_PER_BATCH);
    for (const reservation of batch) {
      if (isStopped()) return;
      const reason = await reasonAgainst(context, performanceId, reservation);
      if (reason !== undefined && failures.length < FAILURES_MAX) {
        failures.push({ reservationId: reservation.reservationId, reason });
      }
    }
    const last = batch.at(-1);
    if (last === undefined) break;
    after = last.reservationId;
  }
  await database.connect((connection) =>
    connection.autocommit(endPass, [performanceId, JSON.stringify(failures), LEASE_SECONDS]),
  );
}

/** A key that no client can send, because it has a space. */
const keyOf = (reservationId: string): string => ` cancellation:${reservationId}`;

/** Refunds the reservation, if nobody else has; why it could not, or undefined. */
async function reasonAgainst(
  context: OperationContext,
  performanceId: string,
  { reservationId, accountId }: ConfirmedReservation,
): Promise<string | undefined> {
  const command = {
    performanceId,
    reservationId,
    accountId,
    byOperator: true,
    idempotencyKey: keyOf(reservationId),
    requestHash: requestHashOf('refund', performanceId, reservationId),
  };
  try {
    const outcome = await refund(context, command);
    if (outcome.outcome === 'refunded' || isRefundedAlready(outcome)) return undefined;
    return outcome.outcome;
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 200) : 'internal';
  }
}

function isRefundedAlready(refusal: RefundRefusal): boolean {
  return refusal.outcome === 'reservation_not_refundable' && refusal.state === 'refunded';
}
