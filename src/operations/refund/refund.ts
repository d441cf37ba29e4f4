/**
 * Refunding a confirmed reservation, or some of its seats: they are free again and what they took is back in
 * the wallet, both or neither. The reservation stays confirmed until its last seat is given back.
 *
 * Locks: reservation, seats by number, limit row, wallet. A buyer may refund until the performance's
 * deadline, an operator always, and so may a buyer once the performance is cancelled.
 */
import type { Connection } from '../../db/database.ts';
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { noteAction } from '../../operator-log/note-action.ts';
import { settle } from '../settle.ts';
import { giveSeatsBack } from '../give-back.ts';
import { refundApart } from './apart.ts';
import { reasonNotToRefund, refundedOf, replayedRefund } from './contract.ts';
import type { RefundCommand, Refunded, RefundRefusal } from './contract.ts';
import { GIVEN_SQL, IN_TIME_SQL, PRICES_SQL } from './give-back-sql.ts';
import type { OperationContext, RequestHooks } from '../strategy.ts';

/** Refunds the reservation. */
export function refund(context: OperationContext, command: RefundCommand): Promise<Refunded | RefundRefusal> {
  if (context.settlement !== undefined) return refundApart(context, context.settlement, command);
  const core = { attempt, refuseWith: refundRefusal, replay: replayedRefund };
  return settle<RefundCommand, Refunded, RefundRefusal>(context.database, core, command, context);
}

const refundReservation = statement({
  name: 'refund_reservation',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text', 'boolean', 'integer[]?'],
  columns: { seats: 'integer[]', part: 'integer' },
  text: `
    with ${GIVEN_SQL}
    update reservation as r
    set state = case cardinality(given.seats) when cardinality(given.kept) then 'refunded' else r.state end,
        version = r.version + 1,
        refunded_seats = given.refunded_seats || given.seats,
        seat_prices = ${PRICES_SQL}
    from given
    where r.performance_id = $1 and r.reservation_id = $2 and ${IN_TIME_SQL}
    returning given.seats, cardinality(given.refunded_seats) as part`,
});

// The account's limit for a balance is not asked here: money that is owed is always paid back.
const creditWallet = statement({
  name: 'refund_credit_wallet',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'text', 'bytea', 'text', 'uuid', 'integer', 'text?'],
  columns: {
    seq: 'bigint',
    amount: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with credited as (
      update wallet as w
      set balance = w.balance + $2, version = w.version + 1
      where w.account_id = $1
      returning w.version, w.balance
    )
    insert into ledger_entry as e (
      account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at,
      part, actor
    )
    select
      $1, c.version, 'refund', $2, c.balance, $3, $4, $5, $6, date_trunc('milliseconds', clock_timestamp()), $7::integer,
      $8::text
    from credited as c
    returning e.seq, e.amount, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

async function attempt(
  connection: Connection,
  command: RefundCommand,
  { racePoint }: RequestHooks,
): Promise<Refunded | undefined> {
  const { performanceId, reservationId, accountId, idempotencyKey, requestHash } = command;
  return connection.transaction({}, async (tx) => {
    await racePoint?.('refund: before write');
    const [row] = await tx.run(refundReservation, [
      performanceId,
      reservationId,
      accountId,
      command.byOperator,
      command.seats ?? null,
    ]);
    if (row === undefined) return rollback(undefined);
    const { seats, part } = row;
    const { freed, amount } = await giveSeatsBack(tx, {
      performanceId,
      reservationId,
      accountId,
      seats,
      expiresAt: undefined,
    });
    if (freed !== seats.length)
      throw new Error(`confirmed reservation ${reservationId} does not own its seats`);
    const credit = [
      accountId,
      amount,
      idempotencyKey,
      requestHash,
      performanceId,
      reservationId,
      part,
      command.by?.actor ?? null,
    ] as const;
    const [entry] = await tx.run(creditWallet, credit);
    if (entry === undefined) throw new Error(`the wallet that paid reservation ${reservationId} is gone`);
    tx.noteXid(entry.xid);
    if (command.by !== undefined) {
      const details = { amount, seatNumbers: seats, entry: entry.seq };
      const noted = {
        action: 'reservation_refunded',
        performanceId,
        reservationId,
        accountId,
        details,
      } as const;
      await noteAction(tx, command.by, noted);
    }
    return commit(refundedOf(command, entry, entry.amount));
  });
}

async function refundRefusal(
  connection: Connection,
  command: RefundCommand,
): Promise<Refunded | RefundRefusal> {
  const reason = await reasonNotToRefund(connection, command);
  // The key is read after the reservation: see holdRefusal.
  return (await replayedRefund(connection, command)) ?? reason;
}
