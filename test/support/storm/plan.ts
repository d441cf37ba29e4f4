/** Which message meets which fault: every kind of message meets every kind of fault, in an order that the seed gives. */
import { createRandom } from '../../../src/load/random.ts';
import type { MessageKind } from '../pg-messages.ts';
import { CLIENT_KINDS, SERVER_KINDS } from '../pg-messages.ts';

/**
 * What happens at a message:
 *
 * - `reset before`, `reset behind`: the connection is reset (RST) instead of the message, or right behind it;
 * - `truncate`: a part of the message is passed on, then the connection is closed;
 * - `delay`: the message and all behind it arrive later, sometimes later than anybody waits;
 * - `terminate`, `cancel`: the server ends the session, or cancels its statement, as an administrator can.
 */
export const FAULTS = ['reset before', 'reset behind', 'truncate', 'delay', 'terminate', 'cancel'] as const;
export type Fault = (typeof FAULTS)[number];

/** Before these are through, no session can be named that could be terminated. */
const NAMELESS: ReadonlySet<MessageKind> = new Set([
  'startup',
  'password',
  'authentication',
  'parameter status',
]);

export interface Planned {
  readonly kind: MessageKind;
  readonly fault: Fault;
  /** From 0 up to but not 1: how long, or after how many bytes. */
  readonly extent: number;
}

/** Every pair of message and fault that there is. */
export const PAIRS: readonly Pick<Planned, 'kind' | 'fault'>[] = [...CLIENT_KINDS, ...SERVER_KINDS].flatMap(
  (kind) =>
    FAULTS.filter((fault) => !(NAMELESS.has(kind) && (fault === 'terminate' || fault === 'cancel'))).map(
      (fault) => ({ kind, fault }),
    ),
);

export interface Plan {
  /** The fault of this message, if it is to have one. */
  readonly take: (kind: MessageKind) => Planned | undefined;
  /** Faults that have happened, by `kind × fault`. */
  readonly met: ReadonlyMap<string, number>;
  readonly count: number;
  /** What waits for its message now. */
  readonly armed: readonly Planned[];
  /** Whether all that wait need a session to begin or to be ended. */
  readonly needsSessions: boolean;
  /** Resolves when all have happened. */
  readonly over: Promise<void>;
}

/** How many faults wait for their message at a time. */
const ARMED_MAX = 8;
/** How many messages of its kind a fault lets pass at most. */
const SKIPPED_MAX = { rare: 4, frequent: 24 };
/** Kinds that only a new connection brings, or one that the server ends. */
const OF_A_SESSION: ReadonlySet<MessageKind> = new Set([...NAMELESS, 'key data', 'settings', 'error']);
const RARE: ReadonlySet<MessageKind> = new Set([
  ...OF_A_SESSION,
  'commit',
  'commit complete',
  'rollback',
  'rollback complete',
]);

export function createPlan(faults: number, seed: number): Plan {
  const random = createRandom(seed, 'storm');
  const armed: (Planned & { skip: number })[] = [];
  const met = new Map<string, number>();
  let round: Pick<Planned, 'kind' | 'fault'>[] = [];
  let planned = 0;
  let count = 0;
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const arm = (): void => {
    while (armed.length < ARMED_MAX && planned < faults) {
      if (round.length === 0) round = [...PAIRS];
      const [pair] = round.splice(Math.floor(random.next() * round.length), 1);
      planned += 1;
      const skippedMax = SKIPPED_MAX[RARE.has(pair!.kind) ? 'rare' : 'frequent'];
      armed.push({ ...pair!, extent: random.next(), skip: Math.floor(random.next() ** 2 * skippedMax) });
    }
  };
  arm();
  return {
    take: (kind) => {
      const at = armed.findIndex((fault) => fault.kind === kind);
      const next = armed[at];
      if (next === undefined) return undefined;
      next.skip -= 1;
      if (next.skip >= 0) return undefined;
      armed.splice(at, 1);
      const name = `${kind} × ${next.fault}`;
      met.set(name, (met.get(name) ?? 0) + 1);
      count += 1;
      arm();
      if (count === faults) end();
      return next;
    },
    met,
    get count() {
      return count;
    },
    armed,
    get needsSessions() {
      return armed.length > 0 && armed.every(({ kind }) => OF_A_SESSION.has(kind));
    },
    over,
  };
}
