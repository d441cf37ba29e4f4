/**
 * Grouped payment: the payments of a performance that arrive while a transaction is in flight are decided together, in
 * the order of their arrival. The decision stays optimistic (D2): the group reads versions, and its update checks them;
 * the order stays D3's: confirm, deduct, write the history.
 *
 * Promise: of several payments of one reservation the first to arrive succeeds; the others learn that it is paid.
 * Statements of a group: begin, read, confirm and sell, deduct, commit, whatever its size, a round trip each; with losers one
 * more. A member with one seat costs (npm run group-costs):
 *   group size                   1        10       100     1,000 (four groups)
 *   statements, round trips      5       0.5      0.05      0.02
 *   updates, all HOT             4         4         4         4   (reservation, seat, limit row, wallet)
 *   index writes                 3         3         3         3   (of the ledger entry)
 *   bytes of WAL             1,296     1,086     1,056     1,048
 * A loser costs: a look at its key, in one statement with the other losers'.
 * Not for: a service that sees one payment at a time; it then does what `optimistic` does.
 */
import type { Transaction } from '../../db/database.ts';
import type { RowOf } from '../../db/statement.ts';
import { statement } from '../../db/statement.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { Decision } from '../../grouping/scheduler.ts';
import { CountsDiffer, groupedStrategy } from '../grouped.ts';
import type { DecidedGroup, Group } from '../grouped.ts';
import { ensureWallet } from '../ledger.ts';
import { findPayment, paidOf } from './pay.ts';
import type { Paid, PayCommand, PayOutcome, PayStrategy } from './pay.ts';

