import type { Connection, Database } from '../db/database.ts';
import { CommitUnknown } from '../db/database.ts';
import { refusalOf } from '../db/refusal.ts';
import { contendedSqlstateOf, errorKindOf } from '../db/sqlstate.ts';
import type { Outcome, Refusal, Unsettled } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { createLostCommits } from './lost-commit.ts';
import type { LostCommits } from './lost-commit.ts';
import type { Declaration, RequestHooks, Strategy } from './strategy.ts';

/** The parts of an operation that commits one request at a time. */
export interface Steps<Success, Refused> {
  /** Makes one attempt; undefined means that it lost and its transaction changed nothing. */
  readonly attempt: (connection: Connection) => Promise<Success | undefined>;
  /** Finds out why an attempt lost, on the same connection, after the attempt's transaction has ended. */
  readonly refuseWith: (connection: Connection) => Promise<Success | Refused | Unsettled>;
  /** Finds what this request's key has made already; undefined when there is nothing. */
  readonly replay: (connection: Connection) => Promise<Success | Refused | undefined>;
}

/**
 * Carries out one request and turns every database error into its refusal: an exhausted pool, a lock timeout or a statement
 * timeout is `contended` or `overloaded`, and never anything that a buyer could read as *sold*. Throws the program's own
 * errors.
 */
export async function settle<Success extends Outcome, Refused extends Refusal>(
  database: Database,
  steps: Steps<Success, Refused>,
): Promise<Success | Refused | Unsettled> {
  try {
    return await database.connect(async (connection) => {
      try {
        return (await steps.attempt(connection)) ?? (await steps.refuseWith(connection));
      } catch (error) {
        // Its unique key found a row of another request, perhaps of a duplicate: read the reason as for any loser.
        if (errorKindOf(error) === 'duplicate') return steps.refuseWith(connection);
        const cause = contendedSqlstateOf(error);
        if (cause !== undefined) return (await steps.replay(connection)) ?? refuse('contended', { cause });
        throw error;
      }
    });
  } catch (error) {
    return answerThrown<Success, Refused>(error, createLostCommits(database), steps.replay);
  }
}

/** What a core strategy does for one command. */
export interface Core<Command, Success, Refused> {
  readonly attempt: (
    connection: Connection,
    command: Command,
    hooks: RequestHooks,
  ) => Promise<Success | undefined>;
  readonly refuseWith: (connection: Connection, command: Command) => Promise<Success | Refused | Unsettled>;
  readonly replay: (connection: Connection, command: Command) => Promise<Success | Refused | undefined>;
}

/** Completes a core to a strategy that settles one request at a time. */
export function oneByOne<Command, Success extends Outcome, Refused extends Refusal>(
  declaration: Declaration,
  core: Core<Command, Success, Refused>,
): Strategy<Command, Success, Refused> {
  return {
    ...declaration,
    open: (context) => ({
      name: declaration.name,
      execute: (command, { racePoint = context.racePoint, prologue } = {}) =>
        settle<Success, Refused>(
          prologue === undefined ? context.database : context.database.withPrologue(prologue),
          {
            attempt: (connection) => core.attempt(connection, command, { racePoint }),
            refuseWith: (connection) => core.refuseWith(connection, command),
            replay: (connection) => core.replay(connection, command),
          },
        ),
      waiting: 0,
      close: () => Promise.resolve(),
    }),
  };
}

/**
 * The answer of a request whose transaction ended with an error: what became of a lost COMMIT, or the refusal that the
 * error amounts to. Throws the program's own errors.
 */
export async function answerThrown<Success extends Outcome, Refused extends Refusal>(
  error: unknown,
  lostCommits: LostCommits,
  replay: (connection: Connection) => Promise<Success | Refused | undefined>,
): Promise<Success | Refused | Unsettled> {
  return error instanceof CommitUnknown ? lostCommits.resolve(error.xid, replay) : refusalOf(error);
}
