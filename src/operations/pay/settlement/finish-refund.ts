/** The last step of a refund whose money is elsewhere: `refunding → refunded`, or `confirmed` while seats are left; the seats are free. */
import type { Connection } from '../../../db/database.ts';
import { commit, rollback } from '../../../db/database.ts';
import { statement } from '../../../db/statement.ts';
import type { Unsettled } from '../../../domain/outcomes.ts';
import { refuse } from '../../../domain/outcomes.ts';
import { giveSeatsBack } from '../../give-back.ts';
import { PRICES_SQL } from '../../refund/give-back-sql.ts';
import { settle } from '../../settle.ts';
import type { OperationContext, RequestHooks } from '../../strategy.ts';
import type { Attempt } from './attempt.ts';
import type { Finished } from './finish.ts';

const endAttempt = statement({
  name: 'refund_finish_attempt',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer'],
  columns: { seats: 'integer[]' },
  text: `
    update payment_attempt as a
    set outcome = 'credited'
    where a.performance_id = $1 and a.reservation_id = $2 and a.attempt = $3::integer and a.kind = 'refund' and a.outcome is null
    returning a.seats`,
});

const endRefund = statement({
  name: 'refund_finish',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'integer[]'],
  columns: { xid: 'text' },
  text: `
    update reservation as r
    set state = case cardinality(r.refunded_seats || $3) when cardinality(r.seat_ids) then 'refunded' else 'confirmed' end::reservation_state,
        version = r.version + 1,
        refunded_seats = r.refunded_seats || $3,
        seat_prices = ${PRICES_SQL}
    where r.performance_id = $1 and r.reservation_id = $2 and r.state = 'refunding'
    returning pg_current_xact_id()::text as xid`,
});

const readOutcome = statement({
  name: 'refund_finish_outcome',
  group: 'performance',
  params: ['text', 'uuid', 'integer'],
  columns: { is_over: 'boolean' },
  text: `
    select a.outcome is not null as is_over
    from payment_attempt as a
    where a.performance_id = $1 and a.reservation_id = $2 and a.attempt = $3::integer`,
});

const FINISHED: Finished = { outcome: 'finished' };

/** Finishes the refund whose attempt is credited; an attempt that is over was finished by another process. */
export function finishRefund(
  context: OperationContext,
  attempt: Attempt,
  hooks: RequestHooks,
): Promise<Finished | Unsettled> {
  return settle<Attempt, Finished, Unsettled>(
    context.database,
    {
      attempt: finish,
      refuseWith: async (connection) =>
        (await finished(connection, attempt)) ?? refuse('contended', { cause: 'version' }),
      replay: finished,
    },
    attempt,
    { ...hooks, barrier: context.barrier },
  );
}

async function finish(
  connection: Connection,
  { performanceId, reservationId, accountId, attempt }: Attempt,
  { racePoint }: RequestHooks,
): Promise<Finished | undefined> {
  return connection.transaction({}, async (tx) => {
    await racePoint?.('finish: between read and write');
    const [ended] = await tx.run(endAttempt, [performanceId, reservationId, attempt]);
    if (ended === undefined) return rollback(undefined);
    const { seats } = ended;
    const [row] = await tx.run(endRefund, [performanceId, reservationId, seats]);
    if (row === undefined) throw new Error(`reservation ${reservationId} is not being refunded`);
    tx.noteXid(row.xid);
    const given = { performanceId, reservationId, accountId, seats, expiresAt: undefined };
    const { freed } = await giveSeatsBack(tx, given);
    if (freed !== seats.length) throw new Error(`reservation ${reservationId} does not own its seats`);
    return commit(FINISHED);
  });
}

async function finished(
  connection: Connection,
  { performanceId, reservationId, attempt }: Attempt,
): Promise<Finished | undefined> {
  const [row] = await connection.read(readOutcome, [performanceId, reservationId, attempt]);
  return row?.is_over === true ? FINISHED : undefined;
}
