/**
 * Imports a catalogue whose performances are on several servers. It is checked on all of them before it is written on any. Each
 * server's part is one transaction; an import that ends between two of them is completed by importing the document again.
 *
 * The place of a new performance is written at home first, so that two imports can't put it on two servers.
 */
import { checkCatalogue } from './document/check.ts';
import type { CheckedCatalogue } from './document/checked.ts';
import { CatalogueInvalid, createProblemList } from './document/problems.ts';
import { importPart, measureSeats } from './import.ts';
import type { ImportOptions, ImportReport } from './import.ts';
import { choosePlaces, readStoredOn, writePlaces } from './places.ts';
import type { ImportServer, StoredHere } from './places.ts';

/** How an import over servers is made. */
export interface PlacedImportOptions extends ImportOptions {
  /** Where performances go that are on no server yet; the one with the least on sale by default. */
  readonly server?: string | undefined;
}

/** A server's part of the document. */
interface Part {
  readonly server: ImportServer;
  readonly catalogue: CheckedCatalogue;
}

/** Another import may place a performance of this document; then this one plans again. */
const PLANS_MAX = 3;

/**
 * Imports a parsed document; the home is the first of the servers. Throws as `importCatalogue` does. All servers must be there,
 * because each may have a part of it.
 */
export async function importOverServers(
  servers: readonly [home: ImportServer, ...others: ImportServer[]],
  document: unknown,
  options: PlacedImportOptions = {},
): Promise<ImportReport> {
  const catalogue = checkCatalogue(document);
  const [home] = servers;
  for (let plan = 1; ; plan += 1) {
    const { parts, places } = await planned(servers, catalogue, options);
    const checked = await checkParts(parts, options);
    if (options.dryRun === true) return sumOf(checked);
    if (!(await writePlaces(home.database, places)) && plan < PLANS_MAX) continue;
    const reports: ImportReport[] = [];
    for (const { server, catalogue: part } of parts) {
      const report = await importPart(server.database, part, options);
      if (report.seatsOnSale.added > 0) await measureSeats(server.database);
      reports.push(report);
    }
    return sumOf(reports);
  }
}

async function planned(
  servers: readonly [home: ImportServer, ...others: ImportServer[]],
  catalogue: CheckedCatalogue,
  { server }: PlacedImportOptions,
): Promise<{ readonly parts: readonly Part[]; readonly places: ReadonlyMap<string, string> }> {
  const stored = await Promise.all(servers.map((each) => readStoredOn(each, catalogue)));
  const problems = createProblemList();
  const places = await servers[0].database.connect((connection) =>
    choosePlaces(connection, catalogue, stored, server, problems),
  );
  problems.refuseAny();
  const parts = servers.map((each, i) => ({
    server: each,
    catalogue: partOf(catalogue, stored[i]!, places, stored),
  }));
  return { parts: parts.filter((part, i) => i === 0 || !isEmpty(part.catalogue)), places };
}

/** What a server needs of the document: its performances with their venues and concerts, and what it has already. */
function partOf(
  { currency, venues, concerts, performances }: CheckedCatalogue,
  { server, ...has }: StoredHere,
  places: ReadonlyMap<string, string>,
  all: readonly StoredHere[],
): CheckedCatalogue {
  const isHome = all[0]?.server === server;
  const own = performances.filter(({ performanceId }) => places.get(performanceId) === server);
  const needsVenue = new Set(own.map(({ venueId }) => venueId));
  const needsConcert = new Set(own.map(({ concertId }) => concertId));
  const usedVenues = new Set(performances.map(({ venueId }) => venueId));
  const usedConcerts = new Set(performances.map(({ concertId }) => concertId));
  // What no performance uses yet is kept at home.
  const isUnused = (used: ReadonlySet<string>, id: string, kind: 'venues' | 'concerts'): boolean =>
    isHome && !used.has(id) && !all.some((each) => each[kind].has(id));
  return {
    currency,
    venues: venues.filter(
      ({ venueId }) =>
        needsVenue.has(venueId) || has.venues.has(venueId) || isUnused(usedVenues, venueId, 'venues'),
    ),
    concerts: concerts.filter(
      ({ concertId }) =>
        needsConcert.has(concertId) ||
        has.concerts.has(concertId) ||
        isUnused(usedConcerts, concertId, 'concerts'),
    ),
    performances: own,
  };
}

/** A currency is set on every server. */
function isEmpty({ currency, venues, concerts, performances }: CheckedCatalogue): boolean {
  return currency === undefined && venues.length + concerts.length + performances.length === 0;
}

/** Does everything on each server but the commit. Throws `CatalogueInvalid` with what any of them finds. */
async function checkParts(parts: readonly Part[], options: ImportOptions): Promise<readonly ImportReport[]> {
  const reports: ImportReport[] = [];
  const refused: CatalogueInvalid[] = [];
  for (const { server, catalogue } of parts) {
    try {
      reports.push(await importPart(server.database, catalogue, { ...options, dryRun: true }));
    } catch (error) {
      if (!(error instanceof CatalogueInvalid)) throw error;
      refused.push(error);
    }
  }
  if (refused.length === 0) return reports;
  const problems = createProblemList();
  for (const { path, rule } of refused.flatMap((each) => each.problems)) problems.add(path, rule);
  problems.refuseAny();
  return reports;
}

/** The parts' reports together. A venue or a concert counts once for each server that has it. */
function sumOf(reports: readonly ImportReport[]): ImportReport {
  const [first, ...others] = reports;
  if (first === undefined) throw new Error('the home has a part of every import');
  return others.reduce(
    (sum, report) => ({
      currency: sum.currency,
      venues: added(sum.venues, report.venues),
      seats: added(sum.seats, report.seats),
      concerts: added(sum.concerts, report.concerts),
      performances: added(sum.performances, report.performances),
      seatsOnSale: added(sum.seatsOnSale, report.seatsOnSale),
    }),
    first,
  );
}

function added<Counts extends object>(a: Counts, b: Counts): Counts {
  const numbers = b as Readonly<Record<string, number>>;
  const entries = Object.entries(a as Readonly<Record<string, number>>);
  return Object.fromEntries(entries.map(([name, count]) => [name, count + (numbers[name] ?? 0)])) as Counts;
}
