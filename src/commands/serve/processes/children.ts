/** Keeps the children of a service running, and replaces them one after another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandFailed } from '../../shared/failure.ts';
import { note } from '../../shared/terminal.ts';
import type { Pace } from '../pace.ts';
import { createPace, startingAgain } from '../pace.ts';
import type { Child } from './child-process.ts';
import type { Dispatcher } from './dispatcher.ts';

/** So many starts in a row that came to nothing, while no child serves, end the service. */
const FAILED_STARTS_MAX = 5;
/** How long a child may take to finish what it has when it is replaced. */
const HAND_OVER_TIMEOUT_MS = 60_000;

export interface Children {
  /** Resolves once all serve; rejects when none can be started. */
  readonly started: Promise<void>;
  /** Rejects when none can be started any more. */
  readonly failed: Promise<never>;
  /** The child in each place; undefined while none has started there. */
  current(): readonly (Child | undefined)[];
  /** Replaces every child. During a replacement, it is done once more afterwards, however often it is asked for. */
  replaceAll(): Promise<void>;
  /** Lets all finish what is in flight, and resolves when they have ended. */
  stop(): Promise<void>;
}

export interface ChildrenOptions {
  readonly count: number;
  readonly launch: (number: number) => Child;
  readonly dispatcher: Pick<Dispatcher, 'add' | 'retire' | 'forget'>;
  /** Called when a child has ended by itself. */
  readonly onFailure?: () => void;
}

interface Place {
  readonly number: number;
  readonly pace: Pace;
  child: Child | undefined;
  /** It takes the child's place once it serves. */
  successor: Child | undefined;
}

export function keepChildren({ count, launch, dispatcher, onFailure }: ChildrenOptions): Children {
  const places = Array.from({ length: count }, (_, i): Place => ({
    number: i + 1,
    pace: createPace(),
    child: undefined,
    successor: undefined,
  }));
  const living = new Set<Child>();
  const stopping = new AbortController();
  let failedStarts = 0;
  let fail: (error: Error) => void;
  let noteAllServe: () => void;
  const allServe = new Promise<void>((resolve) => (noteAllServe = resolve));
  const failed = new Promise<never>((_, reject) => (fail = reject));
  // Nobody may be waiting for it yet, and an unhandled rejection would end the process.
  failed.catch(() => undefined);

  function launched(number: number): Child {
    const child = launch(number);
    living.add(child);
    void child.started.then((isReady) => {
      failedStarts = isReady ? 0 : failedStarts + 1;
      if (places.every((place) => place.child?.isReady === true)) noteAllServe();
    });
    void child.ended.then(() => {
      living.delete(child);
      dispatcher.forget(child);
    });
    return child;
  }

  function start(place: Place): void {
    const child = launched(place.number);
    place.child = child;
    void child.started.then((isReady) => {
      if (isReady) dispatcher.add(child);
    });
    void child.ended.then((how) => restart(place, child, how));
  }

  async function restart(place: Place, ended: Child, how: string): Promise<void> {
    if (place.child !== ended || stopping.signal.aborted) return;
    place.child = undefined;
    onFailure?.();
    const what = `process ${place.number} (pid ${ended.pid}) ${how}`;
    if (place.successor !== undefined) return note(`${what}; another one is starting already`);
    const isLost = failedStarts >= FAILED_STARTS_MAX && !places.some(({ child }) => child?.isReady);
    if (isLost) {
      fail(new CommandFailed(`no process of the service can start: ${what}`));
      return;
    }
    const pauseMs = place.pace.pauseMs();
    note(`${what}${startingAgain(pauseMs)}`);
    await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return;
    place.pace.started();
    start(place);
  }

  async function replace(place: Place): Promise<boolean> {
    const successor = launched(place.number);
    place.successor = successor;
    const isReady = await successor.started;
    place.successor = undefined;
    if (stopping.signal.aborted) return false;
    const old = place.child;
    if (!isReady) {
      note(
        `the new process ${place.number} ${await successor.ended} before it served; the others stay as they are`,
      );
      if (old === undefined) start(place);
      return false;
    }
    place.child = successor;
    void successor.ended.then((how) => restart(place, successor, how));
    dispatcher.add(successor);
    if (old !== undefined) await retire(old);
    return true;
  }

  async function retire(old: Child): Promise<void> {
    dispatcher.retire(old);
    old.order({ order: 'hand over' });
    const timeout = setTimeout(() => old.kill(), HAND_OVER_TIMEOUT_MS);
    await old.ended;
    clearTimeout(timeout);
  }

  async function replaceEach(): Promise<void> {
    for (const place of places) {
      // A child that is being restarted is new anyway.
      if (place.child?.isReady !== true) continue;
      if (!(await replace(place))) return;
    }
    if (!stopping.signal.aborted) note('every process has been replaced');
  }

  let isAskedAgain = false;
  let replacing: Promise<void> | undefined;
  async function replaceUntilDone(): Promise<void> {
    do {
      isAskedAgain = false;
      await replaceEach();
    } while (isAskedAgain && !stopping.signal.aborted);
    replacing = undefined;
  }

  for (const place of places) start(place);
  return {
    started: Promise.race([allServe, failed]),
    failed,
    current: () => places.map(({ child }) => child),
    replaceAll: () => {
      if (replacing !== undefined) isAskedAgain = true;
      return (replacing ??= replaceUntilDone());
    },
    stop: async () => {
      stopping.abort();
      for (const child of living) child.order({ order: 'stop' });
      await Promise.all([...living].map(({ ended }) => ended));
    },
  };
}
