/**
 * The group scheduler: requests that arrive while a transaction is in flight form the next group.
 *
 * There is no timer that waits for a group to fill: an idle lane takes what has come by the end of this turn
 * of the event loop, one request if there is one, so that grouping costs nothing when there is no crowd. (At
 * once would be too soon: of a thousand requests that were read together, or whose callers were answered
 * together, the first would go alone. A turn that reads hundreds of HTTP requests is too long: with all of
 * them in one group, process and database take turns.) Members are decided in the order of their arrival.
 * What a group locks, reads and writes is the operation's (`GroupWork.attempt`); this file only decides who
 * is in it, what happens when it fails, and that every wait has a bound.
 */
import { createQueue } from './queue.ts';
import type { Queue } from './queue.ts';

/** How one transaction decided a member: its answer, or that the member must leave because a row it wants is locked. */
export type Decision<Answer> = { readonly answer: Answer } | { readonly left: true };

/** What to do about an error of a group's transaction. */
export type Remedy =
  /**
   * The transaction met others (deadlock, serialization, a count that differs): decide the group again; in
   * halves if that does not help.
   */
  | 'repeat'
  /**
   * A lock timed out: attempt again without waiting; members that want a locked row leave. If the row can't
   * be identified (another transaction's uncommitted insert is invisible), divide the group until the member
   * that wants it is alone.
   */
  | 'pass-over'
  /** No member is the cause (no connection, a lost COMMIT): every member gets the error. */
  | 'fail'
  /** Some member is the cause: divide the group in halves until it is alone. */
  | 'split';

/** How long a group's transaction waits for a locked row. */
export type Wait = 'briefly' | 'not' | 'fully';

/** How an operation works in groups. */
export interface GroupWork<Member, Answer> {
  /** Members of different shards are never in one group. */
  readonly shardOf: (member: Member) => string;
  /**
   * The rows that a member wants, as keys: one that wants a row that is known to be slow does not enter the
   * fast lanes.
   */
  readonly rowsOf: (member: Member) => readonly string[];
  /**
   * What the member wants and only one member can get, such as seats. Two groups in flight never want the same:
   * the second would wait for the locks of the first, and then have losers where it could have winners.
   */
  readonly exclusiveOf: (member: Member) => readonly unknown[];
  /** The answer of a member that needs no transaction, because of what the groups before its own have decided. */
  readonly known: (member: Member) => Answer | undefined;
  /**
   * Decides all members in one transaction, in order, and commits before it returns: one decision per member.
   * `wait` says how long to wait for a locked row: `briefly`, `not` (then members on locked rows are `left`),
   * or `fully`; `repeats` how often this group was decided before, so that what is rare can be left to the
   * second time.
   */
  readonly attempt: (
    members: readonly Member[],
    wait: Wait,
    repeats: number,
  ) => Promise<readonly Decision<Answer>[]>;
  readonly remedyFor: (error: unknown) => Remedy;
  /** The answer of a member whose time or tries are used up. */
  readonly contended: (cause: 'deadline' | 'repeated' | 'locked') => Answer;
  /** The answer of a member that there is no room for. */
  readonly overloaded: () => Answer;
  /** Called with how long a member waited in the queue before its group was formed. */
  readonly waited?: ((ms: number) => void) | undefined;
}

export interface GroupLimits {
  /** Members in one transaction at most. */
  readonly groupSizeMax: number;
  /**
   * Transactions in flight per shard at most; a further one starts only when a whole group waits for it that wants nothing
   * exclusive of those in flight.
   */
  readonly lanesMax: number;
  /** Members waiting per shard at most. */
  readonly queueMax: number;
  /** How long a member may wait to be decided. */
  readonly deadlineMs: number;
}

export const GROUP_DEFAULTS: GroupLimits = {
  // Two lanes of 256 keep the database busy while this process decides; one of 512 leaves each waiting for the other.
  groupSizeMax: 256,
  lanesMax: 2,
  queueMax: 50_000,
  deadlineMs: 5_000,
};

/** How much of a turn of the event loop an idle lane waits for. */
const TURN_MS = 5;

/** How often a group is attempted again before it is divided, and a member that is alone gets `contended`. */
const REPEATS_MAX = 3;

/** The clock, so that tests can hold it. */
export interface Clock {
  readonly nowMs: () => number;
  /** Calls back once; the function it returns takes that back. */
  readonly after: (ms: number, callback: () => void) => () => void;
  /** Calls back when all that happens in this turn of the event loop has happened. */
  readonly soon: (callback: () => void) => void;
}

const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  soon: setImmediate,
};

