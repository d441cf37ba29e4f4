/**
 * The strategy `grouped`, as far as it is the same for every operation. A request passes through these
 * functions:
 *
 * | function | does |
 * |---|---|
 * | `execute` | answers a request that is known to have lost, else submits it to the scheduler |
 * | `Shard.#takeForLane` (scheduler.ts) | answers the members that are known to have lost while they waited, and forms a group of the rest |
 * | `Shard.#runGroup`, `#halve` (scheduler.ts) | run a group, repeat it, divide it |
 * | `decide` | answers the members whose time was up before there was a connection |
 * | `transact` | opens the group's transaction, with its bounds |
 * | `judge` | reads, judges each member in the order of arrival, writes, compares the counts |
 *
 * The SQL, and what makes a member win, is the operation's (`GroupedOperation`).
 */
import type { SpanContext } from '@opentelemetry/api';
import { commit, rollback } from '../../db/database.ts';
import type { Connection, Transaction } from '../../db/database.ts';
import { CommitUnknown, ConnectionLost, ConnectionUnavailable } from '../../db/database.ts';
import { errorKindOf, sqlstateOf } from '../../db/sqlstate.ts';
import type { Outcome, Refusal, Unsettled } from '../../domain/outcomes.ts';
import { asReplay, refuse } from '../../domain/outcomes.ts';
import type { Deadline } from '../../lib/deadline.ts';
import type { RacePoint, RacePointName } from '../../lib/race-point.ts';
import { activeSpan, inSpan, openTracer } from '../../lib/tracing.ts';
import { behind } from '../durability.ts';
import { createLostCommits } from '../lost-commit.ts';
import { answerThrown } from '../settle.ts';
import type { Declaration, OperationContext, Strategy } from '../strategy.ts';
import { createScheduler, GROUP_DEFAULTS } from './scheduler.ts';
import type { Decision, Remedy, Wait } from './scheduler.ts';
import type { Bytes } from '../../lib/bytes.ts';

/** How long a group waits for a row, so that one slow lock never stalls a thousand requests. */
const BRIEF_WAIT_MS = 100;
/**
 * How long it waits where it passes over locked rows: for what it can't see to be locked, such as another's
 * new row.
 */
const UNSEEN_WAIT_MS = 20;

/** What a group decided does not hold: another transaction was there in between. The group is decided again. */
export class CountsDiffer extends Error {}

/** What a key has made already: its own request gets that answer, another request with the key is refused. */
export type Answered<Command, Success> = (command: Command) => Success | Refusal<'idempotency_key_reused'>;

/** The answer of a key by the hash of its request; `made` is called for that request only. */
export function answeredBy<Command extends { readonly requestHash: Bytes }, Success>(
  hash: Bytes,
  made: (command: Command) => Success,
): Answered<Command, Success> {
  return (command) => (hash.equals(command.requestHash) ? made(command) : refuse('idempotency_key_reused'));
}

/** What a group has read and locked. */
export interface GroupState<Command> {
  /** Whether the member wants a row that somebody else has locked, so that it must leave the group. */
  readonly isLockedOut: (command: Command) => boolean;
}

/** How one operation decides a group in its transaction. Keys are `keyOf` of a command. */
export interface GroupedOperation<
  Command,
  Success extends Outcome,
  Refused extends Refusal,
  State extends GroupState<Command>,
  Winner,
> {
  readonly shardOf: (command: Command) => string;
  readonly rowsOf: (command: Command) => readonly string[];
  /** What the command wants that one member only can get; none where this is left out. */
  readonly exclusiveOf?: (command: Command) => readonly unknown[];
  /** Names the request: duplicates have one key. */
  readonly keyOf: (command: Command) => string;
  /** Locks and reads what the members want; with `wait` `not` without waiting. */
  readonly read: (tx: Transaction, commands: readonly Command[], wait: Wait) => Promise<State>;
  /** What the commands' keys have made already. */
  readonly findAnswered: (
    tx: Transaction,
    commands: readonly Command[],
    state: State,
  ) => Promise<ReadonlyMap<string, Answered<Command, Success>>>;
  /** Lets a member win, and takes from the state what it wins; undefined when it loses. */
  readonly win: (state: State, command: Command) => Winner | undefined;
  /** Says why each loser lost, in the refusal order; it looks for the key before any refusal. */
  readonly explain: (
    tx: Transaction,
    losers: readonly Command[],
    state: State,
  ) => Promise<(command: Command) => Success | Refused>;
  /** Writes what the winners have won. Throws `CountsDiffer` when what was read does not hold any longer. */
  readonly write: (
    tx: Transaction,
    winners: readonly Winner[],
    state: State,
  ) => Promise<ReadonlyMap<string, Answered<Command, Success>>>;
  /** Called when that has committed. */
  readonly committed?: (winners: readonly Winner[], state: State) => void;
  /** Losers that are known to have lost need no transaction. */
  readonly losses?: {
    /** The refusal of a request that is known to have lost, or undefined. Called again when its group is decided. */
    readonly known: (command: Command) => Refused | undefined;
    /**
     * Called when a request arrives. It may wait to find out; what is known at once is no promise, which
     * would cost more.
     */
    readonly foresee: (command: Command) => Promise<Refused | undefined> | Refused | undefined;
  };
  readonly replay: (connection: Connection, command: Command) => Promise<Success | Refused | undefined>;
}

