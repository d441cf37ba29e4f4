/**
 * Topping up a wallet: every concurrent top-up is meant to succeed, one after another (analysis, D1).
 *
 * This file has the contract and what every strategy shares: the write of a new ledger entry and the search
 * for the reason of a refusal. How the wallet is guarded while that happens is each strategy's own file.
 */
import type { Connection, Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { BALANCE_MAX } from '../../domain/money.ts';
import type { Outcome, Refusal, Unsettled } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import { oneByOne } from '../settle.ts';
import type { Core } from '../settle.ts';
import { findEntryOf, readWallet } from '../ledger.ts';
import type { Declaration, Strategy } from '../strategy.ts';
import type { Bytes } from '../../lib/bytes.ts';

export interface TopUpCommand {
  readonly accountId: string;
  /** Minor units, a positive safe integer. */
  readonly amount: number;
  readonly idempotencyKey: string;
  readonly requestHash: Bytes;
  /** The account whose token asked for it, kept with the entry; undefined where nobody else did. */
  readonly actor?: string | undefined;
}

/** The ledger entry that the top-up made; a replay answers the original one. */
export interface ToppedUp extends Outcome {
  readonly outcome: 'topped_up';
  readonly accountId: string;
  /** The entry's number in the account's ledger. */
  readonly seq: number;
  readonly amount: number;
  readonly balanceAfter: number;
  readonly createdAt: Date;
}

export type TopUpRefusal = Refusal<'idempotency_key_reused' | 'balance_limit_exceeded'> | Unsettled;
export type TopUpOutcome = ToppedUp | TopUpRefusal;
export type TopUpStrategy = Strategy<TopUpCommand, ToppedUp, TopUpRefusal>;

/** Completes an attempt to a strategy; undefined from it means that it lost and its transaction changed nothing. */
export function topUpStrategy(
  declaration: Declaration,
  attempt: Core<TopUpCommand, ToppedUp, TopUpRefusal>['attempt'],
): TopUpStrategy {
  return oneByOne<TopUpCommand, ToppedUp, TopUpRefusal>(declaration, {
    attempt,
    refuseWith: topUpRefusal,
    replay: findTopUp,
  });
}

// The write is relative to the row (balance + amount, version + 1), so it is right beside every other
// strategy's. The wallet's new version numbers the entry: gapless without a sequence, because nobody else can
// have that version.
const addTopUp = statement({
  name: 'top_up_add',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'bigint', 'text', 'bytea', 'text?'],
  columns: {
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with topped_up as (
      update wallet as w
      set balance = w.balance + $2, version = w.version + 1
      where w.account_id = $1 and w.balance + $2 <= $3
      returning w.version, w.balance
    )
    insert into ledger_entry as e (account_id, seq, kind, amount, balance_after, key, request_hash, created_at, actor)
    select $1, c.version, 'top_up', $2, c.balance, $4, $5, date_trunc('milliseconds', clock_timestamp()), $6
    from topped_up as c
    returning e.seq, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

/** Adds the amount to the wallet and writes its entry; undefined when the balance would exceed its limit. */
export async function writeTopUp(tx: Transaction, command: TopUpCommand): Promise<ToppedUp | undefined> {
  const { accountId, amount, idempotencyKey, requestHash, actor = null } = command;
  const [entry] = await tx.run(addTopUp, [
    accountId,
    amount,
    BALANCE_MAX,
    idempotencyKey,
    requestHash,
    actor,
  ]);
  if (entry === undefined) return undefined;
  tx.noteXid(entry.xid);
  return toppedUpOf(command, entry);
}

/** The answer for an entry. */
export function toppedUpOf(
  command: TopUpCommand,
  entry: { readonly seq: number; readonly balance_after: number; readonly created_at: Date },
): ToppedUp {
  return {
    outcome: 'topped_up',
    accountId: command.accountId,
    seq: entry.seq,
    amount: command.amount,
    balanceAfter: entry.balance_after,
    createdAt: entry.created_at,
  };
}

/** The top-up that this very request has made, `idempotency_key_reused` when its key belongs to another, or nothing. */
export async function findTopUp(
  connection: Connection,
  command: TopUpCommand,
): Promise<ToppedUp | Refusal<'idempotency_key_reused'> | undefined> {
  const entry = await findEntryOf(connection, command);
  // The hash covers operation and amount, so an entry of this request is a top-up of the same amount.
  return entry === undefined || isRefusal(entry) ? entry : toppedUpOf(command, entry);
}

async function topUpRefusal(connection: Connection, command: TopUpCommand): Promise<TopUpOutcome> {
  const replayed = await findTopUp(connection, command);
  if (replayed !== undefined) return replayed;
  const { balance } = await readWallet(connection, command.accountId);
  return balance + command.amount > BALANCE_MAX
    ? refuse('balance_limit_exceeded', { limit: BALANCE_MAX, balance })
    : refuse('contended', { cause: 'version' });
}
