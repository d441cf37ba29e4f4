/** What a group of payments writes: the reservations and their seats, then the wallets and their history. */
import type { Transaction } from '../../../db/database.ts';
import { statement } from '../../../db/statement.ts';
import { answeredBy, CountsDiffer } from '../../groups/group-strategy.ts';
import type { Answered } from '../../groups/group-strategy.ts';
import { ensureWallets } from '../../ledger.ts';
import { paidOf } from '../pay.ts';
import type { Paid, PayCommand } from '../pay.ts';
import { isAllTaken, TAKEN_COLUMNS, TAKEN_SQL, takeHeldSql } from './take-held.ts';

const confirmAndSell = statement({
  name: 'pay_grouped_confirm',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid[]', 'integer[]'],
  columns: TAKEN_COLUMNS,
  text: `
    with ${takeHeldSql({ state: 'confirmed', seatSql: "state = 'sold', held_until = null" })}
    select ${TAKEN_SQL.trim()}`,
});

// One row per wallet, its payments added up; the entries are numbered from the wallet's version as it is now.
// A wallet that has become too small is not touched, its entries are missing, and the group is decided again.
const deductAll = statement({
  name: 'pay_grouped_deduct',
  group: 'account',
  writes: true,
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

/** A payment that its group has decided to make. */
export interface Winner {
  readonly command: PayCommand;
  /** As it was read. No balance: the account has no wallet yet. */
  readonly reservation: {
    readonly reservation_id: string;
    readonly version: number;
    readonly amount: number;
    readonly seat_ids: readonly number[];
    readonly balance: number | null;
  };
  /** Which of its wallet's payments in this group, from 1, and what they come to with it. */
  readonly place: number;
  readonly spent: number;
}

/** An account's key, by which a payment is known. */
export function keyOf(command: PayCommand): string {
  return `${command.accountId} ${command.idempotencyKey}`;
}

/** Makes the payments, by account and key. Throws `CountsDiffer` when what was read does not hold any longer. */
export async function write(
  tx: Transaction,
  performanceId: string,
  winners: readonly Winner[],
): Promise<ReadonlyMap<string, Answered<PayCommand, Paid>>> {
  const [taken] = await tx.run(confirmAndSell, [
    performanceId,
    winners.map(({ reservation }) => reservation.reservation_id),
    winners.map(({ reservation }) => reservation.version),
  ]);
  if (
    !isAllTaken(
      taken,
      winners.map(({ reservation }) => reservation),
    )
  ) {
    throw new CountsDiffer();
  }
  tx.noteXid(taken.xid);
  // What costs nothing needs no wallet beforehand.
  const without = winners.filter(({ reservation }) => reservation.balance === null);
  await ensureWallets(tx, [...new Set(without.map(({ command }) => command.accountId))]);
  return deduct(tx, performanceId, winners);
}

async function deduct(
  tx: Transaction,
  performanceId: string,
  winners: readonly Winner[],
): Promise<ReadonlyMap<string, Answered<PayCommand, Paid>>> {
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
      const entry = entryOf.get(keyOf(command))!;
      return [keyOf(command), answeredBy(command.requestHash, (same) => paidOf(same, seats, amount, entry))];
    }),
  );
}
