import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  concertDocument,
  performanceDocument,
  sectionDocument,
} from '../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/gate.ts';
import { listConcerts, readConcert, readPerformance } from './concerts.ts';
import { readSeatStates } from '../seats/states.ts';
import type { SeatStates } from '../seats/states.ts';
import { importCatalogue } from './import/import.ts';
import { parseCatalogueFile } from './import/document/parse.ts';

const database = useDatabase();

const STALLS = { ko: '1층', en: 'Stalls' };
const SECTIONS = [sectionDocument('A', [3]), { ...sectionDocument('B', [2], 'S', 50), name: STALLS }];
const PRICES = { S: 700, R: 1_000 };

const performanceOf = (id: string) => database.connect((connection) => readPerformance(connection, id));

async function statesOf(id: string): Promise<SeatStates> {
  const states = await database.connect((connection) => readSeatStates(connection, id));
  return states!;
}

async function claim(
  performanceId: string,
  seat: number,
  state: 'held' | 'sold',
  heldFor?: string,
): Promise<void> {
  await database.sql(
    `update seat
     set state = $3::seat_state, price = list_price, reservation_id = gen_random_uuid(), held_until = clock_timestamp() + $4::interval
     where performance_id = $1 and seat_number = $2`,
    [performanceId, seat, state, heldFor ?? null],
  );
}

describe('concerts', () => {
  it('are listed with their performances by start, and grades by price', async () => {
    const { venues } = catalogueDocument('listed', SECTIONS);
    const late = performanceDocument('listed-late', 'listed-venue', {
      prices: PRICES,
      sale: { opensAt: '2039-01-01T00:00:00Z', closesAt: '2039-06-01T00:00:00Z' },
      refundableUntil: '2039-05-01T00:00:00Z',
      seatLimit: 4,
    });
    const early = performanceDocument('listed-zero', 'listed-venue', {
      prices: PRICES,
      startsAt: '2035-01-01T19:00:00+09:00',
    });
    const concert = {
      ...concertDocument('listed-concert', [late, early]),
      description: { ko: '설명', en: 'Words' },
    };
    const venue = { ...venues[0]!, timeZone: 'Europe/Berlin' };
    await importCatalogue(database, {
      venues: [venue],
      concerts: [concert, concertDocument('listed-empty', [])],
    });
    const shared = {
      venueId: 'listed-venue',
      venueName: { ko: '홀', en: 'Hall' },
      timeZone: 'Europe/Berlin',
      sections: [{ id: 'B', name: STALLS }],
      saleState: 'open',
      soldOut: false,
      holdSeconds: 300,
      grades: [
        { grade: 'R', price: 1_000 },
        { grade: 'S', price: 700 },
      ],
    };
    const expected = {
      hidden: false,
      concertId: 'listed-concert',
      currency: 'KRW',
      minorUnit: 0,
      title: { ko: '공연', en: 'Concert' },
      description: { ko: '설명', en: 'Words' },
      performances: [
        {
          ...shared,
          performanceId: 'listed-zero',
          startsAt: new Date('2035-01-01T10:00:00Z'),
          sale: 'open',
          saleOpensAt: new Date('2020-01-01T01:00:00Z'),
          saleClosesAt: new Date('2035-01-01T10:00:00Z'),
          refundableUntil: new Date('2035-01-01T10:00:00Z'),
          seatLimit: 8,
        },
        {
          ...shared,
          performanceId: 'listed-late',
          startsAt: new Date('2040-01-01T10:00:00Z'),
          sale: 'not_yet',
          saleOpensAt: new Date('2039-01-01T00:00:00Z'),
          saleClosesAt: new Date('2039-06-01T00:00:00Z'),
          refundableUntil: new Date('2039-05-01T00:00:00Z'),
          seatLimit: 4,
        },
      ],
    };
    const concerts = await database.connect(listConcerts);
    expect(concerts.find(({ concertId }) => concertId === 'listed-concert')).toEqual(expected);
    expect(concerts.find(({ concertId }) => concertId === 'listed-empty')).toMatchObject({
      description: {},
      performances: [],
    });
    await database.connect(async (connection) => {
      expect(await readConcert(connection, 'listed-concert')).toEqual(expected);
      expect(await readConcert(connection, 'nowhere')).toBeUndefined();
    });
  });
});

