/**
 * Grouped payment: the payments of a performance that arrive while a transaction is in flight are decided
 * together, in the order of their arrival. The decision stays optimistic (analysis, D2): the group reads versions, and
 * its update checks them; the order stays D3's: confirm, deduct, write the history.
 *
 * Promise: of several payments of one reservation the first to arrive succeeds; the others learn that it is
 * paid.
 * Statements of a group: begin, read, confirm and sell, deduct, commit, whatever its size, in four round
 * trips (begin goes with the read); with losers one more. A member with one seat costs (npm run group-costs):
 *   group size                   1        10       100     1,000 (four groups)
 *   statements                   5       0.5      0.05      0.02
 *   round trips                  4       0.4      0.04     0.016
 *   updates, all HOT             4         4         4         4   (reservation, seat, limit row, wallet)
 *   index writes                 3         3         3         3   (of the ledger entry)
 *   bytes of WAL             1,296     1,086     1,056     1,048
 * A loser costs: a read of its key, in one statement with the other losers'.
 * Not for: a service that sees one payment at a time; it then does what `optimistic` does.
 */
import type { Transaction } from '../../../db/database.ts';
import type { RowOf } from '../../../db/statement.ts';
import { statement } from '../../../db/statement.ts';
import { refuse } from '../../../domain/outcomes.ts';
import { answeredBy, groupedStrategy } from '../../groups/group-strategy.ts';
import type { Answered, GroupedOperation, GroupState } from '../../groups/group-strategy.ts';
import type { Wait } from '../../groups/scheduler.ts';
import { findEntries } from '../../ledger.ts';
import {
  FIND_LOCKED_COLUMNS,
  FIND_LOCKED_PARAMS,
  LIMITS_PASSED_OVER_SQL,
  LOCK_FREE_SQL,
  lockedRows,
  PASSED_OVER_SQL,
} from '../locked-rows.ts';
import { keyOf, write } from './write.ts';
import type { Winner } from './write.ts';
import { findPayment, paidOf } from '../pay.ts';
import type { Paid, PayCommand, PayOutcome, PayRefusal, PayStrategy } from '../pay.ts';

const readReservations = statement({
  name: 'pay_grouped_read',
  group: 'same-server',
  params: ['text', 'uuid[]'],
  columns: {
    reservation_id: 'uuid',
    account_id: 'text',
    state: 'text',
    expired: 'boolean',
    version: 'integer',
    amount: 'bigint',
    seat_ids: 'integer[]',
    balance: 'bigint?',
  },
  text: `
    select
      r.reservation_id,
      r.account_id::text as account_id,
      r.state::text as state,
      r.state = 'expired' or r.state = 'held' and r.expires_at <= clock_timestamp() as expired,
      r.version,
      r.amount,
      r.seat_ids,
      w.balance
    from reservation as r
    left join wallet as w on w.account_id = r.account_id
    where r.performance_id = $1 and r.reservation_id = any($2)`,
});
type ReservationRow = RowOf<(typeof readReservations)['columns']>;

const findLocked = statement({
  name: 'pay_grouped_find_locked',
  group: 'same-server',
  writes: true,
  params: FIND_LOCKED_PARAMS,
  columns: FIND_LOCKED_COLUMNS,
  text: `
    with ${LOCK_FREE_SQL}, wallets as materialized (
      select w.account_id
      from wallet as w
      where w.account_id = any($4) and (select count(*) from limits) >= 0
      order by w.account_id
      for no key update skip locked
    )
    select
      ${PASSED_OVER_SQL},
      array(
        ${LIMITS_PASSED_OVER_SQL}
        union
        select w.account_id::text
        from wallet as w
        where w.account_id = any($4) and w.account_id not in (select account_id from wallets)
      ) as accounts`,
});

/** What the earlier members of a group leave in a wallet. */
interface Purse {
  readonly balance: number;
  spent: number;
  payments: number;
}

/** What a group of payments has read, and what its winners have paid so far. */
interface PayState extends GroupState<PayCommand> {
  readonly performanceId: string;
  readonly reservations: ReadonlyMap<string, ReservationRow>;
  readonly purses: Map<string, Purse>;
  readonly paidNow: Set<string>;
}

