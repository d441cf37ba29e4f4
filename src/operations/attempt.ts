import type { Connection, Database } from '../db/database.ts';
import { CommitUnknown, ConnectionLost, ConnectionUnavailable } from '../db/database.ts';
import { faultKindOf, sqlstateOf } from '../db/sqlstate.ts';
import { statement } from '../db/statement.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';

/** How long a lost COMMIT's transaction is watched before its outcome is given up as unknown. */
const UNKNOWN_WATCH_MS = 10_000;
const UNKNOWN_POLL_MS = 50;

/**
 * Runs one attempt of an operation and turns every fault into its refusal, so that exhaustion of a pool, a lock or a
 * statement timeout is `contended` or `overloaded`, and never anything that a buyer could read as *sold*.
 *
 * `attempt` runs on one lent connection; `refuseWith` finds the reason for a loser on the same connection, after the
 * attempt's transaction ended; `replay` looks for the row that this request's key has made, if it has.
 */
export async function settle<Success extends { readonly outcome: string }>(
  database: Database,
  parts: {
    readonly attempt: (connection: Connection) => Promise<Success | undefined>;
    readonly refuseWith: (connection: Connection) => Promise<Success | Refusal>;
    readonly replay: (connection: Connection) => Promise<Success | Refusal | undefined>;
  },
): Promise<Success | Refusal> {
  try {
    return await database.connect(async (connection) => {
      try {
        return (await parts.attempt(connection)) ?? (await parts.refuseWith(connection));
      } catch (error) {
        // Its unique key found a row of another request, perhaps a twin's: the reason is read like any loser's.
        if (faultKindOf(error) === 'duplicate') return parts.refuseWith(connection);
        if (faultKindOf(error) === 'contended') {
          return (await parts.replay(connection)) ?? refuse('contended', { cause: sqlstateOf(error) ?? '' });
        }
        throw error;
      }
    });
  } catch (error) {
    return answerFault(database, error, parts.replay);
  }
}

/**
 * The answer of a request whose transaction ended with an error: what became of a lost COMMIT, or the refusal that the
 * error amounts to. A fault of the program is thrown on.
 */
export async function answerFault<Success extends { readonly outcome: string }>(
  database: Database,
  error: unknown,
  replay: (connection: Connection) => Promise<Success | Refusal | undefined>,
): Promise<Success | Refusal> {
  if (error instanceof CommitUnknown) return afterLostCommit(database, error.xid, replay);
  return refusalOf(error);
}

/** The refusal that a fault outside of a transaction amounts to; a fault of the program is thrown on. */
export function refusalOf(error: unknown): Refusal<'contended' | 'overloaded'> {
  if (error instanceof ConnectionUnavailable) {
    return error.reason === 'pool'
      ? refuse('contended', { cause: 'pool' })
      : refuse('overloaded', { cause: error.reason });
  }
  if (error instanceof ConnectionLost) return refuse('overloaded', { cause: 'database' });
  const kind = faultKindOf(error);
  if (kind === 'contended' || kind === 'overloaded') return refuse(kind, { cause: sqlstateOf(error) ?? '' });
  throw error;
}

const xactStatus = statement({
  name: 'xact_status',
  params: ['xid8'],
  columns: { status: 'text?' },
  text: `select pg_xact_status($1) as status`,
});

/**
 * Finds out what became of a transaction whose COMMIT was not answered. Looking for its row at once would race the
 * commit, so the transaction must first be over; the row then decides, because after a crash the server may give an
 * unflushed transaction's id to another one.
 */
async function afterLostCommit<Success extends { readonly outcome: string }>(
  database: Database,
  xid: string | undefined,
  replay: (connection: Connection) => Promise<Success | Refusal | undefined>,
): Promise<Success | Refusal> {
  if (xid === undefined) return refuse('outcome_unknown');
  const giveUpAt = Date.now() + UNKNOWN_WATCH_MS;
  while (Date.now() < giveUpAt) {
    try {
      const answer = await database.connect(async (connection) => {
        if (!(await isOver(connection, xid))) return undefined;
        return (await replay(connection)) ?? refuse('contended', { cause: 'database' });
      });
      if (answer !== undefined) return answer;
    } catch {
      // The server is still away; the deadline bounds the watch.
    }
    await new Promise((resolve) => setTimeout(resolve, UNKNOWN_POLL_MS));
  }
  return refuse('outcome_unknown');
}

async function isOver(connection: Connection, xid: string): Promise<boolean> {
  try {
    const [row] = await connection.run(xactStatus, [xid]);
    return row?.status !== 'in progress';
  } catch (error) {
    // "transaction ID … is in the future": a crash lost it before anything of it was flushed.
    if (sqlstateOf(error) === '22023') return true;
    throw error;
  }
}