const NOTHING: readonly unknown[] = [];

interface Member<Command> {
  readonly command: Command;
  /** Of its request, where requests are traced. */
  readonly span: SpanContext | undefined;
  readonly deadline: Deadline | undefined;
  readonly racePoint: RacePoint | undefined;
}

/** A group's transaction as the scheduler asks for it. */
interface Attempt {
  readonly wait: Wait;
  /** How often this group was decided before. */
  readonly repeats: number;
}

/** The strategy `grouped` of an operation; what `open` returns lives as long as the opened strategy. */
export function groupedStrategy<
  Command,
  Success extends Outcome,
  Refused extends Refusal,
  State extends GroupState<Command>,
  Winner,
>(
  declaration: Omit<Declaration, 'name' | 'use' | 'groups'>,
  racePoint: RacePointName,
  open: (context: OperationContext) => GroupedOperation<Command, Success, Refused, State, Winner>,
): Strategy<Command, Success, Refused> {
  return {
    ...declaration,
    name: 'grouped',
    use: 'service',
    groups: true,
    open: (context) => {
      const { database } = context;
      const group = createGroup(context, racePoint, open(context));
      const lostCommits = createLostCommits(database);
      type Answer = Success | Refused | Unsettled;
      const scheduler = createScheduler<Member<Command>, Answer | Promise<Answer>>(
        {
          shardOf: ({ command }) => group.operation.shardOf(command),
          rowsOf: ({ command }) => group.operation.rowsOf(command),
          exclusiveOf: ({ command }) => group.operation.exclusiveOf?.(command) ?? NOTHING,
          known: ({ command }) => group.operation.losses?.known(command),
          attempt: (members, wait, repeats) => group.decide(members, { wait, repeats }),
          remedyFor,
          contended: (cause) => refuse('contended', { cause }),
          overloaded: () => refuse('overloaded', { cause: 'queue' }),
          waited: context.waitedForGroup,
        },
        {
          ...GROUP_DEFAULTS,
          queueMax: database.bounds.waitersMax,
          deadlineMs: database.bounds.acquireTimeoutMs,
        },
      );
      return {
        name: 'grouped',
        execute: async (command, hooks) => {
          const deadline = hooks?.deadline;
          const foreseen = group.operation.losses?.foresee(command);
          const loss = foreseen instanceof Promise ? await foreseen : foreseen;
          if (loss !== undefined) return loss;
          try {
            return await scheduler.submit(
              {
                command,
                span: group.spanNow(),
                deadline,
                racePoint: hooks?.racePoint ?? context.racePoint,
              },
              deadline?.atMs,
            );
          } catch (error) {
            return answerThrown<Success, Refused>(
              error,
              lostCommits,
              (connection) => group.operation.replay(connection, command),
              { barrier: context.barrier, deadline },
            );
          }
        },
        get waiting() {
          return scheduler.waiting;
        },
        close: () => scheduler.drain(),
      };
    },
  };
}

function createGroup<
  Command,
  Success extends Outcome,
  Refused extends Refusal,
  State extends GroupState<Command>,
  Winner,