async function read(tx: Transaction, commands: readonly PayCommand[], wait: Wait): Promise<PayState> {
  const performanceId = commands[0]!.performanceId;
  const ids = [...new Set(commands.map((command) => command.reservationId))].sort();
  const rows = await tx.run(readReservations, [performanceId, ids]);
  const reservations = new Map(rows.map((row) => [row.reservation_id, row]));
  const lockedOut = wait === 'not' ? await lockedRows(tx, findLocked, performanceId, rows) : undefined;
  return {
    performanceId,
    reservations,
    purses: new Map(),
    paidNow: new Set(),
    isLockedOut: (command) => lockedOut?.(command, reservations.get(command.reservationId)) === true,
  };
}

/** A member wins when its reservation can be paid and its wallet has enough after the earlier members. */
function win({ reservations, purses, paidNow }: PayState, command: PayCommand): Winner | undefined {
  const reservation = reservations.get(command.reservationId);
  if (reservation === undefined || reservation.account_id !== command.accountId) return undefined;
  if (reservation.state !== 'held' || reservation.expired) return undefined;
  if (paidNow.has(command.reservationId)) return undefined;
  const purse = purseOf(purses, reservation);
  if (purse.balance - purse.spent < reservation.amount) return undefined;
  purse.spent += reservation.amount;
  purse.payments += 1;
  paidNow.add(command.reservationId);
  return { command, reservation, place: purse.payments, spent: purse.spent };
}

function purseOf(purses: Map<string, Purse>, reservation: ReservationRow): Purse {
  let purse = purses.get(reservation.account_id);
  if (purse === undefined) {
    purse = { balance: reservation.balance ?? 0, spent: 0, payments: 0 };
    purses.set(reservation.account_id, purse);
  }
  return purse;
}

async function explain(
  tx: Transaction,
  losers: readonly PayCommand[],
  state: PayState,
): Promise<(command: PayCommand) => PayOutcome> {
  const answered = losers.length > 0 ? await findAnswered(tx, losers, state) : undefined;
  return (command) => answered?.get(keyOf(command))?.(command) ?? reason(command, state);
}

/** Why a member lost, in the refusal order. */
function reason(command: PayCommand, { reservations, purses, paidNow }: PayState): PayRefusal {
  const reservation = reservations.get(command.reservationId);
  if (reservation === undefined || reservation.account_id !== command.accountId) {
    return refuse('not_found', { what: 'reservation' });
  }
  if (reservation.expired) return refuse('hold_expired');
  const state = paidNow.has(command.reservationId) ? 'confirmed' : reservation.state;
  if (state === 'paying') return refuse('contended', { cause: 'paying' });
  if (state !== 'held') return refuse('reservation_not_payable', { state });
  const purse = purseOf(purses, reservation);
  return refuse('insufficient_balance', {
    required: reservation.amount,
    available: purse.balance - purse.spent,
  });
}

/** What the commands' keys have made already. */
async function findAnswered(
  tx: Transaction,
  commands: readonly PayCommand[],
  { reservations }: PayState,
): Promise<ReadonlyMap<string, Answered<PayCommand, Paid>>> {
  const rows = await findEntries(tx, commands);
  return new Map(
    rows.map((row) => [
      `${row.account_id} ${row.key}`,
      answeredBy(row.request_hash, (command) => {
        const reservation = reservations.get(command.reservationId);
        return paidOf(command, reservation?.seat_ids ?? [], 0 - row.amount, row, reservation?.state);
      }),
    ]),
  );
}

const operation: GroupedOperation<PayCommand, Paid, PayRefusal, PayState, Winner> = {
  shardOf: (command) => command.performanceId,
  rowsOf: (command) => [command.reservationId, command.accountId],
  keyOf,
  read,
  findAnswered,
  win,
  explain,
  write: (tx, winners, { performanceId }) => write(tx, performanceId, winners),
  replay: findPayment,
};

export const groupedPay: PayStrategy = groupedStrategy(
  { contention: 'one-wins-rest-refused', meanwhile: 'works-too', detects: 'version' },
  'pay: between read and write',
  () => operation,
);
