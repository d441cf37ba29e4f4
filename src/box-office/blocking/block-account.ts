/** Blocks an account and releases its holds, or unblocks it; and reads whether it is blocked. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '../../db/database.ts';
import { commit, rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../../domain/outcomes.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import type { By } from '../../operator-log/note-action.ts';
import { noteAction } from '../../operator-log/note-action.ts';
import { release } from '../../operations/release.ts';
import { settle } from '../../operations/settle.ts';
import type { OperationContext } from '../../operations/strategy.ts';
import { readLiveHolds } from '../buyer/reservations.ts';
import { reading } from '../context.ts';
import type { ReadRefusal } from '../context.ts';
import { ofAway } from '../servers/from-all.ts';

/** Blocks the account, or unblocks it. */
export interface BlockRequest extends By {
  readonly accountId: string;
  readonly blocked: boolean;
  /** For other operators: at most 500 characters. */
  readonly reason?: string | undefined;
}

/** Whether an account is blocked. */
export interface AccountBlock {
  readonly accountId: string;
  readonly blocked: boolean;
  readonly reason: string | null;
  /** When it was last blocked or unblocked; null if it never was. */
  readonly since: Date | null;
}

/** A server whose holds are released: the home first. */
interface HasHolds {
  readonly name: string;
  readonly context: OperationContext;
}

/** A block that was set. */
export interface BlockSet extends AccountBlock {
  /** How many live holds this request released. */
  readonly released: number;
  /** How many live holds were left, because they were contended or time ran out: set the block again. */
  readonly left: number;
  /** The servers that were away, whose live holds are left: set the block again. Left out when none was. */
  readonly away?: readonly string[];
}

export type BlockRefusal = Refusal<'invalid_request'> | Unsettled;

interface Written extends Outcome {
  readonly outcome: 'block_set';
}

const WRITTEN: Written = { outcome: 'block_set' };

// It returns nothing where nothing changes: a request that is repeated is noted once.
const put = statement({
  name: 'blocked_account_put',
  group: 'account',
  writes: true,
  params: ['text', 'boolean', 'text?'],
  columns: { xid: 'text' },
  text: `
    insert into blocked_account as b (account_id, blocked, reason, at, changed_by)
    select $1::text, $2, $3, date_trunc('milliseconds', clock_timestamp()), pg_current_xact_id()
    where $2 or exists (select from blocked_account as known where known.account_id = $1::text)
    on conflict (account_id) do update
    set blocked = excluded.blocked, reason = excluded.reason, at = excluded.at, changed_by = excluded.changed_by
    where (b.blocked, b.reason) is distinct from (excluded.blocked, excluded.reason)
    returning pg_current_xact_id()::text as xid`,
});

const find = statement({
  name: 'blocked_account_find',
  group: 'account',
  params: ['text'],
  columns: { blocked: 'boolean', reason: 'text?', at: 'timestamp with time zone' },
  text: `select b.blocked, b.reason, b.at from blocked_account as b where b.account_id = $1`,
});

/** Reads whether the account is blocked. */
export function readBlock(
  context: Pick<OperationContext, 'database' | 'deadline'>,
  accountId: string,
): Promise<AccountBlock | ReadRefusal> {
  return reading(context, (connection) => findBlock(connection, accountId));
}

async function findBlock(connection: Connection, accountId: string): Promise<AccountBlock> {
  const [row] = await connection.read(find, [accountId]);
  return { accountId, blocked: row?.blocked ?? false, reason: row?.reason ?? null, since: row?.at ?? null };
}

/**
 * Sets the block. A blocked account's live holds are released once every box office that answers must know of the block,
 * `validMs` after its commit (see `unless-blocked.ts`). To set it again is the same, and releases what an earlier request left.
 */
export async function blockAccount(
  context: OperationContext,
  { all }: { readonly all: readonly HasHolds[] },
  request: BlockRequest,
  validMs: number,
): Promise<BlockSet | BlockRefusal> {
  const written = await write(context, request);
  if (isRefusal(written)) return written;
  const counts = request.blocked
    ? await wait(validMs).then(() => releaseEverywhere(context, all, request))
    : { released: 0, left: 0 };
  if ('outcome' in counts) return counts;
  const block = await readBlock(context, request.accountId);
  return isRefusal(block) ? block : { ...block, ...counts };
}

function write(context: OperationContext, request: BlockRequest): Promise<Written | Unsettled> {
  const { accountId, blocked, reason = null } = request;
  const attempt = (connection: Connection): Promise<Written | undefined> =>
    connection.transaction({}, async (tx) => {
      const [row] = await tx.run(put, [accountId, blocked, reason]);
      if (row === undefined) return rollback(WRITTEN);
      tx.noteXid(row.xid);
      const action = blocked ? 'account_blocked' : 'account_unblocked';
      await noteAction(tx, request, { action, accountId, details: reason === null ? {} : { reason } });
      return commit(WRITTEN);
    });
  const replay = async (connection: Connection): Promise<Written | undefined> => {
    const found = await findBlock(connection, accountId);
    return found.blocked === blocked && found.reason === reason ? WRITTEN : undefined;
  };
  const refuseWith = async (): Promise<Written> => WRITTEN;
  return settle<BlockRequest, Written, Unsettled>(
    context.database,
    { attempt, replay, refuseWith },
    request,
    context,
  );
}

/** Time that is kept for the answer. */
const ANSWER_MS = 1_000;

interface Counts {
  released: number;
  left: number;
}

/** Releases them on all servers. One that can't be asked is named. */
async function releaseEverywhere(
  { deadline }: OperationContext,
  all: readonly HasHolds[],
  request: BlockRequest,
): Promise<Pick<BlockSet, 'released' | 'left' | 'away'> | ReadRefusal> {
  const [home, ...others] = await Promise.all(
    all.map(({ context }) => releaseHolds({ ...context, deadline }, request)),
  );
  if (home === undefined) return { released: 0, left: 0 };
  if ('outcome' in home) return home;
  const sum = { ...home };
  const away: string[] = [];
  for (const [i, counts] of others.entries()) {
    if ('outcome' in counts) away.push(all[i + 1]!.name);
    else {
      sum.released += counts.released;
      sum.left += counts.left;
    }
  }
  return { ...sum, ...ofAway(away) };
}

async function releaseHolds(context: OperationContext, request: BlockRequest): Promise<Counts | ReadRefusal> {
  const { accountId, actor, requestId } = request;
  let released = 0;
  for (;;) {
    const holds = await reading(context, (connection) => readLiveHolds(connection, accountId));
    if ('outcome' in holds) return holds;
    let gone = 0;
    for (const { performanceId, reservationId } of holds) {
      if ((context.deadline?.leftMs ?? Infinity) < ANSWER_MS) return { released, left: holds.length - gone };
      const command = { performanceId, reservationId, accountId, by: { actor, requestId } };
      const answer = await release(context, command);
      if (answer.outcome === 'released' && answer.replayed !== true) released += 1;
      // It may have expired, or been paid, meanwhile.
      if (!['contended', 'overloaded', 'outcome_unknown'].includes(answer.outcome)) gone += 1;
    }
    // The next reading finds those beyond the first thousand, and none that is gone.
    if (gone < holds.length || holds.length === 0) return { released, left: holds.length - gone };
  }
}
