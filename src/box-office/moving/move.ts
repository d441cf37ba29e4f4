/**
 * Moves a performance to another server (decision 0042). Each step is a transaction of its own that can be repeated, and says in
 * the databases that it was taken: a move that was killed goes on when it is asked for again.
 *
 * | step | where | afterwards |
 * |---|---|---|
 * | prepare | target | concert, venue and currency are there; the sale goes on |
 * | fence | source | the rows are in chunks, and a departure says where they go; requests hear `contended`, cause `moving` |
 * | copy | target | the chunks are there, too |
 * | decide | source | it can no longer be put back |
 * | arrive | target | the rows are live |
 * | switch | home | the map leads to the target; requests are served |
 * | drop | source | the chunks are deleted; the departure stays |
 */
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import type { RacePoint } from '../../lib/race-point.ts';
import { readPlace } from '../servers/map-rows.ts';
import { ServersRefused } from '../servers/this-server.ts';
import { arrive, lastArrival } from './arrival.ts';
import { chunkMarks, copyChunks } from './chunks.ts';
import { clockDifferenceMs } from './clocks.ts';
import { readDeparture } from './departures.ts';
import type { Departure } from './departures.ts';
import { decide, drop, fence, putBack } from './fence.ts';
import type { MovePlaces } from './places.ts';
import { alone, serverState, switchMap } from './place.ts';
import { prepareCatalogue } from './venue.ts';

const isLive = statement({
  name: 'move_is_live',
  group: 'performance',
  params: ['text'],
  columns: { found: 'boolean' },
  text: `select exists (select from performance as p where p.performance_id = $1) as found`,
});

export interface MoveRequest {
  readonly performanceId: string;
  /** The name of the server where it shall be. */
  readonly target: string;
  readonly racePoint?: RacePoint | undefined;
}

/** What became of a move. */
export interface Moved {
  readonly outcome: 'moved' | 'put back' | 'already there';
  /** Where it was before. */
  readonly source: string;
  /** How long the performance was live nowhere, as far as this process saw it. */
  readonly interruptedMs: number;
}

/**
 * Moves the performance, goes on with a move that was interrupted, or puts back one whose source is the target. Throws
 * `ServersRefused` in one line for what an operator must change, and the databases' errors; after either the same may be
 * asked for again.
 */
export function movePerformance(places: MovePlaces, request: MoveRequest): Promise<Moved> {
  return alone(places.home, request.performanceId, () => moveAlone(places, request));
}

async function moveAlone(places: MovePlaces, request: MoveRequest): Promise<Moved> {
  const { performanceId, target } = request;
  const { home } = places;
  const state = await home.connect((connection) => serverState(connection, target));
  if (state === undefined) throw new ServersRefused(`the home does not know the server "${target}"`);
  const place = await home.connect((connection) => readPlace(connection, performanceId));
  // What was planted or imported before there was a map is at home.
  const source = place ?? HOME_SERVER;
  const from = await places.of(source);
  const departure = await from.connect((connection) => readDeparture(connection, performanceId));
  if (departure === undefined) {
    if (source === target) return finishThere(places, request);
    if (state === 'draining')
      throw new ServersRefused(`the server "${target}" is draining: no performance goes there`);
    return moveFresh(places, request, source);
  }
  if (source === target) return goBack(places, request, departure);
  if (departure.target !== target) throw new ServersRefused(underWay(performanceId, source, departure));
  return goOn(places, request, { source, departure, fencedAtMs: performance.now() });
}

function underWay(performanceId: string, source: string, { target, step }: Departure): string {
  const back = step === 'fenced' ? `, and to "${source}" puts it back` : '';
  return `the performance "${performanceId}" is on its way to the server "${target}": moving it there goes on${back}`;
}

/** The map leads to the target already. What the last move left at its source is deleted. */
async function finishThere(places: MovePlaces, { performanceId, target }: MoveRequest): Promise<Moved> {
  const there = await places.of(target);
  await refuseUnknown(there, performanceId);
  await endLastMove(places, target, performanceId);
  return { outcome: 'already there', source: target, interruptedMs: 0 };
}

async function endLastMove(places: MovePlaces, at: string, performanceId: string): Promise<void> {
  const last = await lastArrival(await places.of(at), performanceId);
  if (last !== undefined) await drop(await places.of(last.source), performanceId, last.moveId);
}

