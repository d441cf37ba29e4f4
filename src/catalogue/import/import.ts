/**
 * Imports a catalogue: venues with their seats, concerts, performances and prices, all or nothing.
 *
 * The whole import is one transaction, and imports take turns. It first compares the document with what is
 * stored, so importing a document twice writes nothing. docs/catalogue.md says what a later import may
 * change.
 */
import type { Database, Transaction } from '../../db/database.ts';
import { commit, rollback } from '../../db/database.ts';
import { errorKindOf } from '../../db/sqlstate.ts';
import { statement } from '../../db/statement.ts';
import type { By } from '../../operator-log/note-action.ts';
import { boundedList, noteAction } from '../../operator-log/note-action.ts';
import { checkCatalogue } from './document/check.ts';
import type { CheckedCatalogue } from './document/checked.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import { noteHere } from './places.ts';
import { planImport } from './plan.ts';
import type { ImportPlan } from './plan.ts';
import type { ChangeStatus } from './plan-venue.ts';
import { createProblemList } from './document/problems.ts';
import { readStored } from './stored.ts';
import { writeConcert, writePerformance } from './write-concert.ts';
import { writeSeatsOnSale } from './write-seats.ts';
import type { SeatsOnSaleCounts } from './write-seats.ts';
import { countClaims } from './write-limits.ts';
import { setCurrency } from './set-currency.ts';
import type { CurrencyReport } from './set-currency.ts';
import { writeVenue } from './write-venue.ts';

export type ChangeCounts = Readonly<Record<ChangeStatus, number>>;

export interface ImportReport {
  readonly currency: CurrencyReport;
  readonly venues: ChangeCounts;
  /** Seats of the venues' maps. */
  readonly seats: ChangeCounts & { readonly removed: number };
  readonly concerts: ChangeCounts;
  readonly performances: ChangeCounts;
  /** Seats of the performances; a venue's seat counts once for each of its performances. */
  readonly seatsOnSale: SeatsOnSaleCounts;
}

export interface ImportOptions {
  /** Does everything but the commit: reports what the import would do, and changes nothing. */
  readonly dryRun?: boolean;
  /** Notes an import that changes anything in the operator log; left out where no operator asks for it. */
  readonly by?: By | undefined;
}

/** An import takes longer than a buyer's request; it still has a limit. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** A deadlock or a lock timeout ends an attempt; after this many the caller may try again. */
const ATTEMPTS_MAX = 3;

/**
 * Imports a parsed document (`parseCatalogueFile` parses text). Throws `CatalogueInvalid` if the document
 * breaks a rule, and the database's error (`ConnectionUnavailable`, an SQLSTATE) if it can't be stored;
 * either way nothing is changed. After `CommitUnknown` it may have been; import it again.
 */
export async function importCatalogue(
  database: Database,
  document: unknown,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const report = await importPart(database, checkCatalogue(document), options, HOME_SERVER);
  if (report.seatsOnSale.added > 0 && options.dryRun !== true) await measureSeats(database);
  return report;
}

/**
 * Gives the planner statistics of the new seats at once; until autovacuum does, it plans for the table as it
 * was. A failure does not affect the import.
 */
export async function measureSeats(database: Database): Promise<void> {
  await database.pool.query('analyze seat').catch(() => undefined);
}

/**
 * Imports what one server gets, in one transaction. `placeOn` is the server that new performances are noted on in the map, where
 * the map is in the same database and they are not noted yet.
 */
export async function importPart(
  database: Database,
  catalogue: CheckedCatalogue,
  { dryRun = false, by }: ImportOptions,
  placeOn?: string,
): Promise<ImportReport> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await database.connect((connection) =>
        connection.transaction({ statementTimeoutMs: STATEMENT_TIMEOUT_MS }, async (tx) => {
          const report = await importInto(tx, catalogue, by, placeOn);
          return dryRun ? rollback(report) : commit(report);
        }),
      );
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || errorKindOf(error) !== 'contended') throw error;
    }
  }
}

