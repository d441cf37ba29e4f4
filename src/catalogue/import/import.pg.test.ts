import { describe, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  concertDocument,
  performanceDocument,
  sectionDocument,
  venueDocument,
} from '../../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { importCatalogue } from './import.ts';
import { CatalogueInvalid } from './document/problems.ts';

const database = useDatabase();

async function problemsOf(document: unknown): Promise<unknown> {
  const before = await everyRowVersion();
  const refusal = await importCatalogue(database, document).catch((error: unknown) => error);
  if (!(refusal instanceof CatalogueInvalid))
    throw new Error('the import was not refused', { cause: refusal });
  expect(await everyRowVersion()).toEqual(before);
  return refusal.problems;
}

/** The transaction and the place of every row of the catalogue and the seats: shows any new version. */
async function everyRowVersion(): Promise<unknown> {
  const tables = [
    'venue',
    'venue_seat',
    'venue_seat_removed',
    'concert',
    'performance',
    'performance_grade',
    'seat',
  ];
  const rows = await Promise.all(
    tables.map((table) => database.sql(`select ctid::text, xmin::text from ${table} order by ctid`)),
  );
  return Object.fromEntries(tables.map((table, i) => [table, rows[i]]));
}

describe('an import', () => {
  it('makes venues, seats, concerts, performances and the seats on sale', async () => {
    const sections = [sectionDocument('A', [2, 3]), sectionDocument('B', [2], 'S', 50)];
    const document = catalogueDocument('first', sections, { prices: { R: 1_000, S: 700 }, seatLimit: 4 });
    expect(await importCatalogue(database, document)).toEqual({
      currency: { code: 'KRW', changed: false },
      venues: { created: 1, changed: 0, unchanged: 0 },
      seats: { created: 7, changed: 0, unchanged: 0, removed: 0 },
      concerts: { created: 1, changed: 0, unchanged: 0 },
      performances: { created: 1, changed: 0, unchanged: 0 },
      seatsOnSale: { added: 7, removed: 0, repriced: 0 },
    });
    const seats = await database.sql(`
      select m.label, m.seat_number, s.state, s.version, s.list_price::int as price
      from performance as p
      join venue_seat as m on m.venue_id = p.venue_id
      join seat as s on s.performance_id = p.performance_id and s.seat_number = m.seat_number
      where p.performance_id = 'first'
      order by m.seat_number`);
    const labels = ['A-1-1', 'A-1-2', 'A-2-1', 'A-2-2', 'A-2-3', 'B-1-1', 'B-1-2'];
    expect(seats).toEqual(
      labels.map((label, i) => ({
        label,
        seat_number: i + 1,
        state: 'free',
        version: 0,
        price: label.startsWith('A') ? 1_000 : 700,
      })),
    );
    const [performance] = await database.sql(`select * from performance where performance_id = 'first'`);
    expect(performance).toMatchObject({
      concert_id: 'first-concert',
      venue_id: 'first-venue',
      sale_state: 'open',
      starts_at: new Date('2040-01-01T10:00:00Z'),
      sale_opens_at: new Date('2020-01-01T01:00:00Z'),
      sale_closes_at: new Date('2040-01-01T10:00:00Z'),
      hold_seconds: 300,
      seat_limit: 4,
    });
  });

  it('of the same document again writes nothing', async () => {
    const document = catalogueDocument('again', undefined, {
      sale: { opensAt: '2020-01-01T10:00:00+09:00', closesAt: '2039-01-01T10:00:00.125+09:00' },
      refundableUntil: '2039-01-01T10:00:00Z',
    });
    const outlined = changedDocument(document, {
      '/venues/0/outline': [
        { shape: 'circle', centre: [1, 2], radius: 3.25, label: { ko: '무대', en: 'Stage' } },
      ],
      '/venues/0/sections/0/name': { ko: '가', en: 'A' },
      '/concerts/0/description': { ko: '', en: 'Two\nlines' },
    });
    await importCatalogue(database, outlined);
    const before = await everyRowVersion();
    expect(await importCatalogue(database, JSON.parse(JSON.stringify(outlined)))).toEqual({
      currency: { code: 'KRW', changed: false },
      venues: { created: 0, changed: 0, unchanged: 1 },
      seats: { created: 0, changed: 0, unchanged: 10, removed: 0 },
      concerts: { created: 0, changed: 0, unchanged: 1 },
      performances: { created: 0, changed: 0, unchanged: 1 },
      seatsOnSale: { added: 0, removed: 0, repriced: 0 },
    });
    expect(await everyRowVersion()).toEqual(before);
  });

  it('keeps the time zone that it does not name; a new venue is in UTC', async () => {
    const document = catalogueDocument('zoned');
    const zoneAfter = async (timeZone?: string): Promise<unknown> => {
      const { venues } = await importCatalogue(
        database,
        changedDocument(document, { '/venues/0/timeZone': timeZone }),
      );
      const [row] = await database.sql(`select time_zone from venue where venue_id = 'zoned-venue'`);
      return { changed: venues.changed, ...row };
    };
    expect(await zoneAfter()).toEqual({ changed: 0, time_zone: 'UTC' });
    expect(await zoneAfter('Asia/Seoul')).toEqual({ changed: 1, time_zone: 'Asia/Seoul' });
    expect(await zoneAfter('Asia/Seoul')).toEqual({ changed: 0, time_zone: 'Asia/Seoul' });
    expect(await zoneAfter()).toEqual({ changed: 0, time_zone: 'Asia/Seoul' });
  });

  it('leaves alone what it does not name, and may add to existing concerts and venues', async () => {
    await importCatalogue(database, catalogueDocument('base'));
    const more = {
      venues: [],
      concerts: [
        concertDocument('base-concert', [performanceDocument('base-2', 'base-venue', { prices: { R: 5 } })]),
      ],
    };
    expect((await importCatalogue(database, more)).seatsOnSale).toEqual({
      added: 10,
      removed: 0,
      repriced: 0,
    });
    const prices = await database.sql(`
      select performance_id, count(*)::int as seats, min(list_price)::int as price
      from seat
      where performance_id like 'base%'
      group by performance_id
      order by performance_id`);
    expect(prices).toEqual([
      { performance_id: 'base', seats: 10, price: 1_000 },
      { performance_id: 'base-2', seats: 10, price: 5 },
    ]);
  });

  it('takes effect once when two services import the same document at once', async () => {
    const document = catalogueDocument('twice');
    const reports = await Promise.all([1, 2, 3].map(() => importCatalogue(database, document)));
    expect(reports.map((report) => report.seats.created).toSorted((a, b) => a - b)).toEqual([0, 0, 10]);
  });
});

