/**
 * Refunding where the money is elsewhere: `confirmed → refunding`, with an attempt; the credit; `refunding → refunded`
 * (`../pay/settlement/settlement.ts`). The deadline is asked at the first step, and the seats stay sold until the last. A credit
 * is never refused, so that nothing takes a refund back.
 */
import type { Connection } from '../../db/database.ts';
import { commit, rollback } from '../../db/database.ts';
import { refusalOf } from '../../db/refusal.ts';
import { statement } from '../../db/statement.ts';
import type { RowOf } from '../../db/statement.ts';
import type { Outcome } from '../../domain/outcomes.ts';
import { asReplay, isRefusal } from '../../domain/outcomes.ts';
import { behind } from '../durability.ts';
import type { Attempt } from '../pay/settlement/attempt.ts';
import { PROVIDER, TAKE_OVER_SECONDS } from '../pay/settlement/live-attempts.ts';
import type { Settlement } from '../pay/settlement/settlement.ts';
import { refundedOf, replayedRefund, reasonNotToRefund } from './contract.ts';
import type { RefundCommand, Refunded, RefundRefusal } from './contract.ts';
import { GIVEN_SQL, IN_TIME_SQL } from './give-back-sql.ts';
import { settle } from '../settle.ts';
import { accountsOf } from '../strategy.ts';
import type { OperationContext, RequestHooks } from '../strategy.ts';

/** A refund in flight: a new one, or the one that this very request began before. */
interface Begun extends Outcome {
  readonly outcome: 'begun';
  readonly attempt: Attempt;
}

/** Refunds the reservation in three transactions. */
export async function refundApart(
  context: OperationContext,
  settlement: Settlement,
  command: RefundCommand,
): Promise<Refunded | RefundRefusal> {
  const { deadline } = context;
  // Asked first, too: a credit is never refused, so the key of another request must not begin a refund.
  const before = await madeByKey(context, command);
  if (before !== undefined) return before;
  const begun = await settle<RefundCommand, Begun, RefundRefusal>(
    context.database,
    {
      attempt: begin,
      refuseWith: async (connection) =>
        (await findBegun(connection, command)) ?? reasonNotToRefund(connection, command),
      replay: findBegun,
    },
    command,
    context,
  );
  if (begun.outcome !== 'begun') {
    const isRead = begun.outcome !== 'overloaded' && begun.outcome !== 'outcome_unknown';
    return (isRead ? await madeByKey(context, command) : undefined) ?? begun;
  }
  const settled = await settlement.drive(begun.attempt, { deadline, racePoint: context.racePoint });
  if (settled.outcome === 'outcome_unknown') return settled;
  if (settled.outcome === 'refused') throw new Error('a credit is never refused');
  const refunded = refundedOf(command, settled.entry, begun.attempt.amount);
  return begun.replayed === true ? asReplay(refunded) : refunded;
}

/** What the request's key has made on the account's side. */
async function madeByKey(
  context: OperationContext,
  command: RefundCommand,
): Promise<Refunded | RefundRefusal | undefined> {
  try {
    const { made, server } = await accountsOf(context).connect(
      async (connection) => ({
        made: await replayedRefund(connection, command),
        server: connection.server,
      }),
      context.deadline,
    );
    if (made === undefined || isRefusal(made)) return made;
    // The money is back before the seats are: a duplicate that comes between the two waits for the second.
    const begun = await context.database.connect(
      (connection) => findBegun(connection, command),
      context.deadline,
    );
    if (begun !== undefined) return undefined;
    const barrier = context.accounts === undefined ? context.barrier : context.accountsBarrier;
    return asReplay(await behind(barrier, { answer: made, server }, context.deadline));
  } catch (error) {
    return refusalOf(error);
  }
}

const COLUMNS = {
  attempt: 'integer',
  amount: 'bigint',
  part: 'integer',
  seats: 'integer[]?',
  noted: 'jsonb?',
} as const;