describe('a performance', () => {
  it('counts free, held and sold seats by grade; an expired hold is free', async () => {
    await importCatalogue(database, catalogueDocument('counted', SECTIONS, { prices: PRICES }));
    await claim('counted', 1, 'held', '1 hour');
    await claim('counted', 2, 'held', '-1 second');
    await claim('counted', 4, 'sold');
    const performance = await performanceOf('counted');
    expect(performance).toMatchObject({
      concertId: 'counted-concert',
      title: { en: 'Concert' },
      sale: 'open',
    });
    expect(performance?.grades).toEqual([
      { grade: 'R', price: 1_000, free: 2, held: 1, sold: 0 },
      { grade: 'S', price: 700, free: 1, held: 0, sold: 1 },
    ]);
    expect(Math.abs(performance!.at.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await performanceOf('nowhere')).toBeUndefined();
  });

  it('has a state for each seat number, and a version that changes only with the states', async () => {
    await importCatalogue(database, catalogueDocument('states', SECTIONS, { prices: PRICES }));
    const fresh = await statesOf('states');
    expect(fresh).toMatchObject({ performanceId: 'states', states: 'fffff' });
    expect((await statesOf('states')).version).toBe(fresh.version);
    await claim('states', 1, 'held', '1 hour');
    await claim('states', 4, 'sold');
    const taken = await statesOf('states');
    expect(taken.states).toBe('hffsf');
    expect(taken.version).not.toBe(fresh.version);
    await claim('states', 1, 'held', '-1 second');
    await claim('states', 4, 'held', '-1 second');
    const expired = await statesOf('states');
    expect(expired.states).toBe('fffff');
    expect(expired.version).toBe(fresh.version);
    const none = await database.connect((connection) => readSeatStates(connection, 'nowhere'));
    expect(none).toBeUndefined();
  });

  it('has a new version when a hold expires, without a write', async () => {
    await importCatalogue(database, catalogueDocument('lazy'));
    await claim('lazy', 1, 'held', '1 hour');
    const held = await statesOf('lazy');
    expect(held.states).toBe('hfffffffff');
    await database.sql(
      `update seat set held_until = clock_timestamp() + interval '50 ms'
       where performance_id = 'lazy' and seat_number = 1`,
    );
    await until(async () => (await statesOf('lazy')).version !== held.version);
    expect((await statesOf('lazy')).states).toBe('ffffffffff');
  });

  it('leaves a gap in its states where a number is no longer in use', async () => {
    const document = catalogueDocument('gaps');
    await importCatalogue(database, document);
    await importCatalogue(
      database,
      changedDocument(document, { '/venues/0/sections/0/blocks/0/rows': [2, 3] }),
    );
    await claim('gaps', 7, 'sold');
    expect((await statesOf('gaps')).states).toBe('ff---fsf');
  });
});

describe('fifty thousand seats', () => {
  const stadium = 'comet-2030-06-15';
  beforeAll(async () => {
    const file = new URL('../../demo/catalogue.json', import.meta.url);
    await importCatalogue(database, parseCatalogueFile(readFileSync(file, 'utf8')));
  });

  it('are counted to the last', async () => {
    await database.sql(
      `update seat set state = 'sold', price = list_price, reservation_id = gen_random_uuid()
       where performance_id = $1 and seat_number % 5 = 0`,
      [stadium],
    );
    const performance = await performanceOf(stadium);
    const total = (count: 'free' | 'held' | 'sold') =>
      performance!.grades.reduce((sum, grade) => sum + grade[count], 0);
    expect([total('free'), total('held'), total('sold')]).toEqual([40_000, 0, 10_000]);
    expect((await performanceOf('comet-2030-06-16'))?.grades.every((grade) => grade.sold === 0)).toBe(true);
  });

  it('have a character each in the states', async () => {
    const { states } = await statesOf(stadium);
    expect(states).toBe('ffffs'.repeat(10_000));
  });
});
