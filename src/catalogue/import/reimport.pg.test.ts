import { describe, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  concertDocument,
  performanceDocument,
  sectionDocument,
} from '../../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { settledOrBlocked } from '../../../test/support/gate.ts';
import type { CatalogueDocument } from './document/document.ts';
import { importCatalogue } from './import.ts';
import { CatalogueInvalid } from './document/problems.ts';

const database = useDatabase();

const ROW = '/venues/0/sections/0/blocks/0/rows';
const PERFORMANCE = '/concerts/0/performances/0';

/** A venue with the seats A-1-1 to A-1-3 at 1,000 and B-1-1 to B-1-2 at 700, in two performances. */
async function planted(id: string): Promise<CatalogueDocument> {
  const sections = [sectionDocument('A', [3]), sectionDocument('B', [2], 'S', 50)];
  const prices = { R: 1_000, S: 700 };
  const { venues } = catalogueDocument(id, sections);
  const performances = [id, `${id}-2`].map((name) => performanceDocument(name, `${id}-venue`, { prices }));
  const document = { venues, concerts: [concertDocument(`${id}-concert`, performances)] };
  await importCatalogue(database, document);
  return document;
}

interface SeatRow {
  readonly label: string;
  readonly number: number;
  readonly state: string;
  readonly version: number;
  /** What a hold costs now. */
  readonly listPrice: number;
  /** What its last claim cost. */
  readonly price: number | null;
}

function seatsOf(performanceId: string): Promise<SeatRow[]> {
  return database.sql<SeatRow>(
    `select m.label, s.seat_number as number, s.state::text, s.version, s.list_price::int as "listPrice", s.price::int
     from seat as s
     join performance as p on p.performance_id = s.performance_id
     left join venue_seat as m on m.venue_id = p.venue_id and m.seat_number = s.seat_number
     where s.performance_id = $1
     order by s.seat_number`,
    [performanceId],
  );
}

type Claim = 'sold' | 'held' | 'expired';

async function claim(performanceId: string, label: string, how: Claim): Promise<void> {
  await database.sql(
    `update seat as s
     set state = case when $3 = 'sold' then 'sold' else 'held' end::seat_state,
         version = s.version + 1,
         price = s.list_price,
         reservation_id = gen_random_uuid(),
         held_until = case $3 when 'held' then now() + interval '1 hour' when 'expired' then now() - interval '1 second' end
     from performance as p
     join venue_seat as m on m.venue_id = p.venue_id
     where s.performance_id = $1 and p.performance_id = $1 and m.label = $2 and s.seat_number = m.seat_number`,
    [performanceId, label, how],
  );
}

async function refusedFor(document: unknown): Promise<unknown> {
  const refusal = await importCatalogue(database, document).catch((error: unknown) => error);
  if (!(refusal instanceof CatalogueInvalid))
    throw new Error('the import was not refused', { cause: refusal });
  return refusal.problems;
}

describe('a seat that is added', () => {
  it('gets the next number and joins every performance of the venue, named by the document or not', async () => {
    const document = await planted('added');
    const report = await importCatalogue(
      database,
      changedDocument(document, { [ROW]: [3, 1], '/concerts': [] }),
    );
    expect(report.seats).toEqual({ created: 1, changed: 0, unchanged: 5, removed: 0 });
    expect(report.venues).toEqual({ created: 0, changed: 1, unchanged: 0 });
    expect(report.seatsOnSale).toEqual({ added: 2, removed: 0, repriced: 0 });
    for (const performanceId of ['added', 'added-2']) {
      const seats = await seatsOf(performanceId);
      expect(seats.map((seat) => seat.label)).toEqual(['A-1-1', 'A-1-2', 'A-1-3', 'B-1-1', 'B-1-2', 'A-2-1']);
      expect(seats.at(-1)).toMatchObject({ label: 'A-2-1', number: 6, state: 'free', listPrice: 1_000 });
    }
  });
});

