/** Tops up an account's wallet, and pages through its ledger. */
import { readCurrency } from '../../catalogue/currency.ts';
import type { Currency } from '../../domain/currency.ts';
import { hasWallet, readWallet } from '../../operations/ledger.ts';
import type { Wallet as StoredWallet } from '../../operations/ledger.ts';
import type { Reversed, ReversalRefusal as OperationReversalRefusal } from '../../operations/reversal.ts';
import { reverseTopUp } from '../../operations/reversal.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { reading } from '../context.ts';
import type { Connection } from '../../db/database.ts';
import type { EntryKind } from '../../domain/states.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import type { ToppedUp, TopUpRefusal as OperationRefusal } from '../../operations/top-up/top-up.ts';
import { TOP_UP_AMOUNT_MAX } from '../../domain/money.ts';
import { refuse } from '../../domain/outcomes.ts';
import { requestHashOf } from '../../domain/ids.ts';
import type { By } from '../../operator-log/note-action.ts';
import { statement } from '../../db/statement.ts';

/** An account's wallet, and the currency of every amount. */
export interface Wallet extends StoredWallet, Currency {}

export async function readWalletOf(
  context: BoxOfficeContext,
  accountId: string,
): Promise<Wallet | ReadRefusal> {
  return reading(context, async (connection) => ({
    ...(await readWallet(connection, accountId)),
    ...(await readCurrency(connection)),
  }));
}

export interface TopUpRequest {
  readonly accountId: string;
  /** Minor units: a whole number from 1 to `TOP_UP_AMOUNT_MAX`. */
  readonly amount: number;
  /** Unique per account; the same request with the same key has one effect and one answer. */
  readonly idempotencyKey: string;
  /** The account whose token asked for it; the ledger entry keeps it. */
  readonly actor?: string | undefined;
  /** Makes a wallet for a new account; without it, the money for a mistyped account is refused. */
  readonly createAccount?: boolean | undefined;
}

export type TopUpRefusal = OperationRefusal | Refusal<'invalid_request' | 'not_found'>;

/**
 * Adds money to an account's wallet. Refusals: `invalid_request`, those of `TopUpOutcome`, and `not_found`
 * for an account without a wallet unless `createAccount` is true.
 */
export async function topUpWallet(
  context: BoxOfficeContext,
  request: TopUpRequest,
): Promise<ToppedUp | TopUpRefusal> {
  const { accountId, amount, idempotencyKey } = request;
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > TOP_UP_AMOUNT_MAX) {
    return refuse('invalid_request', { detail: `amount: a whole number from 1 to ${TOP_UP_AMOUNT_MAX}` });
  }
  if (request.createAccount !== true) {
    const known = await isKnown(context, accountId);
    if (known !== true) return known === false ? refuse('not_found', { what: 'account' }) : known;
  }
  const requestHash = requestHashOf('topUp', amount);
  const command = { accountId, amount, idempotencyKey, requestHash, actor: request.actor };
  return context.strategies.topUp.execute(command, { deadline: context.deadline });
}

/** `actor` is kept with the ledger entry, too. */
export interface ReversalRequest extends By {
  readonly accountId: string;
  /** The number of the top-up in the account's ledger. */
  readonly topUp: number;
  /** Unique per account; the same request with the same key has one effect and one answer. */
  readonly idempotencyKey: string;
}

export type ReversalRefusal = OperationReversalRefusal | Refusal<'invalid_request'>;

/** Takes a top-up back. Refusals: `invalid_request`, and those of the operation. */
export async function reverseWalletTopUp(
  context: BoxOfficeContext,
  request: ReversalRequest,
): Promise<Reversed | ReversalRefusal> {
  const { topUp } = request;
  if (!Number.isSafeInteger(topUp) || topUp < 1) {
    return refuse('invalid_request', { detail: "topUp: the number of an entry in the account's ledger" });
  }
  return reverseTopUp(context, { ...request, requestHash: requestHashOf('reverse', topUp) });
}

/** Whether the account has a wallet. Wallets are never removed, so a yes is remembered. */
async function isKnown(context: BoxOfficeContext, accountId: string): Promise<boolean | ReadRefusal> {
  const { knownAccounts } = context;
  if (knownAccounts.get(accountId) === true) return true;
  const known = await reading(context, (connection) => hasWallet(connection, accountId));
  if (known === true) knownAccounts.set(accountId, true);
  return known;
}

export interface LedgerEntry {
  /** The entry's number in the account's ledger, from 1 without gaps. */
  readonly seq: number;
  readonly kind: EntryKind;
  /** Minor units; negative for a payment. */
  readonly amount: number;
  readonly balanceAfter: number;
  readonly performanceId: string | null;
  readonly reservationId: string | null;
  readonly createdAt: Date;
}

export interface LedgerPage {
  readonly entries: readonly LedgerEntry[];
  /** Where the next page begins; undefined on the last page. */
  readonly before: number | undefined;
}

const listEntries = statement({
  name: 'wallet_entries',
  group: 'account',
  params: ['text', 'bigint', 'integer'],
  columns: {
    seq: 'bigint',
    kind: 'text',
    amount: 'bigint',
    balance_after: 'bigint',
    performance_id: 'text?',
    reservation_id: 'uuid?',
    created_at: 'timestamp with time zone',
  },
  text: `
    select
      e.seq,
      e.kind::text as kind,
      e.amount,
      e.balance_after,
      e.performance_id::text as performance_id,
      e.reservation_id,
      e.created_at
    from ledger_entry as e
    where e.account_id = $1 and e.seq < $2
    order by e.seq desc
    limit $3::integer`,
});

/** A page of the account's ledger, newest first; `before` is the previous page's. */
export async function listLedger(
  connection: Connection,
  accountId: string,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<LedgerPage> {
  const rows = await connection.read(listEntries, [
    accountId,
    page.before ?? Number.MAX_SAFE_INTEGER,
    page.limit,
  ]);
  const entries = rows.map((row) => ({
    seq: row.seq,
    kind: row.kind as LedgerEntry['kind'],
    amount: row.amount,
    balanceAfter: row.balance_after,
    performanceId: row.performance_id,
    reservationId: row.reservation_id,
    createdAt: row.created_at,
  }));
  return { entries, before: rows.length === page.limit ? rows.at(-1)?.seq : undefined };
}
