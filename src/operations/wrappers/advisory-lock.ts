/**
 * Advisory lock, around any strategy: each request first takes the advisory lock of what it wants, inside the
 * core's own transaction (`pg_advisory_xact_lock`), so that requests for the same thing come one after
 * another.
 *
 * Transaction-level only: a session-level lock would survive a rollback and break behind a transaction
 * pooler. The locks of one request are taken in the order of their keys; two things whose keys share a hash
 * only wait for each other.
 *
 * Promise: the core's safety; among requests that take the lock no core loses a race, so each top-up
 * succeeds. The lock guards nothing by itself: others may write the rows without it, and the core must
 * notice.
 * Statements: one more than the core's; a core of one statement becomes a transaction of four round trips.
 * A loser costs: a connection, while it waits for the lock; past `lock_timeout` it is `contended`.
 * Not for: rows that one statement can guard; a serializable core, whose snapshot is taken before it has the
 * lock.
 */
import { statement } from '../../db/statement.ts';
import type { Outcome, Refusal } from '../../domain/outcomes.ts';
import type { Strategy } from '../strategy.ts';

const lockAll = statement({
  name: 'advisory_lock',
  group: 'any',
  writes: true,
  params: ['text[]'],
  columns: { locked: 'integer' },
  text: `
    with taken as materialized (
      select pg_advisory_xact_lock(k.hash)
      from (select distinct hashtextextended(key, 0) as hash from unnest($1::text[]) as key order by hash) as k
    )
    select count(*)::integer as locked from taken`,
});

/** The strategy `advisory-lock+<core>`; `keysOf` names what a command wants. */
export function advisoryLock<Command, Success extends Outcome, Refused extends Refusal>(
  core: Strategy<Command, Success, Refused>,
  keysOf: (command: Command) => readonly string[],
): Strategy<Command, Success, Refused> {
  const name = `advisory-lock+${core.name}`;
  return {
    ...core,
    name,
    meanwhile: 'waits',
    lockedBy: 'advisory-lock',
    open: (context) => {
      const inner = core.open(context);
      return {
        ...inner,
        name,
        execute: (command, hooks) =>
          inner.execute(command, {
            ...hooks,
            prologue: async (tx) => {
              await hooks?.prologue?.(tx);
              await tx.run(lockAll, [keysOf(command)]);
            },
          }),
      };
    },
  };
}
