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
  const over = await untilOver(database, xid, giveUpAt);
  const answer = over
    ? await insistently(giveUpAt, () =>
        database.connect(
          async (connection) => (await replay(connection)) ?? refuse('contended', { cause: 'database' }),
        ),
      )
    : undefined;
  return answer ?? refuse('outcome_unknown');
}

/** The watches over lost COMMITs: the members of a group have lost the same one, and one watch is enough for all. */
const watches = new WeakMap<Database, Map<string, Promise<true | undefined>>>();

/** Whether the transaction is over; undefined when that was not found out in time. */
function untilOver(database: Database, xid: string, giveUpAt: number): Promise<true | undefined> {
  let ofDatabase = watches.get(database);
  if (ofDatabase === undefined) watches.set(database, (ofDatabase = new Map()));
  let watch = ofDatabase.get(xid);
  if (watch === undefined) {
    watch = insistently(giveUpAt, () => database.connect((connection) => isOver(connection, xid))).finally(
      () => ofDatabase.delete(xid),
    );
    ofDatabase.set(xid, watch);
  }
  return watch;
}

/** Asks until there is an answer; undefined when there is none in time. The server may be away meanwhile. */
async function insistently<Answer>(
  giveUpAt: number,
  ask: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  while (Date.now() < giveUpAt) {
    const answer = await ask().catch(() => undefined);
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, UNKNOWN_POLL_MS));
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