describe('a seat that is removed', () => {
  it('leaves every performance when it is free, or when its hold has expired', async () => {
    const document = await planted('gone');
    await claim('gone', 'B-1-2', 'expired');
    const report = await importCatalogue(
      database,
      changedDocument(document, {
        '/venues/0/sections/1/blocks/0/rows': [1],
        '/venues/0/sections/1/blocks/0/firstSeat': 1,
      }),
    );
    expect(report.seats).toMatchObject({ created: 0, removed: 1 });
    expect(report.seatsOnSale).toEqual({ added: 0, removed: 2, repriced: 0 });
    expect((await seatsOf('gone')).map((seat) => seat.label)).toEqual(['A-1-1', 'A-1-2', 'A-1-3', 'B-1-1']);
    expect(await seatsOf('gone-2')).toHaveLength(4);
  });

  it.each<[Claim, string]>([
    ['held', 'kept-held'],
    ['sold', 'kept-sold'],
  ])('refuses the whole import when it is %s in any performance', async (how, id) => {
    const document = await planted(id);
    await claim(`${id}-2`, 'A-1-3', how);
    await claim(`${id}-2`, 'A-1-2', how);
    const before = [await seatsOf(id), await seatsOf(`${id}-2`)];
    const changed = changedDocument(document, { [ROW]: [1, 5], [`${PERFORMANCE}/prices/R`]: 9 });
    expect(await refusedFor(changed)).toEqual([
      {
        path: '/venues/0/sections',
        rule: `a sold or held seat may not be removed or moved to another grade: A-1-2, A-1-3 (performance "${id}-2")`,
      },
    ]);
    expect([await seatsOf(id), await seatsOf(`${id}-2`)]).toEqual(before);
  });

  it('keeps its number: no other seat gets it, and the seat has it again when it returns', async () => {
    const document = await planted('numbers');
    await importCatalogue(database, changedDocument(document, { [ROW]: [1] }));
    await importCatalogue(database, changedDocument(document, { [ROW]: [1, 1] }));
    expect((await seatsOf('numbers')).map(({ label, number }) => [label, number])).toEqual([
      ['A-1-1', 1],
      ['B-1-1', 4],
      ['B-1-2', 5],
      ['A-2-1', 6],
    ]);
    const report = await importCatalogue(database, document);
    // The row is centred, so its first seat has moved.
    expect(report.seats).toEqual({ created: 2, changed: 1, unchanged: 2, removed: 1 });
    expect((await seatsOf('numbers')).map(({ label, number }) => [label, number])).toEqual([
      ['A-1-1', 1],
      ['A-1-2', 2],
      ['A-1-3', 3],
      ['B-1-1', 4],
      ['B-1-2', 5],
    ]);
    const given = await database.sql(
      `select label, seat_number from venue_seat_removed where venue_id = 'numbers-venue'`,
    );
    expect(given).toEqual([{ label: 'A-2-1', seat_number: 6 }]);
  });

  it('is safe in a hold under way: the import waits for the hold, and is refused', async () => {
    const document = await planted('race');
    const holder = await database.pool.connect();
    try {
      await holder.query('begin');
      await holder.query(
        `update seat set state = 'held', price = list_price, version = version + 1, reservation_id = gen_random_uuid(),
           held_until = now() + interval '1 hour'
         where performance_id = 'race' and seat_number = 3`,
      );
      const importing = refusedFor(changedDocument(document, { [ROW]: [1] }));
      await settledOrBlocked(database, importing);
      // The control: a request that does not wait for the lock sees the seat as free.
      expect(await seatsOf('race')).toContainEqual(
        expect.objectContaining({ label: 'A-1-3', state: 'free' }),
      );
      await holder.query('commit');
      expect(await importing).toMatchObject([
        { rule: expect.stringContaining('A-1-3 (performance "race")') },
      ]);
    } finally {
      holder.release();
    }
    expect(await seatsOf('race')).toHaveLength(5);
  });
});