export interface Scheduler<Member, Answer> {
  /**
   * Puts a member in the queue of its shard, where it waits as long as any, but not beyond `atMs` (of `Clock.nowMs`);
   * resolves when it is decided, rejects with the error of its own transaction.
   */
  submit(member: Member, atMs?: number): Promise<Answer>;
  /** Refuses further members and resolves when all that were accepted are answered. */
  drain(): Promise<void>;
  /** Members that wait to be decided, in all shards. */
  readonly waiting: number;
}

interface Entry<Member, Answer> {
  readonly member: Member;
  readonly enteredAtMs: number;
  readonly deadlineAtMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** Creates a scheduler for one operation. */
export function createScheduler<Member, Answer>(
  work: GroupWork<Member, Answer>,
  limits: GroupLimits = GROUP_DEFAULTS,
  clock: Clock = systemClock,
): Scheduler<Member, Answer> {
  const shards = new Map<string, Shard<Member, Answer>>();
  let drained: Promise<void> | undefined;
  let unanswered = 0;
  let onEmpty: (() => void) | undefined;

  const settled = (): void => {
    unanswered -= 1;
    if (unanswered === 0) onEmpty?.();
  };
  const shardOf = (member: Member): Shard<Member, Answer> => {
    const name = work.shardOf(member);
    let shard = shards.get(name);
    if (shard === undefined) {
      shard = new Shard(work, limits, clock, () => shards.delete(name));
      shards.set(name, shard);
    }
    return shard;
  };
  return {
    submit: (member, atMs = Infinity) => {
      if (drained !== undefined) return Promise.resolve(work.overloaded());
      const shard = shardOf(member);
      if (shard.waiting >= limits.queueMax) return Promise.resolve(work.overloaded());
      unanswered += 1;
      const enteredAtMs = clock.nowMs();
      return new Promise<Answer>((resolve, reject) => {
        shard.enter({
          member,
          enteredAtMs,
          deadlineAtMs: Math.min(enteredAtMs + limits.deadlineMs, atMs),
          resolve: (answer) => {
            resolve(answer);
            settled();
          },
          reject: (error) => {
            reject(error instanceof Error ? error : new Error(String(error)));
            settled();
          },
        });
      });
    },
    drain: () => {
      drained ??= new Promise((resolve) => {
        if (unanswered === 0) resolve();
        else onEmpty = resolve;
      });
      return drained;
    },
    get waiting() {
      let sum = 0;
      for (const shard of shards.values()) sum += shard.waiting;
      return sum;
    },
  };
}

/**
 * The queues and lanes of one shard. An entry is in one of these states:
 *
 * | state | enters | leaves |
 * |---|---|---|
 * | queued | `enter`, when it wants no slow row | `#takeForLane` → in a group, or answered when its answer is known; its deadline → answered |
 * | in a group | `#takeForLane`: a fast lane has room for it (`briefly`); `#takeSlow`: the slow lane is free (`fully`) | `#settle` → answered, or slow when it was left; `#giveUp` → answered |
 * | slow | `enter` or `#settle`, when it wants a row that somebody outside has locked | `#takeSlow` → in a group, or answered when its answer is known; its deadline → answered |
 * | answered | its promise is settled | – |
 *
 * A group waits for locked rows `briefly` in a fast lane and `fully` in the slow one. When such a row times
 * out, it is attempted again with `not`: members that want a locked row are left, and go on as slow. The
 * shard is idle, and forgotten, when nothing waits and no lane runs.
 */
class Shard<Member, Answer> {
  readonly #work: GroupWork<Member, Answer>;
  readonly #limits: GroupLimits;
  readonly #clock: Clock;
  readonly #onIdle: () => void;
  readonly #queue = createQueue<Entry<Member, Answer>>();
  /**
   * Entries that want a row that somebody outside of the lanes has locked for long: decided apart, one group
   * at a time.
   */
  readonly #slow = createQueue<Entry<Member, Answer>>();
  /** How many entries of the slow lane want each row. */
  readonly #slowRows = new Map<string, number>();
  #lanes = 0;
  /** What the groups of the fast lanes want exclusively. */
  readonly #exclusive = new Set<unknown>();
  /** Fewer waiting entries are not enough for another lane. */
  #nextLaneFrom = 1;
  #slowLane = false;
  /** When this turn of the event loop brought the first member; undefined when the lanes know of all that wait. */
  #wakingSinceMs: number | undefined;
  #cancelAlarm: (() => void) | undefined;

  constructor(work: GroupWork<Member, Answer>, limits: GroupLimits, clock: Clock, onIdle: () => void) {
    this.#work = work;
    this.#limits = limits;
    this.#clock = clock;
    this.#onIdle = onIdle;
  }