const readReservations = statement({
  name: 'pay_grouped_read',
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

// Which rows somebody else has locked: all that can be locked are, without waiting, in the order of the house.
const findLocked = statement({
  name: 'pay_grouped_find_locked',
  params: ['text', 'uuid[]', 'integer[]', 'text[]'],
  columns: { reservations: 'uuid[]', seats: 'integer[]', accounts: 'text[]' },
  text: `
    with reservations as materialized (
      select r.reservation_id
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = any($2)
      order by r.reservation_id
      for no key update skip locked
    ), seats as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1 and s.seat_number = any($3) and (select count(*) from reservations) >= 0
      order by s.seat_number
      for no key update skip locked
    ), limits as materialized (
      select l.account_id
      from claim_limit as l
      where l.performance_id = $1 and l.account_id = any($4) and (select count(*) from seats) >= 0
      order by l.account_id
      for no key update skip locked
    ), wallets as materialized (
      select w.account_id
      from wallet as w
      where w.account_id = any($4) and (select count(*) from limits) >= 0
      order by w.account_id
      for no key update skip locked
    )
    select
      array(
        select r.reservation_id
        from reservation as r
        where r.performance_id = $1 and r.reservation_id = any($2)
          and r.reservation_id not in (select reservation_id from reservations)
      ) as reservations,
      array(
        select s.seat_number
        from seat as s
        where s.performance_id = $1 and s.seat_number = any($3) and s.seat_number not in (select seat_number from seats)
      ) as seats,
      array(
        select l.account_id::text
        from claim_limit as l
        where l.performance_id = $1 and l.account_id = any($4) and l.account_id not in (select account_id from limits)
        union
        select w.account_id::text
        from wallet as w
        where w.account_id = any($4) and w.account_id not in (select account_id from wallets)
      ) as accounts`,
});

// The guard of the group: each reservation is confirmed only in the version that was read. Reservations are locked in
// order and the clock is read afterwards; then the seats in order; then the limit rows, several reservations of one account
// added up. A claim that lapsed on the way is counted against the limit again (see pay.ts).
const confirmAndSell = statement({
  name: 'pay_grouped_confirm',
  params: ['text', 'uuid[]', 'integer[]'],
  columns: { confirmed: 'integer', seats: 'integer', limits: 'integer', limits_due: 'integer', xid: 'text' },
  text: `
    with locked as materialized (
      select r.reservation_id, r.account_id, r.seat_ids, r.expires_at
      from unnest($2::uuid[], $3::integer[]) as seen (reservation_id, version)
      join reservation as r
        on r.performance_id = $1 and r.reservation_id = seen.reservation_id and r.version = seen.version
      where r.state = 'held'
      order by r.reservation_id
      for no key update of r
    ), alive as materialized (
      select l.reservation_id, l.account_id, l.seat_ids, l.expires_at
      from locked as l
      where l.expires_at > clock_timestamp()
    ), confirmed as (
      update reservation as r
      set state = 'confirmed', version = r.version + 1
      from alive as a
      where r.performance_id = $1 and r.reservation_id = a.reservation_id
      returning 1
    ), target as materialized (
      select s.seat_number
      from (select a.reservation_id, unnest(a.seat_ids) as seat_number from alive as a) as own
      join seat as s
        on s.performance_id = $1 and s.seat_number = own.seat_number and s.reservation_id = own.reservation_id
      where s.state = 'held'
      order by s.seat_number
      for no key update of s
    ), sold as (
      update seat as s
      set state = 'sold', version = s.version + 1, held_until = null, changed_by = pg_current_xact_id()
      from target
      where s.performance_id = $1 and s.seat_number = target.seat_number
      returning 1
    ), lapsing as materialized (
      select
        a.account_id,
        array_agg(a.expires_at) as claims,
        min(a.expires_at) as first,
        array_fill('infinity'::timestamptz, array[count(*)::integer]) as forever
      from (select a.account_id, a.expires_at, unnest(a.seat_ids) from alive as a) as a
      group by a.account_id
    ), limit_row as materialized (
      select l.account_id, a.claims, a.first, a.forever
      from lapsing as a
      join claim_limit as l on l.performance_id = $1 and l.account_id = a.account_id
      where (select count(*) from sold) >= 0
      order by l.account_id
      for no key update of l
    ), counted as (
      update claim_limit as l
      set claims = without_claims(live_claims(l.claims), a.claims) || a.forever
      from limit_row as a
      where l.performance_id = $1
        and l.account_id = a.account_id
        and (
          a.first > clock_timestamp()
          or cardinality(without_claims(live_claims(l.claims), a.claims)) + cardinality(a.forever)
            <= (select p.seat_limit from performance as p where p.performance_id = $1)
        )
      returning 1
    )
    select
      (select count(*) from confirmed)::integer as confirmed,
      (select count(*) from sold)::integer as seats,
      (select count(*) from counted)::integer as limits,
      (select count(*) from limit_row)::integer as limits_due,
      pg_current_xact_id()::text as xid`,
});

// One row per wallet, its payments added up; the entries are numbered from the wallet's version as it is now. A wallet that
// has become too small is not touched, its entries are missing, and the group is decided again.
const deductAll = statement({
  name: 'pay_grouped_deduct',
  params: [
    'text',
    'text[]',
    'bigint[]',
    'bigint[]',
    'text[]',
    'bigint[]',
    'bigint[]',
    'bigint[]',
    'text[]',
    'bytea[]',
    'uuid[]',
  ],
  columns: {
    key: 'text',
    account_id: 'text',
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
  },
  text: `
    with locked as materialized (
      select w.account_id, g.amount, g.entries
      from unnest($2::text[], $3::bigint[], $4::bigint[]) as g (account_id, amount, entries)
      join wallet as w on w.account_id = g.account_id
      where w.balance >= g.amount
      order by w.account_id
      for no key update of w
    ), debited as (
      update wallet as w
      set balance = w.balance - l.amount, version = w.version + l.entries
      from locked as l
      where w.account_id = l.account_id and w.balance >= l.amount
      returning w.account_id, w.balance + l.amount as balance_before, w.version - l.entries as version_before
    )
    insert into ledger_entry as e (
      account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at
    )
    select
      d.account_id, d.version_before + p.place, 'payment', -p.amount, d.balance_before - p.spent, p.key, p.request_hash,
      $1, p.reservation_id, date_trunc('milliseconds', clock_timestamp())
    from unnest($5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[], $10::bytea[], $11::uuid[])
      as p (account_id, place, amount, spent, key, request_hash, reservation_id)
    join debited as d on d.account_id = p.account_id
    returning e.key::text as key, e.account_id::text as account_id, e.seq, e.balance_after, e.created_at`,
});

const findKnown = statement({
  name: 'pay_grouped_known',
  params: ['text[]', 'text[]'],
  columns: {
    account_id: 'text',
    key: 'text',
    seq: 'bigint',
    amount: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    request_hash: 'bytea',
  },
  text: `
    select
      e.account_id::text as account_id, e.key::text as key, e.seq, e.amount, e.balance_after, e.created_at, e.request_hash
    from unnest($1::text[], $2::text[]) as wanted (account_id, key)
    join ledger_entry as e on e.account_id = wanted.account_id and e.key = wanted.key`,
});

interface Winner {
  readonly command: PayCommand;
  readonly reservation: ReservationRow;
  /** Which of its wallet's payments in this group, from 1, and what they come to with it. */
  readonly place: number;
  readonly spent: number;
}

/** What the earlier members of a group leave in a wallet. */
interface Purse {
  readonly balance: number;
  spent: number;
  payments: number;
}

async function decide(tx: Transaction, group: Group<PayCommand>): Promise<DecidedGroup<PayOutcome>> {
  const { commands } = group;
  const performanceId = commands[0]!.performanceId;
  const ids = [...new Set(commands.map((command) => command.reservationId))].sort();
  const rows = await tx.run(readReservations, [performanceId, ids]);
  const reservations = new Map(rows.map((row) => [row.reservation_id, row]));
  await group.pause();
  const lockedOut = group.wait === 'not' ? await lockedRows(tx, performanceId, rows) : undefined;
  const earlier = group.repeats === 0 ? new Map<string, Answered>() : await known(tx, commands, reservations);

  const purses = new Map<string, Purse>();
  const winners = new Map<string, Winner>();
  const paidNow = new Set<string>();
  const losers: PayCommand[] = [];
  for (const command of commands) {
    const reservation = reservations.get(command.reservationId);
    if (
      lockedOut?.(command, reservation) === true ||
      earlier.has(keyOf(command)) ||
      winners.has(keyOf(command))
    )
      continue;
    const winner = paidNow.has(command.reservationId) ? undefined : win(command, reservation, purses);
    if (winner === undefined) {
      losers.push(command);
    } else {
      winners.set(keyOf(command), winner);
      paidNow.add(command.reservationId);
    }
  }
  const late = losers.length > 0 ? await known(tx, losers, reservations) : earlier;
  const paid =
    winners.size > 0 ? await write(tx, performanceId, [...winners.values()]) : new Map<string, Paid>();
  const decisions = commands.map((command): Decision<PayOutcome> => {
    const reservation = reservations.get(command.reservationId);
    if (lockedOut?.(command, reservation) === true) return { left: true };
    const answered = earlier.get(keyOf(command)) ?? late.get(keyOf(command));
    if (answered !== undefined) return { answer: again(answered.hash, command, answered.paid) };
    const winner = winners.get(keyOf(command));
    if (winner !== undefined) {
      return { answer: again(winner.command.requestHash, command, paid.get(keyOf(command))!) };
    }
    return { answer: reason(command, reservation, paidNow, purses) };
  });
  return { decisions };
}

/** A member wins when its reservation can be paid and its wallet has enough after the earlier members. */
function win(
  command: PayCommand,
  reservation: ReservationRow | undefined,
  purses: Map<string, Purse>,
): Winner | undefined {
  if (reservation === undefined || reservation.account_id !== command.accountId) return undefined;
  if (reservation.state !== 'held' || reservation.expired) return undefined;
  const purse = purseOf(purses, reservation);
  if (purse.balance - purse.spent < reservation.amount) return undefined;
  purse.spent += reservation.amount;
  purse.payments += 1;
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

/** Why a member lost, in the order of the catalogue. */
function reason(
  command: PayCommand,
  reservation: ReservationRow | undefined,
  paidNow: ReadonlySet<string>,
  purses: Map<string, Purse>,
): PayOutcome {
  if (reservation === undefined || reservation.account_id !== command.accountId) {
    return refuse('not_found', { what: 'reservation' });
  }
  if (reservation.expired) return refuse('hold_expired');
  const state = paidNow.has(command.reservationId) ? 'confirmed' : reservation.state;
  if (state !== 'held') return refuse('reservation_not_payable', { state });
  const purse = purseOf(purses, reservation);
  return refuse('insufficient_balance', {
    required: reservation.amount,
    available: purse.balance - purse.spent,
  });
}

async function write(
  tx: Transaction,
  performanceId: string,
  winners: readonly Winner[],
): Promise<ReadonlyMap<string, Paid>> {
  const [confirmed] = await tx.run(confirmAndSell, [
    performanceId,
    winners.map(({ reservation }) => reservation.reservation_id),
    winners.map(({ reservation }) => reservation.version),
  ]);
  const seats = winners.reduce((sum, { reservation }) => sum + reservation.seat_ids.length, 0);
  const complete =
    confirmed?.confirmed === winners.length &&
    confirmed.seats === seats &&
    confirmed.limits === confirmed.limits_due;
  if (!complete) throw new CountsDiffer();
  tx.noteXid(confirmed.xid);
  // What costs nothing needs no wallet beforehand.
  for (const { command, reservation } of winners) {
    if (reservation.balance === null) await ensureWallet(tx, command.accountId);
  }
  return deduct(tx, performanceId, winners);
}

async function deduct(
  tx: Transaction,
  performanceId: string,
  winners: readonly Winner[],
): Promise<ReadonlyMap<string, Paid>> {
  // The last member of each account carries what all of them come to.
  const wallets = new Map(winners.map((winner) => [winner.command.accountId, winner]));
  const entries = await tx.run(deductAll, [
    performanceId,
    [...wallets.keys()],
    [...wallets.values()].map(({ spent }) => spent),
    [...wallets.values()].map(({ place }) => place),
    winners.map(({ command }) => command.accountId),
    winners.map(({ place }) => place),
    winners.map(({ reservation }) => reservation.amount),
    winners.map(({ spent }) => spent),
    winners.map(({ command }) => command.idempotencyKey),
    winners.map(({ command }) => command.requestHash),
    winners.map(({ command }) => command.reservationId),
  ]);
  if (entries.length !== winners.length) throw new CountsDiffer();
  const entryOf = new Map(entries.map((entry) => [`${entry.account_id} ${entry.key}`, entry]));
  return new Map(
    winners.map(({ command, reservation }) => {
      const { seat_ids: seats, amount } = reservation;
      return [keyOf(command), paidOf(command, seats, amount, entryOf.get(keyOf(command))!)];
    }),
  );
}

interface Answered {
  readonly hash: Buffer;
  readonly paid: Paid;
}

/** What the commands' keys have made already, by account and key. */
async function known(
  tx: Transaction,
  commands: readonly PayCommand[],
  reservations: ReadonlyMap<string, ReservationRow>,
): Promise<ReadonlyMap<string, Answered>> {
  const rows = await tx.run(findKnown, [
    commands.map((command) => command.accountId),
    commands.map((command) => command.idempotencyKey),
  ]);
  const commandOf = new Map(commands.map((command) => [keyOf(command), command]));
  return new Map(
    rows.map((row) => {
      const key = `${row.account_id} ${row.key}`;
      const command = commandOf.get(key)!;
      const seats = reservations.get(command.reservationId)?.seat_ids ?? [];
      return [key, { hash: row.request_hash, paid: paidOf(command, seats, 0 - row.amount, row) }];
    }),
  );
}

function again(hash: Buffer, command: PayCommand, paid: Paid): PayOutcome {
  return hash.equals(command.requestHash) ? paid : refuse('idempotency_key_reused');
}

/** Tells which commands want a row that somebody else has locked; the rows of the others are locked now. */
async function lockedRows(
  tx: Transaction,
  performanceId: string,
  rows: readonly ReservationRow[],
): Promise<(command: PayCommand, reservation: ReservationRow | undefined) => boolean> {
  const [locked] = await tx.run(findLocked, [
    performanceId,
    rows.map((row) => row.reservation_id),
    rows.flatMap((row) => row.seat_ids),
    rows.map((row) => row.account_id),
  ]);
  const reservations = new Set(locked?.reservations);
  const seats = new Set(locked?.seats);
  const accounts = new Set(locked?.accounts);
  return (command, reservation) =>
    reservations.has(command.reservationId) ||
    accounts.has(command.accountId) ||
    (reservation?.seat_ids.some((seat) => seats.has(seat)) ?? false);
}

function keyOf(command: PayCommand): string {
  return `${command.accountId} ${command.idempotencyKey}`;
}

export const groupedPay: PayStrategy = groupedStrategy<PayCommand, Paid>(
  {
    liveness: 'one-wins-rest-refused',
    meanwhile: 'works-too',
    shardOf: (command) => command.performanceId,
    rowsOf: (command) => [command.reservationId, command.accountId],
    decide,
    replay: findPayment,
  },
  'pay: between read and write',
);
