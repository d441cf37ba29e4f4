/** What charge, pay and refund share of the account's side: wallets and ledger entries. */
import type { Runner } from '../db/database.ts';
import type { RowOf } from '../db/statement.ts';
import { statement } from '../db/statement.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';

const createWallet = statement({
  name: 'ledger_create_wallet',
  params: ['text'],
  columns: {},
  text: `insert into wallet as w (account_id) values ($1) on conflict do nothing`,
});

/** Makes the account's wallet when it has none. Of two at once the second waits and does nothing. */
export async function ensureWallet(runner: Runner, accountId: string): Promise<void> {
  await runner.run(createWallet, [accountId]);
}

const createWallets = statement({
  name: 'ledger_create_wallets',
  params: ['text[]'],
  columns: {},
  text: `
    insert into wallet (account_id)
    select a.account_id from unnest($1::text[]) as a (account_id) order by a.account_id
    on conflict do nothing`,
});

/** The same for many accounts, each named once, in the order in which wallets are locked. */
export async function ensureWallets(runner: Runner, accountIds: readonly string[]): Promise<void> {
  if (accountIds.length > 0) await runner.run(createWallets, [accountIds]);
}

const readWallet = statement({
  name: 'ledger_read_balance',
  params: ['text'],
  columns: { balance: 'bigint' },
  text: `select w.balance from wallet as w where w.account_id = $1`,
});

/** The committed balance in minor units; an account without a wallet has 0. */
export async function readBalance(runner: Runner, accountId: string): Promise<number> {
  const [wallet] = await runner.run(readWallet, [accountId]);
  return wallet?.balance ?? 0;
}

const findEntry = statement({
  name: 'ledger_find_by_key',
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

/** The entry that this very request has made, `idempotency_key_reused` when its key belongs to another, or nothing. */
export async function findEntryOf(
  runner: Runner,
  request: { readonly accountId: string; readonly idempotencyKey: string; readonly requestHash: Buffer },
): Promise<RowOf<(typeof findEntry)['columns']> | Refusal<'idempotency_key_reused'> | undefined> {
  const [entry] = await runner.run(findEntry, [request.accountId, request.idempotencyKey]);
  if (entry === undefined || entry.request_hash.equals(request.requestHash)) return entry;
  return refuse('idempotency_key_reused');
}
