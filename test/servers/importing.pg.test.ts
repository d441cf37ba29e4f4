/** A catalogue whose performances are on several servers: checked everywhere first, and completed when it is imported again. */
import { beforeEach, describe, expect, it } from 'vitest';
import { importOverServers } from '../../src/catalogue/import/over-servers.ts';
import type { PlacedImportOptions } from '../../src/catalogue/import/over-servers.ts';
import { importPart } from '../../src/catalogue/import/import.ts';
import type { ImportReport } from '../../src/catalogue/import/import.ts';
import { checkCatalogue } from '../../src/catalogue/import/document/check.ts';
import type { CatalogueDocument } from '../../src/catalogue/import/document/document.ts';
import { CatalogueInvalid } from '../../src/catalogue/import/document/problems.ts';
import type { ImportServer } from '../../src/catalogue/import/places.ts';
import type { Database } from '../../src/db/database.ts';
import {
  concertDocument,
  performanceDocument,
  sectionDocument,
  venueDocument,
} from '../support/catalogue-documents.ts';
import type { TestDatabase } from '../support/database.ts';
import { useServers } from '../support/servers.ts';

const several = useServers();
const databases = (): Readonly<Record<string, TestDatabase>> => ({ home: several.home, ...several.byName });
type Servers = readonly [ImportServer, ...ImportServer[]];
const serversOf = (
  wrap: (name: string, database: Database) => Database = (_, database) => database,
): Servers =>
  Object.entries(databases()).map(([name, database]) => ({
    name,
    database: wrap(name, database),
  })) as unknown as Servers;

/** A concert in a hall and a stadium, of these performances each. */
const tour = (halls: readonly string[], stadiums: readonly string[]): CatalogueDocument => ({
  venues: [venueDocument('hall'), venueDocument('stadium', [sectionDocument('A', [40, 40])])],
  concerts: [
    concertDocument('tour', [
      ...halls.map((id) => performanceDocument(id, 'hall')),
      ...stadiums.map((id) => performanceDocument(id, 'stadium')),
    ]),
  ],
});
const importing = (
  document: unknown,
  options: PlacedImportOptions = {},
  servers = serversOf(),
): Promise<ImportReport> => importOverServers(servers, document, options);

