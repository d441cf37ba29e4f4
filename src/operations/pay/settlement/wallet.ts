/**
 * The wallet as the provider of attempts: the account's step of a payment and of a refund. The attempts that arrive while a
 * transaction is in flight are the next one's, whichever wallets they are for. Each leaves a settlement row in the transaction
 * that moves its money, or that refuses to: whatever comes later for the same attempt finds that row.
 *
 * Statements of a group: begin, lock, write, commit, whatever its size, in three round trips.
 */
import type { Connection, Transaction } from '../../../db/database.ts';
import { statement } from '../../../db/statement.ts';
import type { Unsettled } from '../../../domain/outcomes.ts';
import { noteAction } from '../../../operator-log/note-action.ts';
import { CountsDiffer, groupedStrategy } from '../../groups/group-strategy.ts';
import type { Answered, GroupedOperation, GroupState } from '../../groups/group-strategy.ts';
import type { Wait } from '../../groups/scheduler.ts';
import { findEntries } from '../../ledger.ts';
import { enter, lockWallets } from '../../locked-wallets.ts';
import type { LockedWallet } from '../../locked-wallets.ts';
import type { Strategy } from '../../strategy.ts';
import { attemptKey } from './attempt.ts';
import type { Attempt, RefusalReason, Settled } from './attempt.ts';

/** The ledger entry of an attempt. */
export interface LedgerRow {
  readonly seq: number;
  readonly balance_after: number;
  readonly created_at: Date;
}

const COLUMNS = {
  reservation_id: 'uuid',
  attempt: 'integer',
  outcome: 'text',
  reason: 'text?',
  seq: 'bigint?',
  balance_after: 'bigint?',
  created_at: 'timestamp with time zone?',
} as const;

const findSettled = statement({
  name: 'settlement_find',
  group: 'account',
  params: ['text[]', 'uuid[]', 'integer[]'],
  columns: COLUMNS,
  text: `
    select
      s.reservation_id, s.attempt::integer as attempt, s.outcome::text as outcome, s.reason, s.seq, e.balance_after,
      e.created_at
    from unnest($1::text[], $2::uuid[], $3::integer[]) as wanted (account_id, reservation_id, attempt)
    join settlement as s
      on s.account_id = wanted.account_id
      and s.reservation_id = wanted.reservation_id
      and s.attempt = wanted.attempt
    left join ledger_entry as e on e.account_id = s.account_id and e.seq = s.seq`,
});

// One row per wallet, its entries added up beforehand, as in a group of top-ups. The wallets are locked: what was decided
// from them still holds.
const settleAll = statement({
  name: 'settlement_write',
  group: 'account',
  writes: true,
  params: [
    'text[]',
    'bigint[]',
    'bigint[]',
    'text[]',
    'uuid[]',
    'integer[]',
    'text[]',
    'text[]',
    'bigint[]',
    'bigint[]',
    'bigint[]',
    'text[]',
    'bytea[]',
    'text[]',
    'integer[]',
    'text[]',
    'timestamp with time zone',
  ],
  columns: { wallets: 'integer', entries: 'integer', settlements: 'integer', xid: 'text' },
  text: `
    with member as materialized (
      select *
      from unnest(
        $4::text[], $5::uuid[], $6::integer[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::bigint[],
        $12::text[], $13::bytea[], $14::text[], $15::integer[], $16::text[]
      ) as m (
        account_id, reservation_id, attempt, outcome, reason, seq, amount, balance_after, key, request_hash,
        performance_id, part, actor
      )
    ), moved as (
      update wallet as w
      set balance = w.balance + g.amount, version = w.version + g.entries
      from unnest($1::text[], $2::bigint[], $3::bigint[]) as g (account_id, amount, entries)
      where w.account_id = g.account_id
      returning 1
    ), entered as (
      insert into ledger_entry (
        account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at, part,
        actor
      )
      select
        m.account_id, m.seq, case m.outcome when 'debited' then 'payment' else 'refund' end::entry_kind, m.amount,
        m.balance_after, m.key, m.request_hash, m.performance_id, m.reservation_id, $17, m.part, nullif(m.actor, '')
      from member as m
      where m.outcome <> 'refused'
      returning 1
    ), settled as (
      insert into settlement (account_id, reservation_id, attempt, outcome, seq, reason)
      select
        m.account_id, m.reservation_id, m.attempt, m.outcome::settlement_outcome,
        case when m.outcome <> 'refused' then m.seq end, nullif(m.reason, '')
      from member as m
      returning 1
    )
    select
      (select count(*) from moved)::integer as wallets,
      (select count(*) from entered)::integer as entries,
      (select count(*) from settled)::integer as settlements,
      pg_current_xact_id()::text as xid`,
});

