/**
 * Redis lock, around any strategy: each request first takes the lock of what it wants in Redis, before the
 * core takes a connection, so that waiting requests hold none.
 *
 * A lock in another system than the data guards nothing by itself: it expires while its holder still works, a
 * restart of Redis forgets it, and its holder can't know. Therefore every acquisition comes with a token that
 * is greater than all before it, and the core's transaction begins by writing that token to `lock_fence`:
 *
 * - The fence row stays locked until the transaction ends. A newer holder waits there for the transaction of
 *   an older one that stalled half-way, and reads what it has written; past `lock_timeout` the newer one is
 *   `contended`.
 * - A token older than the row's is refused, `contended` with cause `fence`, before anything is written: that
 *   holder stalled before its transaction began, and a newer one has come and gone since.
 *
 * Promise: the core's safety, also when Redis is wrong; among requests that take the lock no core loses a
 * race. Without Redis every request is `contended` with cause `redis`, at once and never served without the
 * lock.
 * Contention policy: the core's. Payments, releases and the sweeper change the same rows under no lock or
 * another one, so a core that loses races against them still does. Waiters poll, so they are not served in
 * the order of their arrival.
 * Statements: the core's and one for the fence; a core of one statement becomes a transaction of four round
 * trips. In Redis one round trip per key, one for the token, one for the release.
 * A loser costs: polls of Redis while it waits, no connection; past the bound it is `contended` with cause
 * `redis`.
 * Not for: anything that PostgreSQL can lock by itself, which costs less and can't be lost. It is for cores
 * that must keep a crowd away from the database, and for measuring what that costs. Each distinct thing
 * leaves a row in `lock_fence`; migrations/0002_lock_fence.sql says how to purge them.
 */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { Outcome, Refusal } from '../../domain/outcomes.ts';
import type { Deadline } from '../../lib/deadline.ts';
import type { Strategy } from '../strategy.ts';

/** Locks in a Redis. */
export interface RedisLocks {
  /**
   * Takes the locks of all keys, each once and in the order of the keys, or none: undefined when they could
   * not be acquired in time, the request's deadline included, or Redis did not answer. Never throws.
   */
  acquire(keys: readonly string[], deadline?: Deadline): Promise<RedisLock | undefined>;
  /** Ends the connection; locks that are still held expire. */
  close(): Promise<void>;
}

export interface RedisLock {
  /** A safe integer, greater than that of every acquisition before. */
  readonly token: number;
  /** Gives the locks back as far as they are still one's own. Never throws: what Redis does not receive expires. */
  release(): Promise<void>;
}

/** A holder with a newer token was here first. The transaction throws it, so that it rolls back. */
class LockLost extends Error {}

// In the order of the keys, so that two requests for crossing things can't deadlock. A row whose token is not
// lower drops out and fewer rows come back than keys; it is locked none the less (PostgreSQL manual, INSERT,
// "ON CONFLICT Clause").
const passFence = statement({
  name: 'redis_lock_fence',
  group: 'any',
  writes: true,
  params: ['text[]', 'bigint'],
  columns: { is_newest: 'boolean', xid: 'text' },
  text: `
    with wanted as materialized (
      select distinct key from unnest($1::text[]) as key
    ), passed as (
      insert into lock_fence as f (resource, token)
      select w.key, $2 from wanted as w order by w.key collate "C"
      on conflict (resource) do update set token = excluded.token
      where f.token < excluded.token
      returning 1
    )
    select
      (select count(*) from passed) = (select count(*) from wanted) as is_newest,
      pg_current_xact_id()::text as xid`,
});

/** The strategy `redis-lock+<core>`; `keysOf` names what a command wants. */
export function redisLock<Command, Success extends Outcome, Refused extends Refusal>(
  core: Strategy<Command, Success, Refused>,
  keysOf: (command: Command) => readonly string[],
  locks: RedisLocks,
): Strategy<Command, Success, Refused> {
  const name = `redis-lock+${core.name}`;
  return {
    ...core,
    name,
    meanwhile: 'waits',
    lockedBy: 'redis-lock',
    open: (context) => {
      const inner = core.open(context);
      return {
        ...inner,
        name,
        execute: async (command, hooks) => {
          const keys = keysOf(command);
          const lock = await locks.acquire(keys, hooks?.deadline);
          if (lock === undefined) return refuse('contended', { cause: 'redis' });
          try {
            return await inner.execute(command, {
              ...hooks,
              prologue: async (tx) => {
                await hooks?.prologue?.(tx);
                await fence(tx, keys, lock.token);
              },
            });
          } catch (error) {
            if (error instanceof LockLost) return refuse('contended', { cause: 'fence' });
            throw error;
          } finally {
            await lock.release();
          }
        },
      };
    },
  };
}

async function fence(tx: Transaction, keys: readonly string[], token: number): Promise<void> {
  const [row] = await tx.run(passFence, [keys, token]);
  if (row?.is_newest !== true) throw new LockLost('a newer holder of the lock was here');
  // A core of one statement does not know its transaction; this lets it find out what became of a lost COMMIT.
  tx.noteXid(row.xid);
}
