/**
 * Grouped top-up: the top-ups that arrive while a transaction is in flight are the next one's, whichever wallets they
 * are for. The decision stays pessimistic (D1): the group takes the row lock of every wallet it top-ups.
 *
 * Promise: every top-up succeeds, in the order of arrival, as long as its wait stays within the timeouts.
 * Statements of a group: begin, lock, write, commit, whatever its size, in three round trips (begin goes with the lock); three
 * more when a wallet is new. A member costs (npm run group-costs; top-ups of one wallet, and of a wallet each):
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
import { MAX_BALANCE } from '../../domain/money.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { Decision } from '../groups/scheduler.ts';
import { CountsDiffer, groupedStrategy } from '../groups/group-strategy.ts';
import type { DecidedGroup, Group } from '../groups/group-strategy.ts';
import { ensureWallets } from '../ledger.ts';
import { toppedUpOf, findTopUp } from './top-up.ts';
import type { TopUpCommand, ToppedUp, TopUpOutcome, TopUpStrategy } from './top-up.ts';

const columns = {
  account_id: 'text',
  balance: 'bigint',
  version: 'bigint',
  now: 'timestamp with time zone',
} as const;

// Sorted, so that groups of several services never wait for each other in a circle.
const lockWallets = statement({
  name: 'top_up_grouped_lock',
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
    for no key update`,
});

const lockFreeWallets = statement({
  name: 'top_up_grouped_lock_free',
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
    for no key update skip locked`,
});

const existing = statement({
  name: 'top_up_grouped_existing',
  params: ['text[]'],
  columns: { account_id: 'text' },
  text: `select w.account_id::text as account_id from wallet as w where w.account_id = any($1)`,
});

// Which of the group's keys are in the ledger already: asked only once the unique key said that some are. Read after the
// wallets are locked, and every top-up, payment and refund locks its wallet before it writes an entry: so nothing that is
// committed is missed.
const findKnown = statement({
  name: 'top_up_grouped_known',
  params: ['text[]', 'text[]'],
  columns: {
    account_id: 'text',
    key: 'text',
    seq: 'bigint',
    balance_after: 'bigint',
    created_at: 'timestamp with time zone',
    request_hash: 'bytea',
  },
  text: `
    select
      e.account_id::text as account_id, e.key::text as key, e.seq, e.balance_after, e.created_at, e.request_hash
    from unnest($1::text[], $2::text[]) as wanted (account_id, key)
    join ledger_entry as e on e.account_id = wanted.account_id and e.key = wanted.key`,
});

// One row per wallet, its top-ups added up beforehand: `update … from` with two source rows for one target would apply
// one of them and say nothing.
const writeTopUps = statement({
  name: 'top_up_grouped_write',
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
      insert into ledger_entry (account_id, seq, kind, amount, balance_after, key, request_hash, created_at)
      select e.account_id, e.seq, 'top_up', e.amount, e.balance_after, e.key, e.request_hash, $10
      from unnest($4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::bytea[])
        as e (account_id, seq, amount, balance_after, key, request_hash)
      returning 1
    )
    select
      (select count(*) from topped_up)::integer as wallets,
      (select count(*) from entered)::integer as entries,
      pg_current_xact_id()::text as xid`,
});

/** What a key has made. Whose request it is shows when its hash fits. */
interface Answered {
  readonly hash: Buffer;
  readonly entry: Parameters<typeof toppedUpOf>[1];
}

/** What the group's keys have made already, by account and key. */
async function known(tx: Transaction, commands: readonly TopUpCommand[]): Promise<Map<string, Answered>> {
  const entries = await tx.run(findKnown, [
    commands.map((command) => command.accountId),
    commands.map((command) => command.idempotencyKey),
  ]);
  return new Map(
    entries.map((entry) => [`${entry.account_id} ${entry.key}`, { hash: entry.request_hash, entry }]),
  );
}

function again(earlier: Answered, command: TopUpCommand): TopUpOutcome {
  return earlier.hash.equals(command.requestHash)
    ? toppedUpOf(command, earlier.entry)
    : refuse('idempotency_key_reused');
}

interface Wallet {
  balance: number;
  version: number;
  /** What this group adds. */
  amount: number;
  entries: number;
}

async function decide(tx: Transaction, group: Group<TopUpCommand>): Promise<DecidedGroup<TopUpOutcome>> {
  const { commands } = group;
  const { wallets, now } = await lock(tx, commands, group.wait);
  if (wallets.size === 0) return { decisions: commands.map(() => ({ left: true })) };
  await group.pause();
  const answers = group.repeats === 0 ? new Map<string, Answered>() : await known(tx, commands);
  const winners: { readonly command: TopUpCommand; readonly toppedUp: ToppedUp }[] = [];
  const decisions = commands.map((command): Decision<TopUpOutcome> => {
    const earlier = answers.get(keyOf(command));
    if (earlier !== undefined) return { answer: again(earlier, command) };
    const wallet = wallets.get(command.accountId);
    if (wallet === undefined) return { left: true };
    if (wallet.balance + command.amount > MAX_BALANCE) {
      // Before any refusal the key is looked for.
      if (group.repeats === 0) throw new CountsDiffer();
      return { answer: refuse('balance_limit_exceeded', { limit: MAX_BALANCE, balance: wallet.balance }) };
    }
    const entry = add(wallet, command, now);
    answers.set(keyOf(command), { hash: command.requestHash, entry });
    const toppedUp = toppedUpOf(command, entry);
    winners.push({ command, toppedUp });
    return { answer: toppedUp };
  });
  if (winners.length > 0) await write(tx, wallets, winners, now);
  return { decisions };
}

function add(wallet: Wallet, command: TopUpCommand, now: Date): Answered['entry'] {
  wallet.balance += command.amount;
  wallet.version += 1;
  wallet.amount += command.amount;
  wallet.entries += 1;
  return { seq: wallet.version, balance_after: wallet.balance, created_at: now };
}

async function lock(
  tx: Transaction,
  commands: readonly TopUpCommand[],
  wait: Group<TopUpCommand>['wait'],
): Promise<{ readonly wallets: Map<string, Wallet>; readonly now: Date }> {
  const accounts = [...new Set(commands.map((command) => command.accountId))].sort();
  const declared = wait === 'not' ? lockFreeWallets : lockWallets;
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
    // A wallet that appeared between the two looks: there now, and not locked by this group.
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

async function write(
  tx: Transaction,
  wallets: ReadonlyMap<string, Wallet>,
  winners: readonly { readonly command: TopUpCommand; readonly toppedUp: ToppedUp }[],
  now: Date,
): Promise<void> {
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
  ]);
  if (written?.wallets !== changed.length || written.entries !== winners.length) throw new CountsDiffer();
  tx.noteXid(written.xid);
}

function keyOf(command: TopUpCommand): string {
  return `${command.accountId} ${command.idempotencyKey}`;
}

export const groupedTopUp: TopUpStrategy = groupedStrategy<TopUpCommand, ToppedUp>(
  {
    liveness: 'all-succeed',
    meanwhile: 'waits',
    // Wallets of one database; a distributed one would name the node of the account here.
    shardOf: () => 'accounts',
    rowsOf: (command) => [command.accountId],
    decide,
    replay: findTopUp,
  },
  'topUp: between read and write',
);