interface WalletState extends GroupState<Attempt> {
  readonly wallets: ReadonlyMap<string, LockedWallet>;
  readonly now: Date;
  /** Keys that are in the ledger already, of whatever request; looked for once one of the group's is known to be. */
  readonly usedKeys: Set<string>;
}

interface Winner {
  readonly attempt: Attempt;
  readonly settled: Settled;
  /** Of its ledger entry. */
  readonly key: string;
}

async function read(tx: Transaction, attempts: readonly Attempt[], wait: Wait): Promise<WalletState> {
  const { wallets, now } = await lockWallets(
    tx,
    attempts.map(({ accountId }) => accountId),
    wait,
  );
  return { wallets, now, usedKeys: new Set(), isLockedOut: ({ accountId }) => !wallets.has(accountId) };
}

/** Settles the attempt one way or the other: a refusal is a settlement, too. */
function win({ wallets, now, usedKeys }: WalletState, attempt: Attempt): Winner {
  const wallet = wallets.get(attempt.accountId)!;
  const isKeyUsed = usedKeys.has(ledgerKey(attempt));
  const entered = (amount: number): LedgerRow => {
    usedKeys.add(ledgerKey(attempt));
    enter(wallet, amount);
    return { seq: wallet.version, balance_after: wallet.balance, created_at: now };
  };
  const key = attempt.idempotencyKey;
  if (attempt.kind === 'refund') {
    // Money that is owed is always paid back: the account's limit for a balance is not asked, and where another request
    // has used the key meanwhile, the entry has one of ours.
    const own = isKeyUsed ? ` refund ${attemptKey(attempt)}` : key;
    return { attempt, key: own, settled: { outcome: 'credited', entry: entered(attempt.amount) } };
  }
  if (isKeyUsed) return { attempt, key, settled: { outcome: 'refused', reason: 'idempotency_key_reused' } };
  if (wallet.balance < attempt.amount) {
    return { attempt, key, settled: { outcome: 'refused', reason: 'insufficient_balance' } };
  }
  return { attempt, key, settled: { outcome: 'debited', entry: entered(0 - attempt.amount) } };
}

