/** What the grouped strategies share: one scheduler per database, how a group's transaction is bounded, and its errors. */
import { commit } from '../../db/database.ts';
import type { Connection, Database, Transaction } from '../../db/database.ts';
import { CommitUnknown, ConnectionLost, ConnectionUnavailable } from '../../db/database.ts';
import { faultKindOf, sqlstateOf } from '../../db/sqlstate.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { RacePointName } from '../../lib/race-point.ts';
import { createScheduler, GROUP_DEFAULTS } from './scheduler.ts';
import type { Decision, Remedy, Scheduler, Wait } from './scheduler.ts';
import { answerFault } from '../settle.ts';
import type { Liveness, Meanwhile, OperationContext, Strategy } from '../strategy.ts';

/** How long a group waits for a row, so that one slow lock never stalls a thousand. */
const BRIEF_WAIT_MS = 100;
/** How long it waits where it passes over what is locked: for what it can't see to be locked, such as another's new row. */
const UNSEEN_WAIT_MS = 20;

/** What a group decided does not hold: somebody else was there in between, or a second look is needed. It is decided again. */
export class CountsDiffer extends Error {}

/** A group's transaction: its members, how to wait for rows, and where it may pause for a test or the lab. */
export interface Group<Command> {
  readonly database: Database;
  readonly commands: readonly Command[];
  readonly wait: Wait;
  /** How often this group was decided before. */
  readonly repeats: number;
  readonly pause: () => Promise<void>;
}

/** What a group's transaction has come to. */
export interface DecidedGroup<Answer> {
  /** One per command, in order. */
  readonly decisions: readonly Decision<Answer>[];
  /** Called when it has committed. */
  readonly committed?: () => void;
}

/** How one operation decides a group. */
export interface GroupedOperation<Command, Success extends { readonly outcome: string }> {
  readonly liveness: Liveness;
  readonly meanwhile: Meanwhile;
  readonly shardOf: (command: Command) => string;
  readonly rowsOf: (command: Command) => readonly string[];
  /** Decides the group within its transaction. */
  readonly decide: (tx: Transaction, group: Group<Command>) => Promise<DecidedGroup<Success | Refusal>>;
  /** Losers that are known to have lost need no transaction. */
  readonly losses?: {
    /** The refusal of a request that has lost as far as is known, or undefined. Asked again when its group is decided. */
    readonly known: (database: Database, command: Command) => Refusal | undefined;
    /** Asked when a request arrives. It may wait to find out; what is known already it says at once, a promise costs more. */
    readonly foresee: (
      database: Database,
      command: Command,
    ) => Promise<Refusal | undefined> | Refusal | undefined;
  };
  readonly replay: (connection: Connection, command: Command) => Promise<Success | Refusal | undefined>;
}

interface Member<Command> {
  readonly command: Command;
  readonly context: OperationContext;
}

/** The strategy `grouped` of an operation. Its schedulers live as long as the databases that they work on. */
export function groupedStrategy<Command, Success extends { readonly outcome: string }>(
  operation: GroupedOperation<Command, Success>,
  racePoint: RacePointName,
): Strategy<Command, Success> {
  const schedulers = new WeakMap<Database, Scheduler<Member<Command>, Success | Refusal>>();
  const schedulerOf = (database: Database): Scheduler<Member<Command>, Success | Refusal> => {
    let scheduler = schedulers.get(database);
    if (scheduler === undefined) {
      scheduler = createScheduler<Member<Command>, Success | Refusal>(
        {
          shardOf: (member) => operation.shardOf(member.command),
          rowsOf: (member) => operation.rowsOf(member.command),
          decide: (members, wait, repeats) =>
            decideGroup(database, operation, members, { wait, repeats, racePoint }),
          remedyFor,
          contended: (cause) => refuse('contended', { cause }),
          overloaded: () => refuse('overloaded', { cause: 'queue' }),
        },
        {
          ...GROUP_DEFAULTS,
          queueMax: database.bounds.waitersMax,
          deadlineMs: database.bounds.acquireTimeoutMs,
        },
      );
      schedulers.set(database, scheduler);
    }
    return scheduler;
  };
  return {
    name: 'grouped',
    liveness: operation.liveness,
    meanwhile: operation.meanwhile,
    use: 'service',
    execute: async (context, command) => {
      const scheduler = schedulerOf(context.database);
      const foreseen = operation.losses?.foresee(context.database, command);
      const loss = foreseen instanceof Promise ? await foreseen : foreseen;
      if (loss !== undefined) return loss;
      try {
        return await scheduler.submit({ command, context });
      } catch (error) {
        return answerFault(context.database, error, (connection) => operation.replay(connection, command));
      }
    },
    drain: async (database) => schedulers.get(database)?.drain(),
    waiting: (database) => schedulers.get(database)?.waiting ?? 0,
  };
}

async function decideGroup<Command, Success extends { readonly outcome: string }>(
  database: Database,
  operation: GroupedOperation<Command, Success>,
  members: readonly Member<Command>[],
  how: { readonly wait: Wait; readonly repeats: number; readonly racePoint: RacePointName },
): Promise<readonly Decision<Success | Refusal>[]> {
  // Many have lost to the groups that were decided while they waited.
  const losses = members.map(({ command }) => operation.losses?.known(database, command));
  const open = members.filter((_, i) => losses[i] === undefined);
  const decided = open.length === 0 ? [] : await decideOpen(database, operation, open, how);
  let next = 0;
  return losses.map((loss) => {
    if (loss !== undefined) return { answer: loss };
    next += 1;
    return decided[next - 1]!;
  });
}

async function decideOpen<Command, Success extends { readonly outcome: string }>(
  database: Database,
  operation: GroupedOperation<Command, Success>,
  members: readonly Member<Command>[],
  how: { readonly wait: Wait; readonly repeats: number; readonly racePoint: RacePointName },
): Promise<readonly Decision<Success | Refusal>[]> {
  const { wait, repeats, racePoint } = how;
  const commands = members.map((member) => member.command);
  const pause = async (): Promise<void> => {
    for (const { context } of members) await context.racePoint?.(racePoint);
  };
  const lockTimeoutMs = { briefly: BRIEF_WAIT_MS, not: UNSEEN_WAIT_MS, fully: undefined }[wait];
  const options = {
    byKeyOnly: true,
    readsFirst: true,
    ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
  };
  const { decisions, committed } = await database.connect((connection) =>
    connection.transaction(options, async (tx) =>
      commit(await operation.decide(tx, { database, commands, wait, repeats, pause })),
    ),
  );
  members[0]!.context.groupDecided?.(members.length);
  committed?.();
  return decisions;
}

/** What to do about an error of a group's transaction. */
function remedyFor(error: unknown): Remedy {
  if (error instanceof CountsDiffer) return 'repeat';
  if (
    error instanceof ConnectionUnavailable ||
    error instanceof ConnectionLost ||
    error instanceof CommitUnknown
  ) {
    return 'fail';
  }
  const code = sqlstateOf(error);
  // A key that is there already: the second look finds whose it is.
  if (code === '40P01' || code === '40001' || code === '23505') return 'repeat';
  if (code === '55P03') return 'pass-over';
  const kind = faultKindOf(error);
  return kind === 'contended' || kind === 'overloaded' ? 'fail' : 'split';
}
