/** What top-up, pay and refund share of the account's side: wallets and ledger entries. */
import type { Reader, Transaction } from '../db/database.ts';
import type { RowOf } from '../db/statement.ts';
import { statement } from '../db/statement.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import type { Bytes } from '../lib/bytes.ts';

const createWallet = statement({
  name: 'ledger_create_wallet',
  group: 'account',
  writes: true,
  params: ['text'],
  columns: {},
  text: `insert into wallet as w (account_id) values ($1) on conflict do nothing`,
});

/** Creates the account's wallet when it has none. Of two at once the second waits and does nothing. */
export async function ensureWallet(tx: Transaction, accountId: string): Promise<void> {
  await tx.run(createWallet, [accountId]);
}

const createWallets = statement({
  name: 'ledger_create_wallets',
  group: 'account',
  writes: true,
  params: ['text[]'],
  columns: {},
  text: `
    insert into wallet (account_id)
    select a.account_id from unnest($1::text[]) as a (account_id) order by a.account_id
    on conflict do nothing`,
});

/** The same for many accounts, each named once, in the order in which wallets are locked. */
export async function ensureWallets(tx: Transaction, accountIds: readonly string[]): Promise<void> {
  if (accountIds.length > 0) await tx.run(createWallets, [accountIds]);
}

/** What an account has. */
export interface Wallet {
  /** Minor units. */
  readonly balance: number;
  /** The `seq` of the last ledger entry, 0 before the first: another version means that money has moved. */
  readonly version: number;
}

const findWallet = statement({
  name: 'ledger_read_wallet',
  group: 'account',
  params: ['text'],
  columns: { balance: 'bigint', version: 'bigint' },
  text: `select w.balance, w.version from wallet as w where w.account_id = $1`,
});

/** Reads the wallet without a lock; an account that has none has nothing. */
export async function readWallet(reader: Reader, accountId: string): Promise<Wallet> {
  const [wallet] = await reader.read(findWallet, [accountId]);
  return wallet ?? { balance: 0, version: 0 };
}

/** Whether the account is known: money was put into its wallet once, or it has paid. A wallet never goes away. */
export async function hasWallet(reader: Reader, accountId: string): Promise<boolean> {
  return (await reader.read(findWallet, [accountId])).length > 0;
}

/** Reads the wallet before a write: the account has one afterwards. */
export async function readOrCreateWallet(tx: Transaction, accountId: string): Promise<Wallet> {
  const [wallet] = await tx.read(findWallet, [accountId]);
  if (wallet !== undefined) return wallet;
  await ensureWallet(tx, accountId);
  return readWallet(tx, accountId);
}

const findEntry = statement({
  name: 'ledger_find_by_key',
  group: 'account',
  params: ['text', 'text'],
  columns: {
    seq: 'bigint',
    amount: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    request_hash: 'bytea',
  },
  text: `
    select e.seq, e.amount, e.balance_after, e.created_at, e.request_hash
    from ledger_entry as e
    where e.account_id = $1 and e.key = $2`,
});

/** A ledger entry as it is found by its key. */
export type EntryOfKey = RowOf<(typeof findEntry)['columns']>;

/** The entry that this very request has made, `idempotency_key_reused` when its key belongs to another, or nothing. */
export async function findEntryOf(
  reader: Reader,
  request: { readonly accountId: string; readonly idempotencyKey: string; readonly requestHash: Bytes },
): Promise<EntryOfKey | Refusal<'idempotency_key_reused'> | undefined> {
  const [entry] = await reader.read(findEntry, [request.accountId, request.idempotencyKey]);
  if (entry === undefined || entry.request_hash.equals(request.requestHash)) return entry;
  return refuse('idempotency_key_reused');
}

const findByKeys = statement({
  name: 'ledger_find_by_keys',
  group: 'account',
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

/** The entries that the keys of many requests have made, of whatever requests. */
export function findEntries(
  reader: Reader,
  requests: readonly { readonly accountId: string; readonly idempotencyKey: string }[],
): Promise<readonly RowOf<(typeof findByKeys)['columns']>[]> {
  return reader.read(findByKeys, [
    requests.map(({ accountId }) => accountId),
    requests.map(({ idempotencyKey }) => idempotencyKey),
  ]);
}
