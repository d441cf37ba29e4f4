/** Imports in a thread of their own: the main thread stays free, whatever is sent; one import at a time. */
import { performance } from 'node:perf_hooks';
import { afterEach, describe, expect, it } from 'vitest';
import { catalogueDocument } from '../../../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../../../test/support/database.ts';
import { settledOrBlocked } from '../../../../test/support/gate.ts';
import { DATABASE_DEFAULTS } from '../../../db/database.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import { importDocument } from './import.ts';
import { createImporter } from './importer.ts';
import type { Importer } from './importer.ts';

const database = useDatabase();
const opened: Importer[] = [];

function open(heapMb?: number): Importer {
  const importer = createImporter(
    { ...DATABASE_DEFAULTS, url: database.url },
    heapMb === undefined ? {} : { heapMb },
  );
  opened.push(importer);
  return importer;
}
afterEach(async () => {
  await Promise.all(opened.splice(0).map((importer) => importer.close()));
});

/** A hall of 100,000 seats, each written out, in 8 MB of text. */
function largeDocument(id: string): string {
  const names = Array.from({ length: 100 }, (_, i) => String(i));
  const sections = names.map((section) => ({
    id: section,
    seats: Array.from({ length: 1_000 }, (_, i) => ({
      row: String(Math.floor(i / 50)),
      seat: String(i % 50),
      grade: 'R',
      x: i % 50,
      y: Number(section) * 20 + Math.floor(i / 50),
    })),
  }));
  return JSON.stringify({
    ...catalogueDocument(id),
    venues: [{ ...catalogueDocument(id).venues[0], sections }],
  });
}

/** How long this thread was busy while the work went on. */
async function busyMsDuring(work: () => Promise<unknown>): Promise<number> {
  const before = performance.eventLoopUtilization();
  await work();
  return performance.eventLoopUtilization(before).active;
}

describe('an import', () => {
  it('of 100,000 seats leaves this thread free, which an import on it does not (control)', async () => {
    const importer = open();
    await importer.import(catalogueDocument('first'));
    const [large, other] = [largeDocument('large'), largeDocument('other')];
    const busyMs = await busyMsDuring(async () => {
      expect(await importer.import(large)).toMatchObject({ seatsOnSale: { added: 100_000 } });
    });
    const controlMs = await busyMsDuring(async () => {
      expect(await importDocument([{ name: 'home', database }], other, { by: {} })).toMatchObject({
        seatsOnSale: { added: 100_000 },
      });
    });
    expect(busyMs).toBeLessThan(controlMs / 5);
  });

  it('answers what the document breaks', async () => {
    expect(await open().import('{"venues":')).toMatchObject({
      outcome: 'invalid_request',
      problems: [{ line: 1, column: 11 }],
    });
  });

  it.each([
    ['a function', { venues: () => [], concerts: [] }],
    ['a symbol', Symbol('venues')],
  ])('refuses what is no data: %s', async (_what, document) => {
    const refused = await open().import(document);
    const problems = [{ path: '', rule: 'must be plain data: no functions and no symbols' }];
    expect(refused).toMatchObject({ outcome: 'invalid_request', problems });
  });

  it('that needs too much memory is refused, and the next one is imported', async () => {
    const importer = open(48);
    const refused = await importer.import(
      `{"venues":[],"concerts":[],"more":[${'{},'.repeat(2_000_000)}{}]}`,
    );
    const problems = [{ path: '', rule: 'must not need more than 48 MB of memory' }];
    expect(refused).toMatchObject({ outcome: 'invalid_request', problems });
    expect(isRefusal(await importer.import(catalogueDocument('after-memory')))).toBe(false);
  });

  it('whose caller has gone ends, and leaves nothing', async () => {
    const importer = open();
    const blocker = await database.pool.connect();
    await blocker.query('begin; set local idle_in_transaction_session_timeout = 0');
    await blocker.query(`select pg_advisory_xact_lock(hashtextextended('rowlock catalogue import', 0))`);
    const caller = new AbortController();
    const gone = importer.import(catalogueDocument('gone'), caller.signal);
    await settledOrBlocked(database, gone);
    caller.abort();
    expect(await gone).toEqual({ outcome: 'outcome_unknown' });
    await blocker.query('rollback');
    blocker.release();
    expect(isRefusal(await importer.import(catalogueDocument('after-gone')))).toBe(false);
    const concerts = await database.sql('select concert_id from concert where concert_id = $1', [
      'gone-concert',
    ]);
    expect(concerts).toEqual([]);
  });

  it('waits for those before it, in order, and a few may wait', async () => {
    const importer = open();
    const answers = await Promise.all(
      ['one', 'two', 'three', 'four', 'five', 'six'].map((id) => importer.import(catalogueDocument(id))),
    );
    expect(answers.map((answer) => isRefusal(answer) && answer.outcome)).toEqual([
      ...Array.from({ length: 5 }, () => false),
      'overloaded',
    ]);
    expect(isRefusal(await importer.import(catalogueDocument('seven')))).toBe(false);
  });

  it('in flight is answered before the close ends', async () => {
    const importer = open();
    let answered = false;
    void importer.import(catalogueDocument('closing')).then(() => (answered = true));
    await importer.close();
    expect(answered).toBe(true);
  });
});