>(
  context: OperationContext,
  racePoint: RacePointName,
  operation: GroupedOperation<Command, Success, Refused, State, Winner>,
) {
  type Answer = Success | Refused | Unsettled;
  type Decided = Decision<Answer | Promise<Answer>>;
  const tracer = openTracer();
  const name = `group ${racePoint.slice(0, racePoint.indexOf(':'))}`;
  const spanNow = (): SpanContext | undefined => (tracer === undefined ? undefined : activeSpan());
  const answerBehind = async (answer: Answer | Promise<Answer>, server: string): Promise<Answer> =>
    behind(context.barrier, { answer: await answer, server });

  /** Decides in a span with links to those of its members, whose requests it belongs to alike. */
  function decide(members: readonly Member<Command>[], attempt: Attempt): Promise<Decided[]> {
    if (tracer === undefined) return decideInTime(members, attempt);
    const links = members.flatMap(({ span }) => (span === undefined ? [] : { context: span }));
    const attributes = {
      'rowlock.group.size': members.length,
      'rowlock.group.wait': attempt.wait,
      'rowlock.group.repeats': attempt.repeats,
    };
    return inSpan(tracer, name, { isOwnTrace: true, links, attributes }, () =>
      decideInTime(members, attempt),
    );
  }

  /** Answers the members whose time was up before there was a connection; the rest share a transaction. */
  function decideInTime(members: readonly Member<Command>[], attempt: Attempt): Promise<Decided[]> {
    return context.database.connect(async (connection) => {
      const late = members.map(({ deadline }): Decided | undefined =>
        deadline?.takeUp() === false ? { answer: refuse('contended', { cause: 'deadline' }) } : undefined,
      );
      const inTime = members.filter((_, i) => late[i] === undefined);
      const decided = inTime.length === 0 ? [] : await transact(connection, inTime, attempt);
      let next = 0;
      return late.map((answer) => answer ?? decided[next++]!);
    });
  }

  async function transact(
    connection: Connection,
    members: readonly Member<Command>[],
    attempt: Attempt,
  ): Promise<Decided[]> {
    const lockTimeoutMs = { briefly: BRIEF_WAIT_MS, not: UNSEEN_WAIT_MS, fully: undefined }[attempt.wait];
    const options = {
      byKeyOnly: true,
      readsFirst: true,
      ...(lockTimeoutMs !== undefined && { lockTimeoutMs }),
    };
    const { decisions, committed } = await connection
      .transaction(options, async (tx) => {
        const judged = await judge(tx, members, attempt);
        // Without a winner nothing is written: there is no COMMIT whose loss could leave the outcome unknown.
        return judged.committed === undefined ? rollback(judged) : commit(judged);
      })
      .catch((error: unknown) => {
        if (!(error instanceof CommitUnknown)) for (const { deadline } of members) deadline?.putDown();
        throw error;
      });
    context.groupDecided?.(members.length);
    committed?.();
    decisions.forEach((decision, i) => {
      if ('left' in decision) members[i]!.deadline?.putDown();
    });
    if (committed !== undefined || context.barrier === undefined) return decisions;
    // Nothing was committed that would have waited for the standbys. Each member waits, and the lane goes on.
    return decisions.map((decision) =>
      'answer' in decision ? { answer: answerBehind(decision.answer, connection.server) } : decision,
    );
  }

  async function judge(
    tx: Transaction,
    members: readonly Member<Command>[],
    { wait, repeats }: Attempt,
  ): Promise<{ readonly decisions: Decided[]; readonly committed?: () => void }> {
    const { keyOf } = operation;
    const commands = members.map(({ command }) => command);
    const state = await operation.read(tx, commands, wait);
    if (commands.every(state.isLockedOut)) return { decisions: commands.map(() => ({ left: true })) };
    for (const member of members) await member.racePoint?.(racePoint);
    // What is rare is left to the second time: a key that is there already fails the write, and the group is repeated.
    const answered: ReadonlyMap<string, Answered<Command, Success>> = repeats === 0
      ? new Map()
      : await operation.findAnswered(tx, commands, state);
    const winners = new Map<string, Winner>();
    // By place: the same command may come twice.
    const winning = new Set<number>();
    const losers: Command[] = [];
    for (const [place, command] of commands.entries()) {
      const key = keyOf(command);
      if (answered.has(key) || winners.has(key) || state.isLockedOut(command)) continue;
      const winner = operation.win(state, command);
      if (winner === undefined) {
        losers.push(command);
        continue;
      }
      winners.set(key, winner);
      winning.add(place);
    }
    const reasonOf = await operation.explain(tx, losers, state);
    const won = [...winners.values()];
    const made = won.length === 0 ? answered : await operation.write(tx, won, state);
    const decisions = commands.map((command, place): Decided => {
      const known = answered.get(keyOf(command)) ?? made.get(keyOf(command));
      if (known === undefined && state.isLockedOut(command)) return { left: true };
      const answer = (known ?? reasonOf)(command) as Success | Refused;
      return { answer: winning.has(place) ? answer : asReplay(answer) };
    });
    return won.length === 0
      ? { decisions }
      : { decisions, committed: () => operation.committed?.(won, state) };
  }

  return { operation, decide, spanNow };
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
  // A key that is there already: the second time finds whose it is.
  if (code === '40P01' || code === '40001' || code === '23505') return 'repeat';
  if (code === '55P03') return 'pass-over';
  const kind = errorKindOf(error);
  return kind === 'contended' || kind === 'overloaded' ? 'fail' : 'split';
}
