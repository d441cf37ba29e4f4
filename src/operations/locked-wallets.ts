/** The wallets that a group has locked, and what its members enter in them one after another. */
import type { Transaction } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import { CountsDiffer } from './groups/group-strategy.ts';
import type { Wait } from './groups/scheduler.ts';
import { ensureWallets } from './ledger.ts';

const columns = {
  account_id: 'text',
  balance: 'bigint',
  version: 'bigint',
  now: 'timestamp with time zone',
} as const;

// Sorted, so that groups of several services never wait for each other in a circle.
const lockBy = (name: string, how: string) =>
  statement({
    name,
    group: 'account',
    writes: true,
    params: ['text[]'],
    columns,
    text: `
    select
      w.account_id::text as account_id,
      w.balance,
      w.version,
      date_trunc('milliseconds', clock_timestamp()) as now
    from wallet as w
    where w.account_id = any($1)
    order by w.account_id
    ${how}`,
  });
const lockAll = lockBy('wallets_lock', 'for no key update');
const lockFree = lockBy('wallets_lock_free', 'for no key update skip locked');

const existing = statement({
  name: 'wallets_existing',
  group: 'account',
  params: ['text[]'],
  columns: { account_id: 'text' },
  text: `select w.account_id::text as account_id from wallet as w where w.account_id = any($1)`,
});

/** A wallet after the members of the group so far. */
export interface LockedWallet {
  balance: number;
  /** The number of its last entry. */
  version: number;
  /** What this group adds to the balance. */
  amount: number;
  /** How many entries this group adds. */
  entries: number;
}

/** Enters an amount, negative for a debit, as the wallet's next entry. */
export function enter(wallet: LockedWallet, amount: number): void {
  wallet.balance += amount;
  wallet.version += 1;
  wallet.amount += amount;
  wallet.entries += 1;
}

/**
 * Locks the accounts' wallets, and creates those that are missing. With `wait` `not` the wallets that others have locked are
 * left out. `now` is the time after the last lock.
 */
export async function lockWallets(
  tx: Transaction,
  accountIds: readonly string[],
  wait: Wait,
): Promise<{ readonly wallets: ReadonlyMap<string, LockedWallet>; readonly now: Date }> {
  const accounts = [...new Set(accountIds)].sort();
  const declared = wait === 'not' ? lockFree : lockAll;
  const rows = await tx.run(declared, [accounts]);
  if (rows.length < accounts.length) {
    // New wallets, or locked ones that are passed over.
    const locked = new Set(rows.map((row) => row.account_id));
    const missing = accounts.filter((account) => !locked.has(account));
    const there = new Set((await tx.run(existing, [missing])).map((row) => row.account_id));
    const absent = missing.filter((account) => !there.has(account));
    if (absent.length > 0) {
      await ensureWallets(tx, absent);
      rows.push(...(await tx.run(declared, [absent])));
    }
    // A wallet that appeared between the two reads: there now, and not locked by this group.
    if (wait !== 'not' && rows.length < accounts.length) throw new CountsDiffer();
  }
  const wallets = new Map(
    rows.map((row) => [
      row.account_id,
      { balance: row.balance, version: row.version, amount: 0, entries: 0 },
    ]),
  );
  return { wallets, now: rows.at(-1)?.now ?? new Date(0) };
}
