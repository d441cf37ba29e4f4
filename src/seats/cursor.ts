/**
 * How far a watcher has seen: which transactions its states contain, rather than a count of changes or a
 * time. docs/decisions/0014-snapshot-cursor-for-live-seats.md says why nothing less is enough.
 */

import { HOME_SERVER } from '../domain/ids.ts';

/** `pg_snapshot`: contains all before `xmin`, none from `xmax` on, and between them those not in progress. */
export interface Snapshot {
  readonly xmin: number;
  readonly xmax: number;
  readonly inProgress: ReadonlySet<number>;
}

export interface SeatCursor {
  readonly snapshot: Snapshot;
  /** The database's time of the states: a hold that expires later was held in them. */
  readonly atMs: number;
  /** The server that has the performance; left out for the home. Another's numbers of transactions are not its own. */
  readonly server?: string | undefined;
  /** The server's life: after a crash it may reuse the numbers of transactions that left nothing behind. */
  readonly epoch: number;
  /** The seat map's revision: adding or removing a seat changes no state. */
  readonly revision: number;
}

/** What a statement returns about its own snapshot. */
export interface CursorParts {
  readonly snapshot: string;
  /** In whole milliseconds. */
  readonly at: Date;
  readonly epoch: number;
  readonly revision: number;
  /** The server, with its epoch from the second on; the home where it is left out. */
  readonly server?: string | undefined;
}

/** Bounded, because a cursor travels in a URL and in a header. */
export const SEAT_CURSOR_LENGTH_MAX = 2_000;

/** The longest snapshot whose transactions in progress are listed one by one. */
const SNAPSHOT_LENGTH_MAX = 1_800;

/**
 * Formats a cursor. A snapshot with very many transactions in progress becomes the older one that ends before
 * the first of them: a watcher that continues there gets more seats, and misses none.
 */
export function formatSeatCursor({
  snapshot,
  at,
  epoch,
  revision,
  server = HOME_SERVER,
}: CursorParts): string {
  const xmin = snapshot.slice(0, snapshot.indexOf(':'));
  const told = snapshot.length <= SNAPSHOT_LENGTH_MAX ? snapshot : `${xmin}:${xmin}:`;
  return `${told}@${at.getTime()}@${epoch}@${revision}${server === HOME_SERVER ? '' : `@${server}`}`;
}

const NUMBER = String.raw`\d{1,15}`;
/** A server's name and, after performances have moved to it, its epoch. */
const SERVER = String.raw`[a-z][a-z0-9-]{0,62}(?:\.\d{1,9})?`;
const CURSOR = new RegExp(
  `^(${NUMBER}):(${NUMBER}):((?:${NUMBER}(?:,${NUMBER})*)?)@(${NUMBER})@(${NUMBER})@(${NUMBER})(?:@(${SERVER}))?$`,
);

/** Parses a cursor; undefined for text that `formatSeatCursor` can't have made. */
export function parseSeatCursor(text: string): SeatCursor | undefined {
  if (text.length > SEAT_CURSOR_LENGTH_MAX) return undefined;
  const [, xmin, xmax, listed, atMs, epoch, revision, server = HOME_SERVER] = CURSOR.exec(text) ?? [];
  if (xmin === undefined) return undefined;
  const snapshot = snapshotOf(Number(xmin), Number(xmax), listed!);
  if (snapshot === undefined) return undefined;
  return { snapshot, atMs: Number(atMs), epoch: Number(epoch), revision: Number(revision), server };
}

/** Whether two cursors' parts are of one life of one server, so that their numbers of transactions are comparable. */
export function isOneLife(
  a: Pick<SeatCursor, 'epoch' | 'server'>,
  b: Pick<SeatCursor, 'epoch' | 'server'>,
): boolean {
  return a.epoch === b.epoch && (a.server ?? HOME_SERVER) === (b.server ?? HOME_SERVER);
}

/** Parses a snapshot as the server writes it. */
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

/** Whether the snapshot contains what the transaction wrote, by the rule of `pg_visible_in_snapshot`. */
export function isVisibleIn({ xmin, xmax, inProgress }: Snapshot, xid: number): boolean {
  return xid < xmin || (xid < xmax && !inProgress.has(xid));
}
