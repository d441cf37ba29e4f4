/**
 * The blocked accounts in this process's memory. A hold costs a look into a set: the database is read at most once in
 * `refreshMs`, and only while somebody asks.
 *
 * What is answered comes from a reading that began at most `validMs` ago, so a block that was committed longer ago is known
 * wherever anything is answered. Without such a reading, the answer is the refusal of a database that is away.
 */
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import { asking } from '../context.ts';
import type { ReadRefusal } from '../context.ts';

export type BlockedRefusal = Refusal<'account_blocked'> | ReadRefusal;

export interface BlockedAccounts {
  /** Why the account may not act; undefined if it may. A promise only when the memory is too old to say. */
  refusalOf(accountId: string): BlockedRefusal | undefined | Promise<BlockedRefusal | undefined>;
  /** How long after its commit a block is known to every box office that answers anything. */
  readonly validMs: number;
}

export interface BlockedAccountsOptions {
  readonly refreshMs?: number;
  readonly validMs?: number;
}

const REFRESH_MS = 1_000;
const VALID_MS = 2_000;

/** Readings that end too late to be of use, before the request is refused. */
const READINGS_MAX = 3;

// Transactions that this snapshot sees as running are read again next time: none is missed, whatever the order of the commits.
const readChanges = statement({
  name: 'blocked_account_changes',
  group: 'account',
  params: ['xid8'],
  columns: { cursor: 'text', blocked: 'text[]', unblocked: 'text[]' },
  text: `
    with changed as materialized (
      select b.account_id::text as account_id, b.blocked from blocked_account as b where b.changed_by >= $1
    )
    select
      pg_snapshot_xmin(pg_current_snapshot())::text as cursor,
      coalesce(array_agg(c.account_id) filter (where c.blocked), '{}') as blocked,
      coalesce(array_agg(c.account_id) filter (where not c.blocked), '{}') as unblocked
    from changed as c`,
});

export function createBlockedAccounts(
  database: Pick<Database, 'connect'>,
  { refreshMs = REFRESH_MS, validMs = VALID_MS }: BlockedAccountsOptions = {},
): BlockedAccounts {
  const blocked = new Set<string>();
  let cursor = '0';
  let readAtMs = -Infinity;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const beganMs = performance.now();
    const [changes] = await database.connect((connection) => connection.read(readChanges, [cursor]));
    for (const accountId of changes?.blocked ?? []) blocked.add(accountId);
    for (const accountId of changes?.unblocked ?? []) blocked.delete(accountId);
    cursor = changes?.cursor ?? '0';
    readAtMs = beganMs;
  }
  const refresh = (): Promise<void> => (reading ??= read().finally(() => (reading = undefined)));
  const ageMs = (): number => performance.now() - readAtMs;
  const known = (accountId: string): BlockedRefusal | undefined =>
    blocked.has(accountId) ? refuse('account_blocked') : undefined;

  async function afterReading(accountId: string): Promise<BlockedRefusal | undefined> {
    for (let readings = 0; ageMs() >= validMs; readings += 1) {
      if (readings === READINGS_MAX) return refuse('overloaded', { cause: 'database' });
      const failed = await asking(refresh);
      if (failed !== undefined) return failed;
    }
    return known(accountId);
  }

  return {
    validMs,
    refusalOf: (accountId) => {
      const age = ageMs();
      if (age >= validMs) return afterReading(accountId);
      // A failure is noticed once the memory is too old.
      if (age >= refreshMs) void refresh().catch(() => undefined);
      return known(accountId);
    },
  };
}