// A seat that is not the reservation's makes their number differ.
const beginRefund = statement({
  name: 'refund_begin',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text', 'boolean', 'integer[]?', 'text', 'bytea', 'jsonb?'],
  columns: { ...COLUMNS, owned: 'integer', xid: 'text' },
  text: `
    with ${GIVEN_SQL}, refunding as (
      update reservation as r
      set state = 'refunding', version = r.version + 1
      from given
      where r.performance_id = $1 and r.reservation_id = $2 and ${IN_TIME_SQL}
      returning given.seats, given.refunded_seats
    ), priced as materialized (
      select
        r.seats,
        cardinality(r.refunded_seats) as part,
        count(s.price) as owned,
        coalesce(sum(s.price), 0) as amount
      from refunding as r
      left join seat as s on s.performance_id = $1 and s.seat_number = any(r.seats) and s.reservation_id = $2
      group by r.seats, r.refunded_seats
    )
    insert into payment_attempt as a (
      performance_id, reservation_id, attempt, account_id, kind, provider, amount, key, request_hash, part, seats, noted,
      started_at, leased_until
    )
    select
      $1,
      $2,
      (
        select coalesce(max(b.attempt), 0) + 1
        from payment_attempt as b
        where b.performance_id = $1 and b.reservation_id = $2
      ),
      $3, 'refund', '${PROVIDER}', p.amount, $6, $7, p.part, p.seats, $8, clock_timestamp(),
      clock_timestamp() + interval '${TAKE_OVER_SECONDS} s'
    from priced as p
    returning
      a.attempt::integer as attempt,
      a.amount,
      a.part::integer as part,
      a.seats,
      a.noted,
      (select p.owned from priced as p)::integer as owned,
      pg_current_xact_id()::text as xid`,
});

async function begin(
  connection: Connection,
  command: RefundCommand,
  { racePoint }: RequestHooks,
): Promise<Begun | undefined> {
  const { performanceId, reservationId, accountId, byOperator, seats, idempotencyKey, requestHash, by } =
    command;
  return connection.transaction({}, async (tx) => {
    await racePoint?.('refund: before write');
    const [row] = await tx.run(beginRefund, [
      performanceId,
      reservationId,
      accountId,
      byOperator,
      seats ?? null,
      idempotencyKey,
      requestHash,
      by === undefined ? null : JSON.stringify(by),
    ]);
    if (row === undefined) return rollback(undefined);
    if (row.owned !== row.seats?.length) {
      throw new Error(`confirmed reservation ${reservationId} does not own its seats`);
    }
    tx.noteXid(row.xid);
    return commit(begunOf(command, row));
  });
}

function begunOf(command: RefundCommand, row: RowOf<typeof COLUMNS>): Begun {
  const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
  const { attempt, amount, part, seats } = row;
  return {
    outcome: 'begun',
    attempt: {
      performanceId,
      reservationId,
      attempt,
      accountId,
      kind: 'refund',
      amount,
      idempotencyKey,
      requestHash,
      part,
      seats: seats ?? [],
      noted: row.noted ?? undefined,
    },
  };
}

const findAttempt = statement({
  name: 'refund_find_begun',
  group: 'performance',
  params: ['text', 'uuid', 'text', 'text', 'bytea'],
  columns: COLUMNS,
  text: `
    select a.attempt::integer as attempt, a.amount, a.part::integer as part, a.seats, a.noted
    from payment_attempt as a
    where a.performance_id = $1
      and a.reservation_id = $2
      and a.account_id = $3
      and a.key = $4
      and a.request_hash = $5
      and a.kind = 'refund'
      and a.outcome is null`,
});

/** The refund in flight that this very request began. */
async function findBegun(connection: Connection, command: RefundCommand): Promise<Begun | undefined> {
  const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
  const [row] = await connection.read(findAttempt, [
    performanceId,
    reservationId,
    accountId,
    idempotencyKey,
    requestHash,
  ]);
  return row && begunOf(command, row);
}
