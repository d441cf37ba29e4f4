import type { Connection, Database } from '../db/database.ts';
import { CommitUnknown, DeadlinePassed } from '../db/database.ts';
import { refusalOf } from '../db/refusal.ts';
import { contendedSqlstateOf, errorKindOf } from '../db/sqlstate.ts';
import type { Outcome, Refusal, Unsettled } from '../domain/outcomes.ts';
import { asReplay, refuse } from '../domain/outcomes.ts';
import { createLostCommits } from './lost-commit.ts';
import type { LostCommits } from './lost-commit.ts';
import type { Deadline } from '../lib/deadline.ts';
import type { Barrier } from './durability.ts';
import { behind } from './durability.ts';
import type { Declaration, OperationContext, RequestHooks, Strategy } from './strategy.ts';

/** What an operation does for one command, in a transaction of its own. */
export interface Core<Command, Success, Refused> {
  /** Makes one attempt; undefined means that it lost and its transaction changed nothing. */
  readonly attempt: (
    connection: Connection,
    command: Command,
    hooks: RequestHooks,
  ) => Promise<Success | undefined>;
  /** Finds out why an attempt lost, on the same connection, after the attempt's transaction has ended. */
  readonly refuseWith: (connection: Connection, command: Command) => Promise<Success | Refused | Unsettled>;
  /** Finds what this request's key has made already; undefined when there is nothing. */
  readonly replay: (connection: Connection, command: Command) => Promise<Success | Refused | undefined>;
}

/**
 * Carries out one request and turns every database error into its refusal: an exhausted pool, a lock timeout
 * or a statement timeout is `contended` or `overloaded`, and never anything that a buyer could read as
 * *sold*. Throws the program's own errors.
 */
export async function settle<Command, Success extends Outcome, Refused extends Refusal>(
  database: Database,
  { attempt, refuseWith, replay }: Core<Command, Success, Refused>,
  command: Command,
  hooks: RequestHooks & Pick<OperationContext, 'barrier'>,
): Promise<Success | Refused | Unsettled> {
  const { deadline } = hooks;
  let own: Success | undefined;
  let server = '';
  try {
    const answer = await database.connect(async (connection) => {
      server = connection.server;
      if (deadline?.takeUp() === false) throw new DeadlinePassed('no time is left for an attempt');
      try {
        own = await attempt(connection, command, hooks);
        if (own !== undefined) return own;
        deadline?.putDown();
        return await refuseWith(connection, command);
      } catch (error) {
        if (!(error instanceof CommitUnknown)) deadline?.putDown();
        // Its unique key found a row of another request, perhaps of a duplicate: read the reason as for any loser.
        if (errorKindOf(error) === 'duplicate') return refuseWith(connection, command);
        const cause = contendedSqlstateOf(error);
        if (cause !== undefined) {
          return (await replay(connection, command)) ?? refuse('contended', { cause });
        }
        throw error;
      }
    }, deadline);
    // Its own COMMIT has waited for the standbys.
    return own === undefined ? asReplay(await behind(hooks.barrier, { answer, server }, deadline)) : own;
  } catch (error) {
    return answerThrown<Success, Refused>(
      error,
      createLostCommits(database),
      (connection) => replay(connection, command),
      { barrier: hooks.barrier, deadline },
    );
  }
}

/** Completes a core to a strategy that settles one request at a time. */
export function oneByOne<Command, Success extends Outcome, Refused extends Refusal>(
  declaration: Declaration,
  core: Core<Command, Success, Refused>,
): Strategy<Command, Success, Refused> {
  return {
    ...declaration,
    open: ({ database, racePoint, barrier }) => ({
      name: declaration.name,
      execute: (command, hooks = {}) => {
        const { prologue, deadline } = hooks;
        const own = prologue === undefined ? database : database.withPrologue(prologue);
        return settle(own, core, command, { racePoint: hooks.racePoint ?? racePoint, barrier, deadline });
      },
      waiting: 0,
      close: () => Promise.resolve(),
    }),
  };
}

/**
 * The answer of a request whose transaction ended with an error: what became of a lost COMMIT, behind the barrier, or the
 * refusal that the error amounts to. Throws the program's own errors.
 */
export async function answerThrown<Success extends Outcome, Refused extends Refusal>(
  error: unknown,
  lostCommits: LostCommits,
  replay: (connection: Connection) => Promise<Success | Refused | undefined>,
  { barrier, deadline }: { readonly barrier: Barrier | undefined; readonly deadline: Deadline | undefined },
): Promise<Success | Refused | Unsettled> {
  if (!(error instanceof CommitUnknown)) return refusalOf(error);
  let server = '';
  const noted = (connection: Connection): Promise<Success | Refused | undefined> => {
    server = connection.server;
    return replay(connection);
  };
  const answer = await lostCommits.resolve(error.xid, noted, deadline);
  return behind(barrier, { answer, server }, deadline);
}
