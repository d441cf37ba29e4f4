/**
 * Best-available: names adjacent free seats of a grade, for a hold strategy to claim. It claims nothing
 * itself.
 *
 * Each account begins at a place of its own, so that a crowd does not want the same seats. It reads the free
 * seats there, and larger and larger parts of the grade only while every choice would orphan a seat.
 */
import { createHash } from 'node:crypto';
import type { Connection } from '../../db/database.ts';
import { rollback } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { Placement } from './placement.ts';
import { choosePlacement } from './placement.ts';
import type { Run } from '../seat-map/runs.ts';
import type { SeatMap } from '../seat-map/seat-map.ts';

export interface SeatChoice {
  readonly accountId: string;
  readonly grade: string;
  /** How many adjacent seats. */
  readonly quantity: number;
  /** Seats not to choose: those that this request has already lost. */
  readonly avoid?: Iterable<number>;
  /** Looks only near the account's place, and only for seats that orphan none: one or two small readings. */
  readonly isFirstLook?: boolean;
}

/** How many seats the first look reads; each later reading covers `WINDOW_GROWTH` times as many. */
const WINDOW_SEATS = 256;
const WINDOW_GROWTH = 4;
/** How many readings the first look makes. */
const FIRST_LOOK_WINDOWS = 2;
/**
 * After passing over locked seats this often, takes a locked choice: the hold then waits and learns who wins.
 */
const PASSED_OVER_MAX = 8;

/**
 * Seat numbers in ascending order that were free a moment ago, neighbours in one row; undefined when the
 * grade has no such seats. It orphans no single seat if it has the choice. It passes over seats that another
 * transaction has locked unless there are no others: a lock does not make a seat sold. Call it outside a
 * transaction.
 */
export async function chooseSeats(
  connection: Connection,
  map: Pick<SeatMap, 'performanceId' | 'runsOf'>,
  { accountId, grade, quantity, avoid = [], isFirstLook = false }: SeatChoice,
): Promise<readonly number[] | undefined> {
  const { performanceId } = map;
  const { place, turn } = startOf(performanceId, accountId);
  const passedOver = new Set(avoid);
  const locked: Placement[] = [];
  const orphaning: Placement[] = [];

  /** Returns the placement's seats, or marks those that are locked so that they are not chosen again. */
  const settle = async (placement: Placement): Promise<readonly number[] | undefined> => {
    const available = await lockable(connection, performanceId, placement.seats);
    if (available.length === placement.seats.length) return available;
    locked.push(placement);
    for (const seat of placement.seats) if (!available.includes(seat)) passedOver.add(seat);
    return undefined;
  };

  const runs = map.runsOf(grade).filter((run) => run.length >= quantity);
  for (const window of windowsFrom(runs, place, isFirstLook ? FIRST_LOOK_WINDOWS : Infinity)) {
    const free = await readFree(connection, performanceId, window);
    const isFree = (seat: number): boolean => free.has(seat) && !passedOver.has(seat);
    let placement = choosePlacement(window, isFree, quantity, turn);
    while (placement?.orphans === 0 && locked.length < PASSED_OVER_MAX) {
      const seats = await settle(placement);
      if (seats !== undefined) return seats;
      placement = choosePlacement(window, isFree, quantity, turn);
    }
    if (placement !== undefined) orphaning.push(placement);
  }
  if (isFirstLook) return undefined;
  for (const placement of orphaning.sort((a, b) => a.orphans - b.orphans).slice(0, PASSED_OVER_MAX)) {
    const seats = await settle(placement);
    if (seats !== undefined) return seats;
  }
  return locked[0]?.seats.toSorted((a, b) => a - b);
}

/**
 * The length of the grade's longest run of free seats. A seat that a transaction is taking counts as free.
 * Reads the whole grade, so a crowd must share it.
 */
export async function longestFreeRun(
  connection: Connection,
  map: Pick<SeatMap, 'performanceId' | 'runsOf'>,
  grade: string,
): Promise<number> {
  const runs = map.runsOf(grade);
  const free = await readFree(connection, map.performanceId, runs);
  let longest = 0;
  for (const run of runs) {
    let length = 0;
    for (const seat of run) {
      length = free.has(seat) ? length + 1 : 0;
      longest = Math.max(longest, length);
    }
  }
  return longest;
}

/** Two numbers that depend on the account alone: its place in the grade, and its turn among equal choices. */
function startOf(
  performanceId: string,
  accountId: string,
): { readonly place: number; readonly turn: number } {
  const digest = createHash('sha256').update(`${performanceId}\n${accountId}`).digest();
  return { place: digest.readUInt32BE(0) / 2 ** 32, turn: digest.readUInt32BE(4) };
}

/**
 * At most this many windows of growing size over the runs, from `place` (a fraction of them) on and round.
 */
function* windowsFrom(runs: readonly Run[], place: number, windowsMax: number): Generator<readonly Run[]> {
  const start = Math.floor(place * runs.length);
  let window: Run[] = [];
  let seatCount = 0;
  let seatsMax = WINDOW_SEATS;
  let windowsLeft = windowsMax;
  for (const run of [...runs.slice(start), ...runs.slice(0, start)]) {
    window.push(run);
    seatCount += run.length;
    if (seatCount < seatsMax) continue;
    yield window;
    windowsLeft -= 1;
    if (windowsLeft === 0) return;
    window = [];
    seatCount = 0;
    seatsMax *= WINDOW_GROWTH;
  }
  if (window.length > 0) yield window;
}

// The seats come as ranges of numbers, of which a window has few: each costs one descent of the key's index,
// and the result is one array instead of a row per seat.
const readFreeSeats = statement({
  name: 'chooser_free_seats',
  params: ['text', 'integer[]', 'integer[]'],
  columns: { seats: 'integer[]' },
  text: `
    select coalesce(array_agg(s.seat_number), '{}') as seats
    from unnest($2::integer[], $3::integer[]) as r (first, last)
    join seat as s on s.performance_id = $1 and s.seat_number between r.first and r.last
    where s.state = 'free' or s.held_until <= clock_timestamp()`,
});

async function readFree(
  connection: Connection,
  performanceId: string,
  window: readonly Run[],
): Promise<ReadonlySet<number>> {
  const firsts: number[] = [];
  const lasts: number[] = [];
  for (const seat of window.flat().sort((a, b) => a - b)) {
    if (lasts.at(-1) === seat - 1) lasts[lasts.length - 1] = seat;
    else {
      firsts.push(seat);
      lasts.push(seat);
    }
  }
  const [row] = await connection.read(readFreeSeats, [performanceId, firsts, lasts]);
  return new Set(row?.seats);
}

// Locks only the chosen seats, and only for a moment: locking a whole window would write to each of its seats
// and make choosers pass over each other's windows.
const lockFreeSeats = statement({
  name: 'chooser_lock_seats',
  writes: true,
  params: ['text', 'integer[]'],
  columns: { seat_number: 'integer' },
  text: `
    select s.seat_number
    from seat as s
    where s.performance_id = $1
      and s.seat_number = any($2)
      and (s.state = 'free' or s.held_until <= clock_timestamp())
    order by s.seat_number
    for no key update skip locked`,
});

/** The seats that are free and not locked. The locks end with a rollback, which costs no flush. */
async function lockable(
  connection: Connection,
  performanceId: string,
  seats: readonly number[],
): Promise<readonly number[]> {
  const rows = await connection.transaction({}, async (tx) =>
    rollback(await tx.run(lockFreeSeats, [performanceId, seats])),
  );
  return rows.map((row) => row.seat_number);
}
