/**
 * Grouped top-up: the top-ups that arrive while a transaction is in flight are the next one's, whichever
 * wallets they are for. The decision stays pessimistic (analysis, D1): the group locks the row of every
 * wallet that it tops up.
 *
 * Promise: every top-up succeeds, in the order of arrival, as long as its wait stays within the timeouts.
 * Statements of a group: begin, lock, write, commit, whatever its size, in three round trips (begin goes with
 * the lock); three more when a wallet is new. A member costs (npm run group-costs; top-ups of one wallet, and
 * of a wallet each):
 *   group size                   1        10       100     1,000 (four groups)
 *   statements                   4       0.4      0.04     0.016
 *   round trips                  3       0.3      0.03     0.012
 *   wallet updates, all HOT      1   0.1 / 1  0.01 / 1     0 / 1
 *   index writes                 2         2         2         2   (the ledger's primary key and its key)
 *   bytes of WAL         513 / 607 359 / 528 344 / 518 343 / 514
 * A loser costs: there is none.
 * Not for: a service that sees one top-up at a time; it then does what `pessimistic` does.
 */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { BALANCE_MAX } from '../../domain/money.ts';
import { refuse } from '../../domain/outcomes.ts';
import { answeredBy, CountsDiffer, groupedStrategy } from '../groups/group-strategy.ts';
import type { Answered, GroupedOperation, GroupState } from '../groups/group-strategy.ts';
import type { Wait } from '../groups/scheduler.ts';
import { findEntries } from '../ledger.ts';
import { enter, lockWallets } from '../locked-wallets.ts';
import type { LockedWallet } from '../locked-wallets.ts';
import { toppedUpOf, findTopUp } from './top-up.ts';
import type { TopUpCommand, ToppedUp, TopUpOutcome, TopUpRefusal, TopUpStrategy } from './top-up.ts';

// One row per wallet, its top-ups added up beforehand: `update … from` with two source rows for one target
// would apply one of them and say nothing.
const writeTopUps = statement({
  name: 'top_up_grouped_write',
  group: 'account',
  writes: true,
  params: [
    'text[]',
    'bigint[]',
    'bigint[]',
    'text[]',
    'bigint[]',
    'bigint[]',
    'bigint[]',
    'text[]',
    'bytea[]',
    'timestamp with time zone',
    'text[]',
  ],
  columns: { wallets: 'integer', entries: 'integer', xid: 'text' },
  text: `
    with topped_up as (
      update wallet as w
      set balance = w.balance + g.amount, version = w.version + g.entries
      from unnest($1::text[], $2::bigint[], $3::bigint[]) as g (account_id, amount, entries)
      where w.account_id = g.account_id
      returning 1
    ), entered as (
      insert into ledger_entry (account_id, seq, kind, amount, balance_after, key, request_hash, created_at, actor)
      select e.account_id, e.seq, 'top_up', e.amount, e.balance_after, e.key, e.request_hash, $10, nullif(e.actor, '')
      from unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::bytea[], $11::text[])
        as e (account_id, seq, amount, balance_after, key, request_hash, actor)
      returning 1
    )
    select
      (select count(*) from topped_up)::integer as wallets,
      (select count(*) from entered)::integer as entries,
      pg_current_xact_id()::text as xid`,
});

/**
 * What the commands' keys have made already: asked only once the unique key said that some are there. Read after the wallets are
 * locked, and every top-up, payment and refund locks its wallet before it writes an entry: so nothing that is committed is
 * missed.
 */
async function findAnswered(
  tx: Transaction,
  commands: readonly TopUpCommand[],
): Promise<ReadonlyMap<string, Answered<TopUpCommand, ToppedUp>>> {
  const entries = await findEntries(tx, commands);
  return new Map(
    entries.map((entry) => [
      `${entry.account_id} ${entry.key}`,
      answeredBy(entry.request_hash, (command) => toppedUpOf(command, entry)),
    ]),
  );
}

/** What a group of top-ups has locked, and what its winners add to it. */
interface TopUpState extends GroupState<TopUpCommand> {
  readonly wallets: ReadonlyMap<string, LockedWallet>;
  readonly now: Date;
}

interface Winner {
  readonly command: TopUpCommand;
  readonly toppedUp: ToppedUp;
}

/** A member wins when its wallet can hold the amount after the earlier members. */
function win({ wallets, now }: TopUpState, command: TopUpCommand): Winner | undefined {
  const wallet = wallets.get(command.accountId)!;
  if (wallet.balance + command.amount > BALANCE_MAX) return undefined;
  enter(wallet, command.amount);
  const entry = { seq: wallet.version, balance_after: wallet.balance, created_at: now };
  return { command, toppedUp: toppedUpOf(command, entry) };
}

async function explain(
  tx: Transaction,
  losers: readonly TopUpCommand[],
  { wallets }: TopUpState,
): Promise<(command: TopUpCommand) => TopUpOutcome> {
  const answered = losers.length > 0 ? await findAnswered(tx, losers) : undefined;
  return (command) => {
    const { balance } = wallets.get(command.accountId)!;
    return (
      answered?.get(keyOf(command))?.(command) ??
      refuse('balance_limit_exceeded', { limit: BALANCE_MAX, balance })
    );
  };
}

async function read(tx: Transaction, commands: readonly TopUpCommand[], wait: Wait): Promise<TopUpState> {
  const { wallets, now } = await lockWallets(
    tx,
    commands.map((command) => command.accountId),
    wait,
  );
  return { wallets, now, isLockedOut: (command) => !wallets.has(command.accountId) };
}

async function write(
  tx: Transaction,
  winners: readonly Winner[],
  { wallets, now }: TopUpState,
): Promise<ReadonlyMap<string, Answered<TopUpCommand, ToppedUp>>> {
  const changed = [...wallets].filter(([, wallet]) => wallet.entries > 0);
  const [written] = await tx.run(writeTopUps, [
    changed.map(([account]) => account),
    changed.map(([, wallet]) => wallet.amount),
    changed.map(([, wallet]) => wallet.entries),
    winners.map(({ command }) => command.accountId),
    winners.map(({ toppedUp }) => toppedUp.seq),
    winners.map(({ command }) => command.amount),
    winners.map(({ toppedUp }) => toppedUp.balanceAfter),
    winners.map(({ command }) => command.idempotencyKey),
    winners.map(({ command }) => command.requestHash),
    now,
    winners.map(({ command }) => command.actor ?? ''),
  ]);
  if (written?.wallets !== changed.length || written.entries !== winners.length) throw new CountsDiffer();
  tx.noteXid(written.xid);
  return new Map(
    winners.map(({ command, toppedUp }) => [keyOf(command), answeredBy(command.requestHash, () => toppedUp)]),
  );
}

function keyOf(command: TopUpCommand): string {
  return `${command.accountId} ${command.idempotencyKey}`;
}

const operation: GroupedOperation<TopUpCommand, ToppedUp, TopUpRefusal, TopUpState, Winner> = {
  // Wallets of one database; a distributed one would name the node of the account here.
  shardOf: () => 'accounts',
  rowsOf: (command) => [command.accountId],
  keyOf,
  read,
  findAnswered,
  win,
  explain,
  write,
  replay: findTopUp,
};

export const groupedTopUp: TopUpStrategy = groupedStrategy(
  { contention: 'all-succeed', meanwhile: 'waits', detects: 'lock' },
  'topUp: between read and write',
  () => operation,
);
