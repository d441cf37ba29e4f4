/** Which server a performance of a document goes to: where it is, else where an operator says, else the one with the least on sale. */
import type { Database, Reader, Transaction } from '../../db/database.ts';
import { commit } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { CheckedCatalogue } from './document/checked.ts';
import type { ProblemList } from './document/problems.ts';

/** A server by name, and its database. */
export interface ImportServer {
  readonly name: string;
  readonly database: Database;
}

const readPlaces = statement({
  name: 'import_read_places',
  group: 'home',
  params: ['text[]'],
  columns: { performance_id: 'text', server: 'text' },
  text: `
    select m.performance_id::text as performance_id, m.server::text as server
    from performance_server as m
    where m.performance_id = any($1::text[])`,
});

const readActive = statement({
  name: 'import_read_active_servers',
  group: 'home',
  params: [],
  columns: { name: 'text' },
  text: `select s.name::text as name from server as s where s.state = 'active'`,
});

// Of two imports that place one performance, the first decides: the other waits for its commit and finds its row.
const claimPlaces = statement({
  name: 'import_claim_places',
  group: 'home',
  writes: true,
  params: ['text[]', 'text[]'],
  columns: {},
  text: `
    insert into performance_server (performance_id, server)
    select w.performance_id, w.server
    from unnest($1::text[], $2::text[]) as w (performance_id, server)
    order by w.performance_id
    on conflict (performance_id) do nothing`,
});

const readStoredHere = statement({
  name: 'import_read_stored_here',
  group: 'catalogue',
  params: ['text[]', 'text[]', 'text[]'],
  columns: { seats: 'bigint', venues: 'text[]', concerts: 'text[]', performances: 'text[]' },
  text: `
    select
      (
        select count(*)
        from performance as p
        join seat as s on s.performance_id = p.performance_id
        where p.cancelled_at is null and coalesce(p.sale_closes_at, p.starts_at) > statement_timestamp()
      ) as seats,
      array(select v.venue_id::text from venue as v where v.venue_id = any($1::text[])) as venues,
      array(select c.concert_id::text from concert as c where c.concert_id = any($2::text[])) as concerts,
      array(select p.performance_id::text from performance as p where p.performance_id = any($3::text[])) as performances`,
});

/** What a server has of a document. */
export interface StoredHere {
  readonly server: string;
  /** Seats of performances whose sale is not over. */
  readonly seats: number;
  readonly venues: ReadonlySet<string>;
  readonly concerts: ReadonlySet<string>;
  readonly performances: ReadonlySet<string>;
}

/** Reads what a server has of the document. */
export async function readStoredOn(
  { name, database }: ImportServer,
  { venues, concerts, performances }: CheckedCatalogue,
): Promise<StoredHere> {
  const venueIds = [...venues, ...performances].map(({ venueId }) => venueId);
  const concertIds = concerts.map(({ concertId }) => concertId);
  const performanceIds = performances.map(({ performanceId }) => performanceId);
  const [row] = await database.connect((connection) =>
    connection.read(readStoredHere, [venueIds, concertIds, performanceIds]),
  );
  return {
    server: name,
    seats: row?.seats ?? 0,
    venues: new Set(row?.venues),
    concerts: new Set(row?.concerts),
    performances: new Set(row?.performances),
  };
}

/** The server of each of the document's performances. `wanted` is for those that are on none yet. */
export async function choosePlaces(
  home: Reader,
  catalogue: CheckedCatalogue,
  stored: readonly StoredHere[],
  wanted: string | undefined,
  problems: ProblemList,
): Promise<ReadonlyMap<string, string>> {
  const ids = catalogue.performances.map(({ performanceId }) => performanceId);
  const known = await home.read(readPlaces, [ids]);
  const places = new Map(known.map((row) => [row.performance_id, row.server]));
  const active = new Set((await home.read(readActive, [])).map(({ name }) => name));
  const open = stored.filter(({ server }) => active.has(server));
  if (wanted !== undefined && !open.some(({ server }) => server === wanted)) {
    problems.add('', `there is no server "${wanted.slice(0, 70)}" that takes new performances`);
    return places;
  }
  const load = new Map(open.map(({ server, seats }) => [server, seats]));
  const sizeOf = new Map(catalogue.venues.map(({ venueId, seats }) => [venueId, seats.length]));
  for (const { performanceId, venueId, path } of catalogue.performances) {
    if (places.has(performanceId)) continue;
    // One that no import has put on the map is where its rows are.
    const found = stored.find(({ performances }) => performances.has(performanceId))?.server;
    const able = sizeOf.has(venueId) ? open : open.filter(({ venues }) => venues.has(venueId));
    const place = found ?? wanted ?? leastLoaded(able.length > 0 ? able : open, load);
    if (place === undefined) problems.add(path, 'no server takes new performances: all are draining');
    else {
      places.set(performanceId, place);
      load.set(place, (load.get(place) ?? 0) + (sizeOf.get(venueId) ?? 0));
    }
  }
  return places;
}

function leastLoaded(servers: readonly StoredHere[], load: ReadonlyMap<string, number>): string | undefined {
  const names = servers.map(({ server }) => server);
  return names.toSorted((a, b) => (load.get(a) ?? 0) - (load.get(b) ?? 0))[0];
}

/** Writes the places, before any row of the performances. False when another import has placed one elsewhere meanwhile. */
export function writePlaces(home: Database, places: ReadonlyMap<string, string>): Promise<boolean> {
  return home.connect((connection) =>
    connection.transaction({}, async (tx) => {
      await claim(tx, [...places]);
      const rows = await tx.run(readPlaces, [[...places.keys()]]);
      return commit(rows.every((row) => places.get(row.performance_id) === row.server));
    }),
  );
}

/** Notes that the performances are on this server, in the transaction that makes them. */
export async function noteHere(
  tx: Transaction,
  performanceIds: readonly string[],
  server: string,
): Promise<void> {
  await claim(
    tx,
    performanceIds.map((performanceId) => [performanceId, server]),
  );
}

async function claim(tx: Transaction, places: readonly (readonly [string, string])[]): Promise<void> {
  await tx.run(claimPlaces, [
    places.map(([performanceId]) => performanceId),
    places.map(([, server]) => server),
  ]);
}