describe('an import that is refused changes nothing', () => {
  it('for an unknown venue', async () => {
    const document = { venues: [], concerts: [concertDocument('c', [performanceDocument('p', 'nowhere')])] };
    expect(await problemsOf(document)).toEqual([
      { path: '/concerts/0/performances/0/venue', rule: 'there is no venue "nowhere"' },
    ]);
  });

  it('for a performance that moves to another venue or concert', async () => {
    await importCatalogue(database, catalogueDocument('fixed'));
    const moved = {
      venues: [venueDocument('other-venue')],
      concerts: [concertDocument('other-concert', [performanceDocument('fixed', 'other-venue')])],
    };
    expect(await problemsOf(moved)).toEqual([
      {
        path: '/concerts/0/performances/0/venue',
        rule: 'a performance may not change its venue, which is "fixed-venue"',
      },
      {
        path: '/concerts/0/performances/0',
        rule: 'a performance may not change its concert, which is "fixed-concert"',
      },
    ]);
  });

  it('for prices that do not fit a venue of the database', async () => {
    await importCatalogue(database, { venues: [venueDocument('priced')], concerts: [] });
    const document = {
      venues: [],
      concerts: [concertDocument('c', [performanceDocument('p', 'priced', { prices: { S: 1 } })])],
    };
    expect(await problemsOf(document)).toEqual([
      { path: '/concerts/0/performances/0/prices', rule: 'must price every grade of the venue: R' },
      { path: '/concerts/0/performances/0/prices/S', rule: 'the venue has no seats of this grade' },
    ]);
  });

  it('for a new grade that a performance outside the document has no price for', async () => {
    await importCatalogue(database, catalogueDocument('outside'));
    const venue = venueDocument('outside-venue', [
      sectionDocument('A', [5, 5]),
      sectionDocument('B', [1], 'VIP', 50),
    ]);
    expect(await problemsOf({ venues: [venue], concerts: [] })).toEqual([
      {
        path: '/venues/0/sections',
        rule: 'performance "outside", which is not in this document, has no price for VIP',
      },
    ]);
  });

  it('for more seats on sale than an import may concern', async () => {
    const blocks = [0, 1].map((half) => ({
      grade: 'R',
      origin: [0, half * 200] as [number, number],
      seatStep: [0.5, 0] as [number, number],
      rowStep: [0, 1] as [number, number],
      rows: Array<number>(200).fill(250),
      firstRow: half * 200 + 1,
    }));
    const performances = Array.from({ length: 21 }, (_, i) => performanceDocument(`vast-${i}`, 'vast'));
    const document = {
      venues: [venueDocument('vast', [{ id: 'A', blocks }])],
      concerts: [concertDocument('vast', performances)],
    };
    expect(await problemsOf(document)).toEqual([
      {
        path: '/concerts',
        rule: 'the performances that an import concerns may have at most 2000000 seats together, not 2100000',
      },
    ]);
  });
});
