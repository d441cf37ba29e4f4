/**
 * Taking a top-up back: money that was credited to a wallet by mistake, or whose card payment was reversed.
 *
 * One statement locks the wallet, takes the amount off and writes the entry; the same transaction notes it in the operator
 * log. Money that is spent already
 * cannot be taken back: that is `insufficient_balance`, and nothing is changed. A top-up is reversed once,
 * guarded by a unique index; reversing it again, by any key, is the same success.
 */
import type { Connection } from '../db/database.ts';
import { commit, rollback } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../domain/outcomes.ts';
import { isRefusal, refuse } from '../domain/outcomes.ts';
import { findEntryOf, readWallet } from './ledger.ts';
import type { By } from '../operator-log/note-action.ts';
import { noteAction } from '../operator-log/note-action.ts';
import { settle } from './settle.ts';
import type { OperationContext, RequestHooks } from './strategy.ts';
import type { Bytes } from '../lib/bytes.ts';

/** `actor` is kept with the entry, too. */
export interface ReversalCommand extends By {
  readonly accountId: string;
  /** The number of the top-up in the account's ledger. */
  readonly topUp: number;
  readonly idempotencyKey: string;
  readonly requestHash: Bytes;
}

/** The ledger entry that the reversal made. */
export interface Reversed extends Outcome {
  readonly outcome: 'reversed';
  readonly accountId: string;
  /** The reversal's number in the account's ledger. */
  readonly seq: number;
  /** The number of the top-up that was taken back. */
  readonly topUp: number;
  /** What was taken back, in minor units; positive. */
  readonly amount: number;
  readonly balanceAfter: number;
  readonly createdAt: Date;
}

export type ReversalRefusal =
  | Refusal<'not_found' | 'idempotency_key_reused' | 'insufficient_balance'>
  | Unsettled;

/** Reverses a top-up of the account. */
export function reverseTopUp(
  context: OperationContext,
  command: ReversalCommand,
): Promise<Reversed | ReversalRefusal> {
  const core = { attempt, refuseWith: reversalRefusal, replay: findReversal };
  return settle<ReversalCommand, Reversed, ReversalRefusal>(context.database, core, command, context);
}

const reverse = statement({
  name: 'reversal_write',
  group: 'account',
  writes: true,
  params: ['text', 'bigint', 'text', 'bytea', 'text?'],
  columns: {
    seq: 'bigint',
    amount: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    xid: 'text',
  },
  text: `
    with top_up as materialized (
      select e.amount
      from ledger_entry as e
      where e.account_id = $1 and e.seq = $2 and e.kind = 'top_up'
    ), debited as (
      update wallet as w
      set balance = w.balance - t.amount, version = w.version + 1
      from top_up as t
      where w.account_id = $1 and w.balance >= t.amount
      returning w.version, w.balance, t.amount
    )
    insert into ledger_entry as e (
      account_id, seq, kind, amount, balance_after, key, request_hash, created_at, actor, reverses
    )
    select $1, d.version, 'reversal', -d.amount, d.balance, $3, $4, date_trunc('milliseconds', clock_timestamp()), $5, $2
    from debited as d
    returning e.seq, e.amount, e.balance_after, e.created_at, pg_current_xact_id()::text as xid`,
});

async function attempt(
  connection: Connection,
  command: ReversalCommand,
  { racePoint }: RequestHooks,
): Promise<Reversed | undefined> {
  const { accountId, topUp, idempotencyKey, requestHash, actor } = command;
  return connection.transaction({}, async (tx) => {
    await racePoint?.('reversal: before write');
    const values = [accountId, topUp, idempotencyKey, requestHash, actor ?? null] as const;
    const [entry] = await tx.run(reverse, values);
    if (entry === undefined) return rollback(undefined);
    tx.noteXid(entry.xid);
    const details = { amount: -entry.amount, topUp, entry: entry.seq };
    await noteAction(tx, command, { action: 'top_up_reversed', accountId, details });
    return commit(reversedOf(command, entry));
  });
}

function reversedOf(
  { accountId, topUp }: ReversalCommand,
  entry: {
    readonly seq: number;
    readonly amount: number;
    readonly balance_after: number;
    readonly created_at: Date;
  },
): Reversed {
  const { seq, amount, balance_after: balanceAfter, created_at: createdAt } = entry;
  return { outcome: 'reversed', accountId, seq, topUp, amount: -amount, balanceAfter, createdAt };
}

const findByTopUp = statement({
  name: 'reversal_find',
  group: 'account',
  params: ['text', 'bigint'],
  columns: {
    top_up: 'bigint',
    seq: 'bigint?',
    amount: 'bigint?',
    balance_after: 'bigint?',
    created_at: 'timestamp with time zone?',
  },
  text: `
    select t.amount as top_up, e.seq, e.amount, e.balance_after, e.created_at
    from ledger_entry as t
    left join ledger_entry as e on e.account_id = t.account_id and e.reverses = t.seq
    where t.account_id = $1 and t.seq = $2 and t.kind = 'top_up'`,
});

/** The reversal that this very request has made, `idempotency_key_reused` when its key belongs to another, or nothing. */
async function findReversal(
  connection: Connection,
  command: ReversalCommand,
): Promise<Reversed | Refusal<'idempotency_key_reused'> | undefined> {
  const entry = await findEntryOf(connection, command);
  return entry === undefined || isRefusal(entry) ? entry : reversedOf(command, entry);
}

async function reversalRefusal(
  connection: Connection,
  command: ReversalCommand,
): Promise<Reversed | ReversalRefusal> {
  const replayed = await findReversal(connection, command);
  if (replayed !== undefined) return replayed;
  const [found] = await connection.read(findByTopUp, [command.accountId, command.topUp]);
  if (found === undefined) return refuse('not_found', { what: 'entry' });
  const { seq, amount, balance_after, created_at } = found;
  if (seq !== null && amount !== null && balance_after !== null && created_at !== null) {
    return reversedOf(command, { seq, amount, balance_after, created_at });
  }
  const { balance } = await readWallet(connection, command.accountId);
  return balance < found.top_up
    ? refuse('insufficient_balance', { required: found.top_up, available: balance })
    : refuse('contended', { cause: 'version' });
}
