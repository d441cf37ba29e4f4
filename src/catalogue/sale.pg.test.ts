import { describe, expect, it } from 'vitest';
import { catalogueDocument, changedDocument } from '../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../test/support/database.ts';
import { settledOrBlocked } from '../../test/support/gate.ts';
import type { CatalogueDocument } from './import/document/document.ts';
import { importCatalogue } from './import/import.ts';
import type { EffectiveSaleState, SaleState } from './sale.ts';
import { effectiveSaleState } from './sale.ts';
import { setSale } from '../box-office/operator/sale.ts';

const database = useDatabase();

const PERFORMANCE = '/concerts/0/performances/0';
const PAST = '2020-01-01T00:00:00Z';
const LATER_PAST = '2021-01-01T00:00:00Z';
const FUTURE = '2038-01-01T00:00:00Z';
const LATER_FUTURE = '2039-01-01T00:00:00Z';

interface SaleRow {
  readonly sale_state: string;
  readonly sale_opens_at: Date;
  readonly sale_closes_at: Date | null;
}

async function saleOf(performanceId: string): Promise<SaleRow> {
  const [row] = await database.sql<SaleRow>(
    `select sale_state::text, sale_opens_at, sale_closes_at from performance where performance_id = $1`,
    [performanceId],
  );
  return row!;
}

async function planted(
  id: string,
  sale: { opensAt: string; closesAt?: string } = { opensAt: PAST },
): Promise<CatalogueDocument> {
  const document = catalogueDocument(id, undefined, { sale });
  await importCatalogue(database, document);
  return document;
}

/** Sets the state of the sale; returns the effective state, or the code of the refusal. */
async function set(performanceId: string, state: SaleState): Promise<string> {
  const answer = await setSale({ database }, { performanceId, state, by: {} });
  return 'outcome' in answer ? answer.outcome : answer.sale;
}

describe('what a sale is at a moment', () => {
  const now = new Date('2030-01-01T00:00:00Z');
  const before = new Date(now.getTime() - 1);
  const after = new Date(now.getTime() + 1);
  it.each<[SaleState, Date, Date | null, EffectiveSaleState]>([
    ['open', before, null, 'open'],
    ['open', now, after, 'open'],
    ['open', after, null, 'not_yet'],
    ['open', before, now, 'ended'],
    ['paused', before, after, 'paused'],
    ['paused', after, null, 'paused'],
    ['paused', before, now, 'ended'],
    ['closed', before, null, 'ended'],
    ['closed', after, null, 'ended'],
  ])('%s from %s to %s is %s', (saleState, opensAt, closesAt, effective) => {
    expect(effectiveSaleState({ saleState, opensAt, closesAt }, now)).toBe(effective);
  });
});

describe('setting the state of a sale', () => {
  it('pauses, closes and opens it again without moving its window', async () => {
    await planted('window', { opensAt: PAST, closesAt: FUTURE });
    const { sale_opens_at, sale_closes_at } = await saleOf('window');
    for (const [state, effective] of [
      ['paused', 'paused'],
      ['closed', 'ended'],
      ['open', 'open'],
    ] as const) {
      expect(await set('window', state)).toBe(effective);
      expect(await saleOf('window')).toEqual({ sale_state: state, sale_opens_at, sale_closes_at });
    }
  });

  it('opens a future sale from now on, and keeps its end', async () => {
    await planted('ahead', { opensAt: FUTURE, closesAt: LATER_FUTURE });
    const before = Date.now();
    expect(await set('ahead', 'open')).toBe('open');
    const { sale_opens_at: opensAt, sale_closes_at: closesAt } = await saleOf('ahead');
    expect(Math.abs(opensAt.getTime() - before)).toBeLessThan(60_000);
    expect(closesAt).toEqual(new Date(LATER_FUTURE));
  });

  it('opens an ended sale until the performance starts', async () => {
    await planted('over', { opensAt: PAST, closesAt: LATER_PAST });
    expect(await set('over', 'open')).toBe('open');
    expect(await saleOf('over')).toEqual({
      sale_state: 'open',
      sale_opens_at: new Date(PAST),
      sale_closes_at: new Date('2040-01-01T19:00:00+09:00'),
    });
  });

  it('sells nothing of a performance that has begun', async () => {
    await planted('begun', { opensAt: PAST });
    await database.sql(
      `update performance set starts_at = now() - interval '1 hour', sale_closes_at = now() - interval '1 hour'
        where performance_id = 'begun'`,
    );
    expect(await set('begun', 'open')).toBe('ended');
  });

  it('leaves the window of a sale that is paused or closed before it begins', async () => {
    await planted('later', { opensAt: FUTURE });
    expect(await set('later', 'paused')).toBe('paused');
    expect(await set('later', 'closed')).toBe('ended');
    expect((await saleOf('later')).sale_opens_at).toEqual(new Date(FUTURE));
  });

  it('answers nothing for an unknown performance', async () => {
    expect(await set('nowhere', 'open')).toBe('not_found');
  });
});

describe('what an operator did with a sale', () => {
  it('survives every import: the state of the document counts only when the performance is made', async () => {
    const document = await planted('kept-paused');
    await set('kept-paused', 'paused');
    const changes = { [`${PERFORMANCE}/sale/state`]: 'open', [`${PERFORMANCE}/holdSeconds`]: 60 };
    await importCatalogue(database, changedDocument(document, changes));
    expect(await saleOf('kept-paused')).toMatchObject({ sale_state: 'paused' });
    const closed = catalogueDocument('made-closed', undefined, {
      sale: { opensAt: '2020-01-01T10:00:00+09:00', state: 'closed' },
    });
    await importCatalogue(database, closed);
    expect(await saleOf('made-closed')).toMatchObject({ sale_state: 'closed' });
  });

  it('includes an early opening, until the document names another window', async () => {
    const document = await planted('early');
    const future = { opensAt: '2039-01-01T00:00:00Z' };
    const later = changedDocument(document, { [`${PERFORMANCE}/sale`]: future });
    await importCatalogue(database, later);
    await set('early', 'open');
    const opened = await saleOf('early');
    expect(opened.sale_opens_at.getTime()).toBeLessThan(Date.parse(future.opensAt));
    expect((await importCatalogue(database, later)).performances.changed).toBe(0);
    expect(await saleOf('early')).toEqual(opened);
    const window = { opensAt: '2038-01-01T00:00:00Z', closesAt: '2038-02-01T00:00:00Z' };
    await importCatalogue(database, changedDocument(document, { [`${PERFORMANCE}/sale`]: window }));
    expect(await saleOf('early')).toMatchObject({
      sale_opens_at: new Date(window.opensAt),
      sale_closes_at: new Date(window.closesAt),
    });
  });

  it('survives an import that has begun before it is committed', async () => {
    const document = await planted('at-once', { opensAt: FUTURE });
    const operator = await database.pool.connect();
    try {
      await operator.query('begin');
      await operator.query(
        `update performance set sale_opens_at = $2, sale_state = 'paused' where performance_id = $1`,
        ['at-once', PAST],
      );
      const importing = importCatalogue(
        database,
        changedDocument(document, { [`${PERFORMANCE}/holdSeconds`]: 60 }),
      );
      await settledOrBlocked(database, importing);
      await operator.query('commit');
      await importing;
    } finally {
      operator.release();
    }
    expect(await saleOf('at-once')).toEqual({
      sale_state: 'paused',
      sale_opens_at: new Date(PAST),
      sale_closes_at: new Date('2040-01-01T10:00:00Z'),
    });
  });
});
