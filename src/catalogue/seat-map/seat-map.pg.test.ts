import { describe, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  concertDocument,
  performanceDocument,
  sectionDocument,
} from '../../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../../test/support/database.ts';
import type { Database } from '../../db/database.ts';
import { importCatalogue } from '../import/import.ts';
import type { SeatMaps } from './seat-map.ts';
import { createSeatMaps } from './seat-map.ts';

const database = useDatabase();

const ROWS = '/venues/0/sections/0/blocks/0/rows';

/** Seat maps that count their reads, with a clock that the test advances. */
function counted(): { maps: SeatMaps; reads: () => number; passMs: (ms: number) => void } {
  let reads = 0;
  let nowMs = 1_000_000;
  const counting: Database = {
    ...database,
    connect: (work) => {
      reads += 1;
      return database.connect(work);
    },
  };
  const maps = createSeatMaps(counting, () => nowMs);
  return { maps, reads: () => reads, passMs: (ms) => (nowMs += ms) };
}

describe('a seat map', () => {
  it('has the seats, the outline, the sections and the prices', async () => {
    const document = catalogueDocument(
      'whole',
      [sectionDocument('A', [2]), sectionDocument('B', [1], 'S', 9)],
      {
        prices: { S: 700, R: 1_000 },
      },
    );
    const outline = [{ shape: 'rectangle', at: [0, -5], size: [4, 2] }];
    await importCatalogue(database, changedDocument(document, { '/venues/0/outline': outline }));
    const map = await createSeatMaps(database).get('whole');
    expect(map).toMatchObject({
      performanceId: 'whole',
      concertId: 'whole-concert',
      venueId: 'whole-venue',
      venueName: { ko: '홀', en: 'Hall' },
      revision: 1,
      outline,
      sections: [{ id: 'A' }, { id: 'B' }],
      grades: [
        { grade: 'R', price: 1_000 },
        { grade: 'S', price: 700 },
      ],
    });
    expect(map?.seats).toEqual([
      { number: 1, label: 'A-1-1', section: 'A', row: '1', seat: '1', grade: 'R', x: -0.25, y: 0 },
      { number: 2, label: 'A-1-2', section: 'A', row: '1', seat: '2', grade: 'R', x: 0.25, y: 0 },
      { number: 3, label: 'B-1-1', section: 'B', row: '1', seat: '1', grade: 'S', x: 0, y: 9 },
    ]);
    const places = (['R', 'S', 'X'] as const).map((grade) => map?.rankingOf(grade, 2).starts.length);
    expect(places).toEqual([1, 0, 0]);
    expect(map?.rankingOf('R', 2)).toBe(map?.rankingOf('R', 2));
    expect(await createSeatMaps(database).get('nowhere')).toBeUndefined();
  });

  it('resolves labels and numbers; a removed seat keeps its label, but cannot be asked for', async () => {
    const document = catalogueDocument('names');
    await importCatalogue(database, document);
    await importCatalogue(database, changedDocument(document, { [ROWS]: [5, 4] }));
    const map = await createSeatMaps(database).get('names');
    expect([map?.numberOf('A-2-4'), map?.numberOf('A-2-5'), map?.numberOf('a-2-4')]).toEqual([
      9,
      undefined,
      undefined,
    ]);
    expect([map?.labelOf(9), map?.labelOf(10), map?.labelOf(11)]).toEqual(['A-2-4', 'A-2-5', '#11']);
  });
});

describe('seat maps in memory', () => {
  it('are read once for concurrent callers, and once for all performances of a venue', async () => {
    const { venues } = catalogueDocument('shared');
    const performances = ['shared-1', 'shared-2'].map((id) => performanceDocument(id, 'shared-venue'));
    await importCatalogue(database, { venues, concerts: [concertDocument('shared-concert', performances)] });
    const { maps, reads } = counted();
    const many = await Promise.all(Array.from({ length: 20 }, () => maps.get('shared-1', ['A-1-1'])));
    expect(new Set(many.map((map) => map?.seats)).size).toBe(1);
    expect(reads()).toBe(2);
    expect((await maps.get('shared-2'))?.seats).toBe(many[0]?.seats);
    expect(reads()).toBe(3);
    await maps.get('shared-1');
    await maps.get('shared-2', [3]);
    expect(reads()).toBe(3);
  });

  it('read again for an unknown label, at most once a second', async () => {
    const document = catalogueDocument('missed');
    await importCatalogue(database, document);
    const { maps, reads, passMs } = counted();
    await maps.get('missed');
    expect((await maps.get('missed', ['A-3-1']))?.numberOf('A-3-1')).toBeUndefined();
    expect(reads()).toBe(3);
    await importCatalogue(database, changedDocument(document, { [ROWS]: [5, 5, 1] }));
    expect((await maps.get('missed', ['A-3-1', 'Z-9-9']))?.numberOf('A-3-1')).toBeUndefined();
    expect(reads()).toBe(3);
    passMs(1_000);
    expect((await maps.get('missed', ['A-3-1']))?.numberOf('A-3-1')).toBe(11);
    expect(reads()).toBe(5);
  });

  it('read again at once for an unknown number, which only the database can have given', async () => {
    const document = catalogueDocument('numbered');
    await importCatalogue(database, document);
    const { maps } = counted();
    await maps.get('numbered', ['Z-9-9']);
    await importCatalogue(database, changedDocument(document, { [ROWS]: [5, 5, 1] }));
    expect((await maps.get('numbered', [11]))?.labelOf(11)).toBe('A-3-1');
  });

  it('notice a new revision and new prices after ten seconds, and only then read the seats again', async () => {
    const document = catalogueDocument('aged');
    await importCatalogue(database, document);
    const { maps, reads, passMs } = counted();
    const first = await maps.get('aged');
    passMs(10_000);
    expect((await maps.get('aged'))?.seats).toBe(first?.seats);
    expect(reads()).toBe(3);
    const changes = { [ROWS]: [5], '/concerts/0/performances/0/prices/R': 2_000 };
    await importCatalogue(database, changedDocument(document, changes));
    passMs(9_999);
    expect(await maps.get('aged')).toMatchObject({ revision: 1, grades: [{ price: 1_000 }] });
    passMs(1);
    const second = await maps.get('aged');
    expect(second).toMatchObject({ revision: 2, grades: [{ price: 2_000 }] });
    expect(second?.seats).toHaveLength(5);
  });

  it('forget a load that failed', async () => {
    await importCatalogue(database, catalogueDocument('failing'));
    let fails = true;
    const flaky: Database = {
      ...database,
      connect: (work) => (fails ? Promise.reject(new Error('no connection')) : database.connect(work)),
    };
    const maps = createSeatMaps(flaky);
    await expect(maps.get('failing')).rejects.toThrow('no connection');
    fails = false;
    expect(await maps.get('failing')).toBeDefined();
  });
});
