/**
 * How far a watcher has seen: which transactions its states contain, not how many changes or until when.
 * docs/decisions/0014-snapshot-cursor-for-live-seats.md says why nothing less is enough.
 */

/** `pg_snapshot`: transactions before `xmin` are contained, those from `xmax` on are not, of the others those not in progress. */
export interface Snapshot {
  readonly xmin: number;
  readonly xmax: number;
  readonly inProgress: ReadonlySet<number>;
}

export interface SeatCursor {
  readonly snapshot: Snapshot;
  /** The database's time of the states: holds that expire later were held in them. */
  readonly atMs: number;
  /** Of the database server's life: a crash may give the numbers of transactions that left nothing behind again. */
  readonly epoch: number;
  /** Of the seat map: seats that were added or removed are no changes of state. */
  readonly revision: number;
}

/** What a statement returns of its own snapshot. */
export interface CursorParts {
  readonly snapshot: string;
  /** In whole milliseconds. */
  readonly at: Date;
  readonly epoch: number;
  readonly revision: number;
}

/** A cursor travels in a URL and in a header. */
export const SEAT_CURSOR_LENGTH_MAX = 2_000;

/** Characters of a snapshot that lists its transactions in progress one by one. */
const SNAPSHOT_LENGTH_MAX = 1_800;

/**
 * The cursor as text. A snapshot with very many transactions in progress is written as the older one that ends before the
 * first of them: a watcher that continues there gets more seats, and misses none.
 */
export function formatSeatCursor({ snapshot, at, epoch, revision }: CursorParts): string {
  const xmin = snapshot.slice(0, snapshot.indexOf(':'));
  const told = snapshot.length <= SNAPSHOT_LENGTH_MAX ? snapshot : `${xmin}:${xmin}:`;
  return `${told}@${at.getTime()}@${epoch}@${revision}`;
}

const NUMBER = String.raw`\d{1,15}`;
const CURSOR = new RegExp(
  `^(${NUMBER}):(${NUMBER}):((?:${NUMBER}(?:,${NUMBER})*)?)@(${NUMBER})@(${NUMBER})@(${NUMBER})$`,
);

/** Undefined for anything that `formatSeatCursor` can't have made. */
export function parseSeatCursor(text: string): SeatCursor | undefined {
  if (text.length > SEAT_CURSOR_LENGTH_MAX) return undefined;
  const [, xmin, xmax, listed, atMs, epoch, revision] = CURSOR.exec(text) ?? [];
  if (xmin === undefined) return undefined;
  const snapshot = snapshotOf(Number(xmin), Number(xmax), listed!);
  if (snapshot === undefined) return undefined;
  return { snapshot, atMs: Number(atMs), epoch: Number(epoch), revision: Number(revision) };
}

/** A snapshot as the server writes it. */
export function parseSnapshot(text: string): Snapshot {
  const [xmin, xmax, listed] = text.split(':');
  const snapshot = snapshotOf(Number(xmin), Number(xmax), listed ?? '');
  if (snapshot === undefined) throw new RangeError(`${text} is not a snapshot`);
  return snapshot;
}

function snapshotOf(xmin: number, xmax: number, listed: string): Snapshot | undefined {
  const inProgress = new Set(listed === '' ? [] : listed.split(',').map(Number));
  const isSnapshot = xmin > 0 && xmin <= xmax && [...inProgress].every((xid) => xid >= xmin && xid < xmax);
  return isSnapshot ? { xmin, xmax, inProgress } : undefined;
}

/** Whether the snapshot contains what the transaction has written, as `pg_visible_in_snapshot` has it. */
export function isVisibleIn({ xmin, xmax, inProgress }: Snapshot, xid: number): boolean {
  return xid < xmin || (xid < xmax && !inProgress.has(xid));
}