async function refuseUnknown(database: Database, performanceId: string): Promise<void> {
  const [row] = await database.connect((connection) => connection.read(isLive, [performanceId]));
  if (row?.found !== true) throw new ServersRefused(noPerformance(performanceId));
}

const noPerformance = (performanceId: string): string => `there is no performance "${performanceId}"`;

async function moveFresh(places: MovePlaces, request: MoveRequest, source: string): Promise<Moved> {
  const { performanceId, target, racePoint } = request;
  const [from, to] = [await places.of(source), await places.of(target)];
  // What the last move left is only space: where it can't be deleted now, this move goes on.
  await endLastMove(places, source, performanceId).catch(() => undefined);
  const mark = await prepareCatalogue(from, to, performanceId);
  if (mark === undefined) throw new ServersRefused(noPerformance(performanceId));
  await racePoint?.('move: before the fence');
  const fencedAtMs = performance.now();
  const fenced = await fence(from, performanceId, target, mark);
  if (fenced === 'no performance') throw new ServersRefused(noPerformance(performanceId));
  if (fenced === 'other seat map')
    throw new ServersRefused('its seat map was changed meanwhile: move it again');
  return goOn(places, request, { source, departure: fenced, fencedAtMs });
}

/** A move that is fenced. */
interface UnderWay {
  readonly source: string;
  readonly departure: Departure;
  readonly fencedAtMs: number;
}

async function goOn(places: MovePlaces, request: MoveRequest, underWayNow: UnderWay): Promise<Moved> {
  const { performanceId, target, racePoint } = request;
  const { source, departure, fencedAtMs } = underWayNow;
  const { moveId } = departure;
  const [from, to] = [await places.of(source), await places.of(target)];
  if (departure.step === 'fenced') {
    await orPutBack(places, request, underWayNow, async () => {
      await racePoint?.('move: before the copy');
      await copyChunks(from, to, moveId);
      await racePoint?.('move: before the check');
      await refuseUnequal(from, to, moveId);
    });
    await racePoint?.('move: before the decision');
    if (!(await decide(from, performanceId, moveId))) {
      throw new ServersRefused(`the performance "${performanceId}" was put back by another process`);
    }
  } else {
    // The target may have been restored from an older backup meanwhile.
    await copyChunks(from, to, moveId);
  }
  await racePoint?.('move: before the arrival');
  const marks = await from.connect((connection) => chunkMarks(connection, moveId));
  const aheadMs = await clockDifferenceMs(from, to);
  if (!(await arrive(to, { moveId, performanceId, source, aheadMs }, marks)))
    throw new ServersRefused(`the copy on the server "${target}" is not whole: move it again`);
  await racePoint?.('move: before the map is switched');
  await switchMap(places.home, performanceId, source, target);
  const interruptedMs = performance.now() - fencedAtMs;
  await racePoint?.('move: before the drop');
  await drop(from, performanceId, moveId);
  return { outcome: 'moved', source, interruptedMs };
}

async function refuseUnequal(from: Database, to: Database, moveId: string): Promise<void> {
  const [here, there] = await Promise.all(
    [from, to].map((database) => database.connect((connection) => chunkMarks(connection, moveId))),
  );
  if (here!.join('\n') !== there!.join('\n')) throw new ServersRefused('the copy differs from its original');
}

/** A target that fails before the decision must not keep the sale waiting: the performance is put back. */
async function orPutBack(
  places: MovePlaces,
  { performanceId, target }: MoveRequest,
  { source, departure }: UnderWay,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(await putBack(await places.of(source), performanceId, departure.moveId))) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ServersRefused(
      `the performance "${performanceId}" is back on the server "${source}", because the server "${target}" failed: ${reason}`,
      { cause: error },
    );
  }
}

async function goBack(places: MovePlaces, request: MoveRequest, departure: Departure): Promise<Moved> {
  const { performanceId, target: source } = request;
  if (await putBack(await places.of(source), performanceId, departure.moveId)) {
    return { outcome: 'put back', source: departure.target, interruptedMs: 0 };
  }
  throw new ServersRefused(
    `the performance "${performanceId}" can't be put back, because it may be live on the server "${departure.target}": move it there first`,
  );
}