describe('a seat that moves to another grade', () => {
  it('costs what the grade costs, in every performance', async () => {
    const document = await planted('regraded');
    await claim('regraded', 'B-1-1', 'expired');
    const report = await importCatalogue(
      database,
      changedDocument(document, {
        '/venues/0/sections/1/blocks/0/grade': 'R',
        [`${PERFORMANCE}/prices/S`]: undefined,
        '/concerts/0/performances/1/prices/S': undefined,
      }),
    );
    expect(report.seats).toEqual({ created: 0, changed: 2, unchanged: 3, removed: 0 });
    expect(report.seatsOnSale).toEqual({ added: 0, removed: 0, repriced: 4 });
    expect(await seatsOf('regraded')).toMatchObject([
      {},
      {},
      {},
      { label: 'B-1-1', number: 4, state: 'held', version: 1, listPrice: 1_000, price: 700 },
      { label: 'B-1-2', number: 5, state: 'free', version: 0, listPrice: 1_000, price: null },
    ]);
  });

  it.each<[Claim, string]>([
    ['held', 'graded-held'],
    ['sold', 'graded-sold'],
  ])('refuses the whole import when it is %s, even at the same price', async (how, id) => {
    const document = await planted(id);
    await claim(id, 'A-1-2', how);
    const regraded = {
      '/venues/0/sections/0/blocks/0/grade': 'T',
      [`${PERFORMANCE}/prices`]: { T: 1_000, S: 700 },
      '/concerts/0/performances/1/prices': { T: 1_000, S: 700 },
    };
    expect(await refusedFor(changedDocument(document, regraded))).toEqual([
      {
        path: '/venues/0/sections',
        rule: `a sold or held seat may not be removed or moved to another grade: A-1-2 (performance "${id}")`,
      },
    ]);
  });
});

describe('a price that changes', () => {
  it('applies to free seats at once, and to held and sold seats with their next claim', async () => {
    const document = await planted('priced');
    await claim('priced', 'A-1-1', 'held');
    await claim('priced', 'A-1-2', 'sold');
    await claim('priced', 'A-1-3', 'expired');
    const dearer = changedDocument(document, { [`${PERFORMANCE}/prices/R`]: 1_500 });
    const report = await importCatalogue(database, dearer);
    expect(report.performances).toEqual({ created: 0, changed: 1, unchanged: 1 });
    expect(report.seatsOnSale).toEqual({ added: 0, removed: 0, repriced: 3 });
    expect(await seatsOf('priced')).toMatchObject([
      { state: 'held', version: 1, listPrice: 1_500, price: 1_000 },
      { state: 'sold', version: 1, listPrice: 1_500, price: 1_000 },
      { state: 'held', version: 1, listPrice: 1_500, price: 1_000 },
      { state: 'free', version: 0, listPrice: 700, price: null },
      { state: 'free', version: 0, listPrice: 700, price: null },
    ]);
    const others = await seatsOf('priced-2');
    expect(others.map((seat) => seat.listPrice)).toEqual([1_000, 1_000, 1_000, 700, 700]);
    expect((await importCatalogue(database, dearer)).seatsOnSale.repriced).toBe(0);
  });
});

describe('places, titles and times that change', () => {
  it('touch no seat on sale, not even a sold one', async () => {
    const document = await planted('moved');
    await claim('moved', 'A-1-1', 'sold');
    const before = await seatsOf('moved');
    const report = await importCatalogue(
      database,
      changedDocument(document, {
        '/venues/0/sections/0/blocks/0/origin': [3, 4],
        '/concerts/0/title/en': 'Another title',
        [`${PERFORMANCE}/startsAt`]: '2041-01-01T19:00:00+09:00',
        [`${PERFORMANCE}/seatLimit`]: 2,
      }),
    );
    expect(report.seats).toEqual({ created: 0, changed: 3, unchanged: 2, removed: 0 });
    expect(report.concerts).toEqual({ created: 0, changed: 1, unchanged: 0 });
    expect(report.performances).toEqual({ created: 0, changed: 1, unchanged: 1 });
    expect(await seatsOf('moved')).toEqual(before);
    const [row] = await database.sql(
      `select v.revision, c.title, p.starts_at, p.seat_limit, m.x, m.y
       from performance as p
       join concert as c using (concert_id)
       join venue as v using (venue_id)
       join venue_seat as m on m.venue_id = v.venue_id and m.seat_number = 2
       where p.performance_id = 'moved'`,
    );
    const startsAt = new Date('2041-01-01T10:00:00Z');
    const title = { ko: '공연', en: 'Another title' };
    expect(row).toEqual({ revision: 2, title, starts_at: startsAt, seat_limit: 2, x: 3, y: 4 });
  });
});
