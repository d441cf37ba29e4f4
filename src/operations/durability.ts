/**
 * Durability that an operator asked for. With a synchronous standby, COMMIT waits until the standby has the commit; but a
 * commit whose wait was cut off (by a lost connection, a timeout, a restart) is visible at once and may be lost in a
 * failover. An answer that is read from such rows would acknowledge it. A barrier waits until they are replicated, too.
 */
import { commit } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Outcome, Refusal } from '../domain/outcomes.ts';
import { isRefusal, refuse } from '../domain/outcomes.ts';
import type { Deadline } from '../lib/deadline.ts';
import { sharedNextRun } from '../lib/next-run.ts';

/** `local`: what is flushed on the primary counts. `replicated`: what its synchronous standbys have counts. */
export type Durability = 'local' | 'replicated';

/**
 * Resolves once all that was visible on this server (`Connection.server`) when it was called is as durable as asked. Throws
 * what the database throws, and when another server has taken its place: that one may lack what was read.
 */
export type Barrier = (server: string) => Promise<void>;

/** An answer that was read from rows of other transactions. */
export interface Read<Answer> {
  readonly answer: Answer;
  /** The server that it was read from; any, for an answer that was read from none. */
  readonly server: string;
}

/**
 * Writes a record to the server's log that nobody reads. Its COMMIT waits for the standbys and is behind all that was
 * written before; on a full disk it fails.
 */
export const writeRecord = statement({
  name: 'durability_record',
  group: 'any',
  writes: true,
  params: [],
  columns: { xid: 'text' },
  text: `
    select pg_current_xact_id()::text as xid
    from pg_logical_emit_message(true, 'rowlock', 'record')`,
});

/** Creates the barrier of a database: none is needed for `local`. Calls that wait at the same time share a transaction. */
export function createBarrier(database: Database, durability: Durability): Barrier | undefined {
  if (durability === 'local') return undefined;
  const cross = sharedNextRun(() =>
    database.connect((connection) =>
      connection.transaction({}, async (tx) => {
        await tx.run(writeRecord, []);
        return commit(connection.server);
      }),
    ),
  );
  return async (server) => {
    if ((await cross('')) !== server) throw new Error('what was read may be lost: its server was replaced');
  };
}

/**
 * The answer, once what it was read from is durable; `outcome_unknown` when that can't be found out. A write gives its
 * deadline: its key has an effect, so that a late answer must not say that nothing was written.
 */
export async function behind<Answer extends Outcome>(
  barrier: Barrier | undefined,
  { answer, server }: Read<Answer>,
  deadline?: Deadline,
): Promise<Answer | Refusal<'outcome_unknown'>> {
  if (barrier === undefined || isRefusal(answer)) return answer;
  if (deadline?.takeUp() === false) return refuse('outcome_unknown');
  try {
    await barrier(server);
    return answer;
  } catch {
    return refuse('outcome_unknown');
  }
}