  get waiting(): number {
    return this.#queue.size + this.#slow.size;
  }

  enter(entry: Entry<Member, Answer>): void {
    if (this.#wantsSlowRow(entry)) this.#enterSlow(entry);
    else this.#queue.push(entry);
    this.#setAlarm();
    this.#wake();
  }

  #wake(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#wakingSinceMs === undefined) {
      this.#wakingSinceMs = nowMs;
      this.#clock.soon(() => {
        this.#wakingSinceMs = undefined;
        this.#fillLanes();
      });
    } else if (nowMs - this.#wakingSinceMs >= TURN_MS) {
      this.#fillLanes();
    }
  }

  #fillLanes(): void {
    while (this.#lanes < this.#limits.lanesMax && this.#queue.size >= this.#nextLaneFrom) {
      const group = this.#takeForLane();
      // A shard whose last members were answered without a group is forgotten when the alarm rings.
      if (group.length > 0) void this.#runLane(group);
    }
    if (this.#slow.size > 0 && !this.#slowLane) {
      this.#slowLane = true;
      void this.#runSlowLane();
    }
  }

  async #runLane(group: readonly Entry<Member, Answer>[]): Promise<void> {
    const exclusive = group.flatMap(({ member }) => this.#work.exclusiveOf(member));
    for (const each of exclusive) this.#exclusive.add(each);
    this.#lanes += 1;
    this.#nextLaneFrom = this.#limits.groupSizeMax;
    this.#noteWaits(group);
    await this.#runGroup(group, 'briefly');
    for (const each of exclusive) this.#exclusive.delete(each);
    this.#lanes -= 1;
    this.#nextLaneFrom = this.#lanes === 0 ? 1 : this.#limits.groupSizeMax;
    this.#afterGroup();
  }

  async #runSlowLane(): Promise<void> {
    const group = this.#takeSlow();
    this.#noteWaits(group);
    if (group.length > 0) await this.#runGroup(group, 'fully');
    for (const entry of group) this.#forgetSlowRows(entry);
    this.#slowLane = false;
    this.#afterGroup();
  }

  #noteWaits(group: readonly Entry<Member, Answer>[]): void {
    const { waited } = this.#work;
    if (waited === undefined) return;
    const nowMs = this.#clock.nowMs();
    for (const { enteredAtMs } of group) waited(nowMs - enteredAtMs);
  }

  #afterGroup(): void {
    if (this.waiting > 0) this.#wake();
    if (this.#lanes > 0 || this.#slowLane || this.waiting > 0) return;
    this.#cancelAlarm?.();
    this.#onIdle();
  }

  /**
   * The group of a fast lane. The first lane takes whatever waits. A further one takes a whole group or nothing, otherwise
   * groups would stay small; it leaves those who want what is in flight, and those behind them who want the same as they do.
   */
  #takeForLane(): readonly Entry<Member, Answer>[] {
    const { groupSizeMax } = this.#limits;
    const least = this.#lanes === 0 ? 1 : groupSizeMax;
    const exclusive = new Set(this.#exclusive);
    const passed: Entry<Member, Answer>[] = [];
    const left: Entry<Member, Answer>[] = [];
    const group: Entry<Member, Answer>[] = [];
    while (group.length < groupSizeMax) {
      const entry = this.#next(this.#queue);
      if (entry === undefined) break;
      passed.push(entry);
      const wanted = exclusive.size === 0 ? [] : this.#work.exclusiveOf(entry.member);
      if (wanted.some((each) => exclusive.has(each))) {
        for (const each of wanted) exclusive.add(each);
        left.push(entry);
      } else group.push(entry);
    }
    const isEnough = group.length >= least;
    this.#queue.putBack(isEnough ? left : passed);
    if (isEnough) return group;
    this.#nextLaneFrom = this.#queue.size + least - group.length;
    return [];
  }

  #takeSlow(): readonly Entry<Member, Answer>[] {
    const group: Entry<Member, Answer>[] = [];
    while (group.length < this.#limits.groupSizeMax) {
      const entry = this.#next(this.#slow);
      if (entry === undefined) break;
      group.push(entry);
    }
    return group;
  }

  /** The next that needs a transaction: one whose time is up, or whose answer is known, is answered here. */
  #next(queue: Queue<Entry<Member, Answer>>): Entry<Member, Answer> | undefined {
    for (let entry = queue.shift(); entry !== undefined; entry = queue.shift()) {
      if (!this.#dismissIfLate(entry)) {
        const answer = this.#work.known(entry.member);
        if (answer === undefined) return entry;
        entry.resolve(answer);
      }
      if (queue === this.#slow) this.#forgetSlowRows(entry);
    }
    return undefined;
  }

  /**
   * Decides a group, whatever happens: afterwards each of its members has its answer, its error, or a place
   * in the slow lane.
   */
  async #runGroup(
    group: readonly Entry<Member, Answer>[],
    patience: 'briefly' | 'fully',
    wait: Wait = patience,
  ): Promise<void> {
    for (let repeats = 0; ;) {
      try {
        const decisions = await this.#work.attempt(
          group.map((entry) => entry.member),
          wait,
          repeats,
        );
        decisions.forEach((decision, i) => this.#settle(group[i]!, decision, patience));
        return;
      } catch (error) {
        const remedy = this.#work.remedyFor(error);
        if (remedy === 'pass-over' && wait !== 'not') wait = 'not';
        else if (remedy === 'repeat' && repeats < REPEATS_MAX) repeats += 1;
        else if (remedy !== 'fail' && group.length > 1) return this.#halve(group, patience, wait);
        else {
          for (const entry of group) this.#giveUp(entry, { remedy, error, patience });
          return;
        }
      }
    }
  }

  async #halve(
    group: readonly Entry<Member, Answer>[],
    patience: 'briefly' | 'fully',
    wait: Wait,
  ): Promise<void> {
    const middle = group.length >> 1;
    for (const half of [group.slice(0, middle), group.slice(middle)]) {
      // Dividing a group may take long; an answer may not.
      const inTime = half.filter((entry) => !this.#dismissIfLate(entry));
      if (inTime.length > 0) await this.#runGroup(inTime, patience, wait);
    }
  }

  /** Answers a member that is alone, or whose transaction had no connection. */
  #giveUp(
    entry: Entry<Member, Answer>,
    why: { readonly remedy: Remedy; readonly error: unknown; readonly patience: 'briefly' | 'fully' },
  ): void {
    if (why.remedy === 'pass-over') this.#settle(entry, { left: true }, why.patience);
    else if (why.remedy === 'repeat') entry.resolve(this.#work.contended('repeated'));
    else entry.reject(why.error);
  }

  #settle(entry: Entry<Member, Answer>, decision: Decision<Answer>, patience: 'briefly' | 'fully'): void {
    if ('answer' in decision) entry.resolve(decision.answer);
    else if (patience === 'fully') entry.resolve(this.#work.contended('locked'));
    else this.#enterSlow(entry);
  }

  #wantsSlowRow(entry: Entry<Member, Answer>): boolean {
    return this.#slowRows.size > 0 && this.#work.rowsOf(entry.member).some((row) => this.#slowRows.has(row));
  }

  #enterSlow(entry: Entry<Member, Answer>): void {
    for (const row of this.#work.rowsOf(entry.member))
      this.#slowRows.set(row, (this.#slowRows.get(row) ?? 0) + 1);
    this.#slow.push(entry);
  }

  #forgetSlowRows(entry: Entry<Member, Answer>): void {
    if (this.#slowRows.size === 0) return;
    for (const row of this.#work.rowsOf(entry.member)) {
      const wanted = this.#slowRows.get(row) ?? 0;
      if (wanted > 1) this.#slowRows.set(row, wanted - 1);
      else this.#slowRows.delete(row);
    }
  }

  /**
   * Wakes when the time of the first in a queue is up. Nearly everyone has the same time. One that came with less is
   * passed over when its turn comes, and the request that waits for it knows its deadline.
   */
  #setAlarm(): void {
    if (this.#cancelAlarm !== undefined) return;
    const first = Math.min(
      this.#queue.peek()?.deadlineAtMs ?? Infinity,
      this.#slow.peek()?.deadlineAtMs ?? Infinity,
    );
    if (first === Infinity) return;
    this.#cancelAlarm = this.#clock.after(Math.max(0, first - this.#clock.nowMs()), () => {
      this.#cancelAlarm = undefined;
      this.#dismissLate(this.#queue);
      this.#dismissLate(this.#slow);
      this.#setAlarm();
      if (this.#lanes === 0 && !this.#slowLane && this.waiting === 0) this.#onIdle();
    });
  }

  #dismissLate(queue: Queue<Entry<Member, Answer>>): void {
    const now = this.#clock.nowMs();
    for (
      let entry = queue.peek();
      entry !== undefined && this.#dismissIfLate(entry, now);
      entry = queue.peek()
    ) {
      queue.shift();
      if (queue === this.#slow) this.#forgetSlowRows(entry);
    }
  }

  #dismissIfLate(entry: Entry<Member, Answer>, now = this.#clock.nowMs()): boolean {
    const isLate = entry.deadlineAtMs <= now;
    if (isLate) entry.resolve(this.#work.contended('deadline'));
    return isLate;
  }
}
