/**
 * Retry, around any strategy: what was `contended` is tried again, in a new transaction each time.
 *
 * Only `contended` is retried. A refusal that reports a fact (`seat_taken`, `insufficient_balance`, …) is
 * final; `overloaded` would grow with each retry; `outcome_unknown` is the client's to send again. Which
 * SQLSTATEs count as contended is the table in src/db/sqlstate.ts. Exhaustion is `contended`, never a
 * success.
 *
 * Promise and contention policy are the core's; fewer of its losers get `contended`.
 * A loser costs: each attempt a connection, a transaction and its statements, plus the wait between them.
 * Not for: a pool that is too small already (`contended` by the pool is not retried), or a row so hot that
 * each round has one winner: the attempts grow with the square of the crowd.
 */
import type { Outcome, Refusal } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import type { OpenStrategy, Strategy } from '../strategy.ts';

/** Attempts at most, the first included. */
export const RETRY_ATTEMPTS_MAX = 12;
/** After this, or its request's deadline, no further attempt begins: each may wait for a connection and for locks. */
const RETRY_FOR_MS = 5_000;
const BASE_DELAY_MS = 2;
const DELAY_MAX_MS = 200;

/** How long to wait before attempt `attempt + 1`: a random part of a bound that doubles ("full jitter"). */
export function retryDelayMs(attempt: number, random: () => number = Math.random): number {
  return random() * Math.min(DELAY_MAX_MS, BASE_DELAY_MS * 2 ** attempt);
}

/** The strategy `<core>+retry`, or a core that is never without its retry. */
export function retry<Command, Success extends Outcome, Refused extends Refusal>(
  core: Strategy<Command, Success, Refused>,
  name = `${core.name}+retry`,
): Strategy<Command, Success, Refused> {
  return { ...core, name, retries: true, open: (context) => retrying(core.open(context), name) };
}

/** The same attempts around a strategy that is open. */
function retrying<Command, Success extends Outcome, Refused extends Refusal>(
  core: OpenStrategy<Command, Success, Refused>,
  name: string,
): OpenStrategy<Command, Success, Refused> {
  return {
    name,
    execute: async (command, hooks) => {
      const endsAtMs = Math.min(performance.now() + RETRY_FOR_MS, hooks?.deadline?.atMs ?? Infinity);
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await core.execute(command, hooks);
        if (!isWorthRetrying(outcome)) return outcome;
        const delayMs = retryDelayMs(attempt);
        if (attempt === RETRY_ATTEMPTS_MAX || performance.now() + delayMs > endsAtMs)
          return refuse('contended', { cause: 'retries' });
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    },
    get waiting() {
      return core.waiting;
    },
    close: () => core.close(),
  };
}

function isWorthRetrying(outcome: object): boolean {
  if (!isRefusal(outcome) || outcome.outcome !== 'contended') return false;
  // A request that waited in vain for a connection or for a lock in Redis would only lengthen the queue.
  return outcome.cause !== 'pool' && outcome.cause !== 'redis';
}