// Imports take turns, so that what one has read of the catalogue is still true when it writes. One that waits
// for another, or for a hold to end, may wait longer than a buyer.
const waitLonger = statement({
  name: 'import_wait_longer',
  group: 'catalogue',
  writes: true,
  params: ['text'],
  columns: { lock_timeout: 'text' },
  text: `select set_config('lock_timeout', $1, true) as lock_timeout`,
});
/** Waits until no other import is under way on this server, and keeps the next one waiting. */
export const takeTurns = statement({
  name: 'import_take_turns',
  group: 'catalogue',
  writes: true,
  params: [],
  columns: { locked: 'boolean' },
  text: `select pg_advisory_xact_lock(hashtextextended('rowlock catalogue import', 0)) is not null as locked`,
});

async function importInto(
  tx: Transaction,
  catalogue: CheckedCatalogue,
  by: By | undefined,
  placeOn: string | undefined,
): Promise<ImportReport> {
  await tx.run(waitLonger, [`${STATEMENT_TIMEOUT_MS / 2}ms`]);
  await tx.run(takeTurns, []);
  const problems = createProblemList();
  const currency = await setCurrency(tx, catalogue, problems);
  const plan = planImport(catalogue, await readStored(tx, catalogue), problems);
  problems.refuseAny();
  for (const venue of plan.venues) await writeVenue(tx, venue);
  for (const { concert, status } of plan.concerts) await writeConcert(tx, concert, status);
  const placed = plan.performances.map(({ performance }) => performance.performanceId);
  if (placeOn !== undefined && placed.length > 0) await noteHere(tx, placed, placeOn);
  for (const performance of plan.performances) await writePerformance(tx, performance);
  const seatChanges: SeatsOnSaleCounts[] = [];
  for (const performance of plan.onSale) seatChanges.push(await writeSeatsOnSale(tx, performance, problems));
  // A seat is known to be held or sold only once it is locked; throwing rolls the earlier writes back.
  problems.refuseAny();
  for (const { performance, startsToCount } of plan.performances) {
    if (startsToCount) await countClaims(tx, performance.performanceId);
  }
  const report = { currency, ...reportOf(plan, seatChanges) };
  if (by !== undefined && hasChanged(report)) await noteImport(tx, by, catalogue, report);
  return report;
}

function hasChanged({ currency, venues, seats, concerts, performances, seatsOnSale }: ImportReport): boolean {
  const counted = [venues, seats, concerts, performances].map((counts) => ({ ...counts, unchanged: 0 }));
  return (
    currency.changed || [...counted, seatsOnSale].some((changes) => Object.values(changes).some((n) => n > 0))
  );
}

/** The document's concerts, and what the import made of it. */
function noteImport(
  tx: Transaction,
  by: By,
  catalogue: CheckedCatalogue,
  report: ImportReport,
): Promise<void> {
  const { venues, seats, concerts, performances, seatsOnSale } = report;
  const named = boundedList(catalogue.concerts.map(({ concertId }) => concertId));
  const details = { named, venues, seats, concerts, performances, seatsOnSale };
  return noteAction(tx, by, { action: 'catalogue_imported', details });
}

function reportOf(
  plan: ImportPlan,
  seatChanges: readonly SeatsOnSaleCounts[],
): Omit<ImportReport, 'currency'> {
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  const created = sum(plan.venues.map((venue) => venue.added.length));
  const changed = sum(plan.venues.map((venue) => venue.changed.length));
  const all = sum(plan.venues.map(({ venue }) => venue.seats.length));
  const removed = sum(plan.venues.map((venue) => venue.removed.length));
  return {
    venues: countsOf(plan.venues),
    seats: { created, changed, unchanged: all - created - changed, removed },
    concerts: countsOf(plan.concerts),
    performances: countsOf(plan.performances),
    seatsOnSale: {
      added: sum(seatChanges.map((changes) => changes.added)),
      removed: sum(seatChanges.map((changes) => changes.removed)),
      repriced: sum(seatChanges.map((changes) => changes.repriced)),
    },
  };
}

function countsOf(plans: readonly { readonly status: ChangeStatus }[]): ChangeCounts {
  const count = (status: ChangeStatus): number => plans.filter((plan) => plan.status === status).length;
  return { created: count('created'), changed: count('changed'), unchanged: count('unchanged') };
}