/** Where the performances' rows are, by server. */
async function rows(): Promise<Readonly<Record<string, readonly string[]>>> {
  const entries = Object.entries(databases()).map(async ([name, database]) => {
    const found = await database.sql<{ id: string }>(
      `select performance_id as id from performance order by 1`,
    );
    return [name, found.map(({ id }) => id)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
/** Where the map says that they are. */
async function map(): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = await several.home.sql<{ id: string; server: string }>(
    `select performance_id as id, server from performance_server order by 1`,
  );
  return Object.fromEntries(
    Object.keys(databases()).map((name) => [
      name,
      found.filter(({ server }) => server === name).map(({ id }) => id),
    ]),
  );
}
async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  if (error instanceof CatalogueInvalid) return error.problems;
  throw new Error('it was not refused', { cause: error });
}

beforeEach(async () => {
  for (const database of Object.values(databases()))
    await database.sql(`truncate venue, concert, wallet, reservation cascade`);
  await several.home.sql(`delete from performance_server`);
  await several.home.sql(`update server set state = 'active'`);
});

describe('an import over three servers', () => {
  it('spreads new performances by their seats, and writes venue and concert where they are needed', async () => {
    const report = await importing(tour(['hall-1', 'hall-2'], ['stadium-1']));
    expect(report.performances).toMatchObject({ created: 3 });
    expect(report.seatsOnSale).toMatchObject({ added: 100 });
    const placed = await rows();
    expect(Object.values(placed).map((ids) => ids.length)).toEqual([1, 1, 1]);
    expect(await map()).toEqual(placed);
    for (const [name, database] of Object.entries(databases())) {
      const venues = await database.sql<{ venue_id: string }>('select venue_id from venue');
      const isStadium = placed[name]!.includes('stadium-1');
      expect(venues).toEqual([{ venue_id: isStadium ? 'stadium' : 'hall' }]);
    }
  });

  it('again changes nothing, and a changed title is written on each server that has it', async () => {
    const document = tour(['hall-1', 'hall-2'], ['stadium-1']);
    await importing(document);
    const placed = await rows();
    expect(await importing(document)).toMatchObject({
      concerts: { created: 0, changed: 0 },
      performances: { unchanged: 3 },
    });
    const [concert] = document.concerts;
    await importing({ ...document, concerts: [{ ...concert!, title: { ko: '새', en: 'New' } }] });
    for (const database of Object.values(databases()))
      expect(await database.sql(`select title->>'en' as en from concert`)).toEqual([{ en: 'New' }]);
    expect(await rows()).toEqual(placed);
  });

  it('puts new ones where its option says, not on a draining server, and leaves the others', async () => {
    await importing(tour(['hall-1'], []), { server: 'seoul-2' });
    await importing(tour(['hall-1', 'hall-2'], []), { server: 'seoul-1' });
    expect(await rows()).toEqual({ home: [], 'seoul-1': ['hall-2'], 'seoul-2': ['hall-1'] });
    await several.home.sql(`update server set state = 'draining' where name <> 'seoul-1'`);
    await importing(tour(['hall-1', 'hall-2', 'hall-3', 'hall-4'], []));
    expect((await rows())['seoul-1']).toEqual(['hall-2', 'hall-3', 'hall-4']);
    expect(await refusalOf(importing(tour(['hall-5'], []), { server: 'seoul-2' }))).toEqual([
      { path: '', rule: 'there is no server "seoul-2" that takes new performances' },
    ]);
    await several.home.sql(`update server set state = 'draining'`);
    expect(await refusalOf(importing(tour(['hall-5'], [])))).toMatchObject([
      { path: '/concerts/0/performances/0', rule: 'no server takes new performances: all are draining' },
    ]);
  });

  it('is refused as a whole for what one server finds, with the path of the document', async () => {
    await importing(tour(['hall-1'], []), { server: 'seoul-2' });
    const document = tour(['hall-1', 'hall-2'], []);
    document.concerts[0]!.performances[0]!.venue = 'stadium';
    expect(await refusalOf(importing(document, { server: 'seoul-1' }))).toEqual([
      {
        path: '/concerts/0/performances/0/venue',
        rule: 'a performance may not change its venue, which is "hall"',
      },
    ]);
    expect(await rows()).toEqual({ home: [], 'seoul-1': [], 'seoul-2': ['hall-1'] });
    expect(await map()).toEqual(await rows());
  });

  it('says in a dry run what it would do, and writes nothing', async () => {
    expect(await importing(tour(['hall-1'], ['stadium-1']), { dryRun: true })).toMatchObject({
      performances: { created: 2 },
    });
    expect(Object.values(await map()).flat()).toEqual([]);
    expect(Object.values(await rows()).flat()).toEqual([]);
  });

  it('sets the currency on every server, while nobody has money at home', async () => {
    const document = { ...tour(['hall-1'], []), currency: 'EUR' };
    await importing(document, { server: 'seoul-1' });
    for (const database of Object.values(databases()))
      expect(await database.sql(`select value from setting where name = 'currency'`)).toEqual([
        { value: 'EUR' },
      ]);
    await several.home.sql(`insert into wallet (account_id) values ('anna')`);
    expect(await refusalOf(importing({ ...document, currency: 'USD' }))).toMatchObject([
      { path: '/currency' },
    ]);
    await several.home.sql(`truncate wallet cascade`);
    await importing({ ...document, currency: 'KRW' });
  });
});

describe('an import that ends between two servers', () => {
  it('is completed by importing the document again', async () => {
    let transactions = 0;
    /** Its second transaction on this server, the one after the check, does not begin. */
    const dying = (name: string, database: Database): Database => ({
      ...database,
      connect: async (work, deadline) => {
        if (name === 'seoul-2' && (transactions += 1) > 2) throw new Error('killed');
        return database.connect(work, deadline);
      },
    });
    const document = tour(['hall-1', 'hall-2'], ['stadium-1']);
    await expect(importing(document, {}, serversOf(dying))).rejects.toThrow('killed');
    const planned = await map();
    expect(Object.values(planned).map((ids) => ids.length)).toEqual([1, 1, 1]);
    expect(await rows()).toEqual({ ...planned, 'seoul-2': [] });
    await importing(document);
    expect(await rows()).toEqual(planned);
  });
});

describe('two imports of one new performance at once', () => {
  it('put it on one server', async () => {
    for (let i = 0; i < 5; i += 1) {
      const document = tour([`hall-${i}`], []);
      await Promise.all([
        importing(document, { server: 'seoul-1' }),
        importing(document, { server: 'seoul-2' }),
      ]);
      const found = await rows();
      expect(
        Object.values(found)
          .flat()
          .filter((id) => id === `hall-${i}`),
      ).toHaveLength(1);
      expect(await map()).toEqual(found);
    }
  });

  it('would put it on two if its place were not written first (control)', async () => {
    const checked = checkCatalogue(tour(['hall-1'], []));
    await Promise.all(['seoul-1', 'seoul-2'].map((name) => importPart(databases()[name]!, checked, {})));
    expect(await rows()).toEqual({ home: [], 'seoul-1': ['hall-1'], 'seoul-2': ['hall-1'] });
  });
});
