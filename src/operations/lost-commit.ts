import type { Connection, Database } from '../db/database.ts';
import { sqlstateOf } from '../db/sqlstate.ts';
import { statement } from '../db/statement.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import type { Deadline } from '../lib/deadline.ts';

/** How long a lost COMMIT is resolved before its outcome is given up as unknown; less where the request has less time. */
const RESOLVE_MS = 10_000;
const POLL_MS = 50;

const xactStatus = statement({
  name: 'xact_status',
  group: 'any',
  params: ['xid8'],
  columns: { status: 'text?' },
  // A standby does not know yet what its primary goes on with.
  text: `select case when pg_is_in_recovery() then 'in progress' else pg_xact_status($1) end as status`,
});

/** Finds out what became of transactions whose COMMIT was not answered. */
export interface LostCommits {
  /**
   * Answers a request of that transaction: what `replay` finds once the transaction is over, `contended` when
   * it finds nothing, `outcome_unknown` when that can't be found out in time.
   */
  readonly resolve: <Success, Refused>(
    xid: string | undefined,
    replay: (connection: Connection) => Promise<Success | Refused | undefined>,
    deadline?: Deadline,
  ) => Promise<Success | Refused | Refusal<'contended' | 'outcome_unknown'>>;
}

/**
 * Creates a resolution of lost COMMITs. Reading a request's row at once would race the commit, so the
 * transaction must first be over; the row then decides, because after a crash the server may give an
 * unflushed transaction's id to another one. The members of a group lose the same COMMIT: one wait is enough
 * for all.
 *
 * After a failover the new server may not know the transaction, or know another one by its id. What it says is true of
 * itself all the same: once it takes writes, the old server's transactions come to it no more, so that none is open there
 * but its own. Of the old server it says nothing. So each request asks once more, and reads its row, on one connection: the
 * two are then of one server, which is the one that goes on when it takes writes.
 */
export function createLostCommits(database: Database): LostCommits {
  const waits = new Map<string, Promise<true | undefined>>();
  const untilOver = (xid: string, giveUpAt: number): Promise<true | undefined> => {
    let wait = waits.get(xid);
    if (wait === undefined) {
      wait = insistently(giveUpAt, () => database.connect((connection) => isOver(connection, xid))).finally(
        () => waits.delete(xid),
      );
      waits.set(xid, wait);
    }
    return wait;
  };
  return {
    resolve: async (xid, replay, deadline) => {
      if (xid === undefined) return refuse('outcome_unknown');
      const giveUpAt = Math.min(performance.now() + RESOLVE_MS, deadline?.atMs ?? Infinity);
      let isKnown = await untilOver(xid, giveUpAt);
      // The wait that it shared may have been that of a member with less time.
      while (isKnown === undefined && performance.now() < giveUpAt) isKnown = await untilOver(xid, giveUpAt);
      const answer = isKnown
        ? await insistently(giveUpAt, () =>
            database.connect(async (connection) => {
              if ((await isOver(connection, xid)) === undefined) return undefined;
              return (await replay(connection)) ?? refuse('contended', { cause: 'database' });
            }, deadline),
          )
        : undefined;
      return answer ?? refuse('outcome_unknown');
    },
  };
}

/** Tries until there is an answer; undefined when there is none in time. The server may be away meanwhile. */
async function insistently<Answer>(
  giveUpAt: number,
  find: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  while (performance.now() < giveUpAt) {
    const answer = await find().catch(() => undefined);
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return undefined;
}

async function isOver(connection: Connection, xid: string): Promise<true | undefined> {
  try {
    const [row] = await connection.read(xactStatus, [xid]);
    return row?.status === 'in progress' ? undefined : true;
  } catch (error) {
    // "transaction ID … is in the future": a crash lost it before anything of it was flushed.
    if (sqlstateOf(error) === '22023') return true;
    throw error;
  }
}