async function write(
  tx: Transaction,
  winners: readonly Winner[],
  { wallets, now }: WalletState,
): Promise<ReadonlyMap<string, Answered<Attempt, Settled>>> {
  const changed = [...wallets].filter(([, wallet]) => wallet.entries > 0);
  const entryOf = ({ settled }: Winner): LedgerRow | undefined =>
    settled.outcome === 'refused' ? undefined : settled.entry;
  const [written] = await tx.run(settleAll, [
    changed.map(([account]) => account),
    changed.map(([, wallet]) => wallet.amount),
    changed.map(([, wallet]) => wallet.entries),
    winners.map(({ attempt }) => attempt.accountId),
    winners.map(({ attempt }) => attempt.reservationId),
    winners.map(({ attempt }) => attempt.attempt),
    winners.map(({ settled }) => settled.outcome),
    winners.map(({ settled }) => (settled.outcome === 'refused' ? settled.reason : '')),
    winners.map((winner) => entryOf(winner)?.seq ?? 0),
    winners.map(({ attempt }) => (attempt.kind === 'payment' ? 0 - attempt.amount : attempt.amount)),
    winners.map((winner) => entryOf(winner)?.balance_after ?? 0),
    winners.map(({ key }) => key),
    winners.map(({ attempt }) => attempt.requestHash),
    winners.map(({ attempt }) => attempt.performanceId),
    winners.map(({ attempt }) => attempt.part),
    winners.map(({ attempt }) => attempt.noted?.actor ?? ''),
    now,
  ]);
  const entries = winners.filter(({ settled }) => settled.outcome !== 'refused').length;
  const isComplete =
    written?.wallets === changed.length &&
    written.entries === entries &&
    written.settlements === winners.length;
  if (!isComplete) throw new CountsDiffer();
  tx.noteXid(written.xid);
  for (const { attempt, settled } of winners) {
    if (settled.outcome === 'credited') await noteRefund(tx, attempt, settled.entry);
  }
  return new Map(winners.map(({ attempt, settled }) => [attemptKey(attempt), () => settled]));
}

async function noteRefund(tx: Transaction, attempt: Attempt, { seq }: LedgerRow): Promise<void> {
  const { noted, performanceId, reservationId, accountId, amount, seats } = attempt;
  if (noted === undefined) return;
  await noteAction(tx, noted, {
    action: 'reservation_refunded',
    performanceId,
    reservationId,
    accountId,
    details: { amount, seatNumbers: seats, entry: seq },
  });
}

async function findAnswered(
  tx: Transaction,
  attempts: readonly Attempt[],
  { usedKeys }: WalletState,
): Promise<ReadonlyMap<string, Answered<Attempt, Settled>>> {
  const used = await findEntries(tx, attempts);
  for (const row of used) usedKeys.add(`${row.account_id} ${row.key}`);
  return new Map([...(await settledOf(tx, attempts))].map(([key, settled]) => [key, () => settled]));
}

/** What became of the attempts, by `attemptKey`: those that have no settlement are missing. */
async function settledOf(
  reader: Pick<Connection, 'read'>,
  attempts: readonly Attempt[],
): Promise<ReadonlyMap<string, Settled>> {
  const rows = await reader.read(findSettled, [
    attempts.map(({ accountId }) => accountId),
    attempts.map(({ reservationId }) => reservationId),
    attempts.map(({ attempt }) => attempt),
  ]);
  return new Map(
    rows.map((row) => {
      const { seq, balance_after, created_at } = row;
      const settled =
        seq === null || balance_after === null || created_at === null
          ? { outcome: 'refused' as const, reason: row.reason as RefusalReason }
          : { outcome: row.outcome as 'debited' | 'credited', entry: { seq, balance_after, created_at } };
      return [`${row.reservation_id} ${row.attempt}`, settled];
    }),
  );
}

/** What became of the attempt; undefined while nothing has. */
export async function findSettlement(
  reader: Pick<Connection, 'read'>,
  attempt: Attempt,
): Promise<Settled | undefined> {
  return (await settledOf(reader, [attempt])).get(attemptKey(attempt));
}

function ledgerKey({ accountId, idempotencyKey }: Attempt): string {
  return `${accountId} ${idempotencyKey}`;
}

const operation: GroupedOperation<Attempt, Settled, Unsettled, WalletState, Winner> = {
  shardOf: () => 'accounts',
  rowsOf: ({ accountId }) => [accountId],
  keyOf: attemptKey,
  read,
  findAnswered,
  win,
  explain: async () => () => {
    throw new Error('every attempt is settled');
  },
  write,
  replay: findSettlement,
};

/** Settles attempts in the wallets, in groups. Its context's database is that of the accounts. */
export const walletSettlement: Strategy<Attempt, Settled, Unsettled> = groupedStrategy(
  { contention: 'all-succeed', meanwhile: 'waits', detects: 'lock' },
  'settle: between read and write',
  () => operation,
);
