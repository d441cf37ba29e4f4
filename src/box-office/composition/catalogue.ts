/** The methods that read the catalogue: each thing once at a time, so that a crowd of viewers leaves the pools to buyers. */
import { listConcerts, readConcert, readPerformance } from '../../catalogue/concerts.ts';
import type { Listing } from '../../catalogue/concerts.ts';
import type { Connection } from '../../db/database.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import { sharedNextRun } from '../../lib/next-run.ts';
import { readSeatStates } from '../../seats/states.ts';
import { reading, seatMapOf } from '../context.ts';
import type { ReadRefusal } from '../context.ts';
import type { BoxOffice, MissingRefusal } from '../interface.ts';
import { mergedConcerts } from '../servers/concerts.ts';
import type { ConcertList, FoundConcert } from '../servers/concerts.ts';
import { fromAll } from '../servers/from-all.ts';
import { findMoved, isNotFound } from '../servers/following.ts';
import type { Servers } from '../servers/servers.ts';
import type { Bounds } from './bounds.ts';

type CatalogueReads =
  | 'listConcerts'
  | 'readConcert'
  | 'readPerformance'
  | 'readSeatMap'
  | 'readSeatStates'
  | 'watchSeats';

const noConcert = refuse('not_found', { what: 'concert' });
const noPerformance = refuse('not_found', { what: 'performance' });

export function catalogueMethods(
  servers: Servers,
  { atHome, byPerformance }: Bounds,
): Pick<BoxOffice, CatalogueReads> {
  // Its readers have deadlines of their own: the reading has none.
  const ofPerformance = <T>(
    read: (connection: Connection, id: string) => Promise<T | undefined>,
  ): ((performanceId: string) => Promise<T | MissingRefusal>) => {
    const next = sharedNextRun(async (performanceId): Promise<T | MissingRefusal> => {
      const server = await servers.of(performanceId);
      if ('outcome' in server) return server;
      return (
        (await reading(server.context, (connection) => read(connection, performanceId))) ?? noPerformance
      );
    });
    return byPerformance.read((_, performanceId: string) => next(performanceId));
  };
  const readConcerts = sharedNextRun(concertsReader(servers, {}));
  const readOne = sharedNextRun(concertReader(servers));
  return {
    listConcerts: atHome.read(() => readConcerts('all')),
    readConcert: atHome.read((_, concertId: string) => readOne(concertId)),
    readPerformance: ofPerformance(readPerformance),
    // From memory; concurrent callers share one load of a missing map.
    readSeatMap: byPerformance.read(
      async (at, performanceId: string) => (await seatMapOf(at, performanceId)) ?? noPerformance,
    ),
    readSeatStates: ofPerformance(readSeatStates),
    watchSeats: async (request) => {
      const server = await servers.of(request.performanceId);
      if ('outcome' in server) return server;
      const watch = await server.watching.watch(request);
      if (!isNotFound(watch)) return watch;
      const moved = await findMoved(servers, server.context, request.performanceId);
      if (moved === undefined) return watch;
      return 'outcome' in moved ? moved : moved.watching.watch(request);
    },
  };
}

/** Reads every concert, of all servers. */
export function concertsReader(
  servers: Servers,
  listing: Pick<Listing, 'withHidden'>,
): () => Promise<ConcertList | ReadRefusal> {
  return async () => {
    const parts = await fromAll(servers, {}, (at) =>
      reading(at, (connection) => listConcerts(connection, { ...listing, soldOut: at.soldOut })),
    );
    return isRefusal(parts) ? parts : mergedConcerts(parts);
  };
}

function concertReader(servers: Servers): (concertId: string) => Promise<FoundConcert | MissingRefusal> {
  return async (concertId) => {
    const parts = await fromAll(servers, {}, (at) =>
      reading(at, async (connection) => {
        const concert = await readConcert(connection, concertId, { soldOut: at.soldOut });
        return concert === undefined ? [] : [concert];
      }),
    );
    if (isRefusal(parts)) return parts;
    const { concerts, away } = mergedConcerts(parts);
    const [concert] = concerts;
    if (concert !== undefined) return away === undefined ? concert : { ...concert, away };
    // It may be on a server that is away.
    return away === undefined ? noConcert : refuse('overloaded', { cause: 'server' });
  };
}
