/** What a process's operations answered, how long they took, and what they waited for. */
import type { BoxOfficeObserver, ObservedOperation, StrategyNames } from '../../../box-office/box-office.ts';
import type { ContendedCause, Outcome, OverloadedCause } from '../../../box-office/box-office.ts';
import { REFUSALS } from '../../../domain/outcomes.ts';
import type { Family, Sample } from './family.ts';
import { single } from './family.ts';
import type { Tally } from './tally.ts';
import { createTally, SECONDS, SIZES } from './tally.ts';

const OPERATIONS = {
  top_up: 'topped_up',
  reversal: 'reversed',
  hold: 'held',
  hold_best_available: 'held',
  pay: 'paid',
  release: 'released',
  refund: 'refunded',
} as const satisfies Record<ObservedOperation, string>;

const OUTCOMES: ReadonlySet<string> = new Set([
  ...Object.values(OPERATIONS),
  ...REFUSALS.map(({ code }) => code),
]);

/** Labels must be bounded: another cause counts as `other`. */
const CAUSES: ReadonlySet<string> = new Set(
  Object.keys({
    '40001': true,
    '40P01': true,
    '55P03': true,
    '57014': true,
    '25P03': true,
    '25P04': true,
    version: true,
    pool: true,
    database: true,
    server: true,
    retries: true,
    redis: true,
    fence: true,
    deadline: true,
    repeated: true,
    locked: true,
    paying: true,
    moving: true,
    '25006': true,
    '53100': true,
    '53200': true,
    '53300': true,
    '57P01': true,
    '57P02': true,
    '57P03': true,
    '57P05': true,
    queue: true,
    schema: true,
    closing: true,
    jwks: true,
    watchers: true,
  } satisfies Record<ContendedCause | OverloadedCause, true>),
);

const STRATEGIES = { topUp: 'top_up', hold: 'hold', pay: 'pay' } as const satisfies Record<
  keyof StrategyNames,
  ObservedOperation
>;

interface Answers {
  readonly seconds: Tally;
  readonly byCause: Map<string, number>;
}

interface Operation {
  readonly byOutcome: Map<string, Answers>;
  replays: number;
}

export interface Operations {
  readonly observer: BoxOfficeObserver;
  readonly families: readonly Family[];
}

/** Creates the counts of one process. */
export function createOperations(): Operations {
  const operations = mapOf(Object.keys(OPERATIONS) as ObservedOperation[], (): Operation => ({
    byOutcome: new Map(),
    replays: 0,
  }));
  const strategies = Object.keys(STRATEGIES) as (keyof StrategyNames)[];
  const sizes = mapOf(strategies, () => createTally(SIZES));
  const groupWaits = mapOf(strategies, () => createTally(SECONDS));
  const connectionWaits = createTally(SECONDS);
  const commits = createTally(SECONDS);
  let expired = 0;
  return {
    observer: {
      answered: (operation, answer, ms) => count(operations[operation], answer, ms / 1_000),
      waitedForConnection: (ms) => connectionWaits.observe(ms / 1_000),
      committed: (ms) => commits.observe(ms / 1_000),
      waitedForGroup: (operation, ms) => groupWaits[operation].observe(ms / 1_000),
      groupDecided: (operation, size) => sizes[operation].observe(size),
      swept: (holds) => {
        expired += holds;
      },
    },
    families: [
      ...answerFamilies(operations),
      histogram('rowlock_connection_wait_seconds', 'Waits for a connection of the pool.', (name) =>
        connectionWaits.samples(name),
      ),
      histogram('rowlock_group_wait_seconds', 'Waits in the queue until a group was formed.', (name) =>
        byOperation(groupWaits, name),
      ),
      histogram('rowlock_group_size', 'Requests that one transaction decided.', (name) =>
        byOperation(sizes, name),
      ),
      histogram('rowlock_commit_duration_seconds', 'COMMITs of operations.', (name) => commits.samples(name)),
      {
        name: 'rowlock_holds_expired_total',
        help: 'Expired holds that the sweeper wrote down.',
        type: 'counter',
        samples: () => single(expired),
      },
    ],
  };
}

function count(operation: Operation, answer: Outcome | undefined, seconds: number): void {
  const { outcome, cause } = (answer ?? { outcome: 'internal' }) as Outcome & { readonly cause?: string };
  let answers = operation.byOutcome.get(outcome);
  if (answers === undefined) {
    if (!OUTCOMES.has(outcome)) return;
    answers = { seconds: createTally(SECONDS), byCause: new Map() };
    operation.byOutcome.set(outcome, answers);
  }
  answers.seconds.observe(seconds);
  if (answer?.replayed === true) operation.replays += 1;
  if (cause === undefined) return;
  const known = CAUSES.has(cause) ? cause : 'other';
  answers.byCause.set(known, (answers.byCause.get(known) ?? 0) + 1);
}

type AllOperations = Readonly<Record<ObservedOperation, Operation>>;

function answerFamilies(operations: AllOperations): readonly Family[] {
  const each = (samplesOf: (labels: Labels, answers: Answers) => readonly Sample[]): readonly Sample[] =>
    Object.entries(operations).flatMap(([operation, { byOutcome }]) =>
      [...byOutcome].flatMap(([outcome, answers]) => samplesOf({ operation, outcome }, answers)),
    );
  return [
    {
      name: 'rowlock_operations_total',
      help: 'Answers of operations, by outcome and, for contended and overloaded, cause.',
      type: 'counter',
      samples: () => each(countsOf),
    },
    histogram('rowlock_operation_duration_seconds', 'From call to answer, waits included.', (name) =>
      each((labels, { seconds }) => seconds.samples(name, labels)),
    ),
    {
      name: 'rowlock_operation_replays_total',
      help: 'Answers that an earlier request with the same key, or for the same thing, had been given.',
      type: 'counter',
      samples: () =>
        Object.entries(operations).map(([operation, { replays }]) => ({
          labels: { operation },
          value: replays,
        })),
    },
  ];
}

type Labels = Readonly<Record<string, string>>;

function countsOf(labels: Labels, { seconds, byCause }: Answers): readonly Sample[] {
  const caused = [...byCause].map(([cause, value]) => ({ labels: { ...labels, cause }, value }));
  const uncaused = seconds.count - caused.reduce((sum, { value }) => sum + value, 0);
  return uncaused === 0 ? caused : [{ labels, value: uncaused }, ...caused];
}

function byOperation(tallies: Readonly<Record<keyof StrategyNames, Tally>>, name: string): readonly Sample[] {
  return Object.entries(tallies).flatMap(([strategy, tally]) =>
    tally.samples(name, { operation: STRATEGIES[strategy as keyof StrategyNames] }),
  );
}

/** A histogram; its samples get its name. */
function histogram(name: string, help: string, samples: (name: string) => readonly Sample[]): Family {
  return { name, help, type: 'histogram', samples: () => samples(name) };
}

function mapOf<Name extends string, Value>(names: readonly Name[], make: () => Value): Record<Name, Value> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<Name, Value>;
}
