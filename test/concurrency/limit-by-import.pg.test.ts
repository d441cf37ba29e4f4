/** A seat limit that comes with an import, while a performance is on sale. */
import { describe, expect, it } from 'vitest';
import { catalogueDocument, changedDocument, sectionDocument } from '../support/catalogue-documents.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/gate.ts';
import { buySeats, holdCommand, holdSeats, liveClaims, refundCommand } from '../support/fixture.ts';
import { auditDatabase } from '../../src/audit/audit.ts';
import type { CatalogueDocument } from '../../src/catalogue/import/document/document.ts';
import { importCatalogue } from '../../src/catalogue/import/import.ts';
import { groupedHold } from '../../src/operations/hold/grouped/grouped.ts';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import { refund } from '../../src/operations/refund/refund.ts';
import { execute } from '../support/execute.ts';

const database = useDatabase();
const SEATS = 400;
/** Seats that are held only after the import. */
const SEATS_LEFT = 20;

async function unlimited(id: string): Promise<CatalogueDocument> {
  const document = catalogueDocument(id, [sectionDocument('A', [200, 200])]);
  await importCatalogue(database, document);
  return document;
}

function limit(document: CatalogueDocument, seats: number | undefined): Promise<unknown> {
  return importCatalogue(
    database,
    changedDocument(document, { '/concerts/0/performances/0/seatLimit': seats }),
  );
}

describe('a seat limit that an import brings', () => {
  it('counts what was held and bought before, also what an earlier limit did not see', async () => {
    const document = await unlimited('limited');
    await limit(document, 2);
    const first = await buySeats(database, 'limited', [1], 'buyer');
    await limit(document, undefined);
    await buySeats(database, 'limited', [2], 'buyer');
    await refund({ database }, refundCommand(first));
    await holdSeats(database, 'limited', [3], 'buyer');
    await limit(document, 2);
    const third = holdCommand({ performanceId: 'limited', accountId: 'buyer', seats: [4] });
    expect(await liveClaims(database, third)).toBe(2);
    expect(await execute(groupedHold, { database }, third)).toEqual({
      outcome: 'seat_limit_exceeded',
      limit: 2,
      claimed: 2,
    });
    expect(await auditDatabase(database, {})).toMatchObject({ clean: true });
  });

  it.each(HOLD_STRATEGIES.filter(({ use }) => use === 'service'))(
    'counts a hold in flight: $name',
    async (strategy) => {
      const id = `storm-${strategy.name}`;
      const document = await unlimited(id);
      const free = Array.from({ length: SEATS }, (_, i) => i + 1);
      let imported = (): void => undefined;
      const untilImported = new Promise<void>((resolve) => (imported = resolve));
      const buyer = async (accountId: string): Promise<void> => {
        for (let seat = free.pop(); seat !== undefined; seat = free.pop()) {
          // The last seats are for holds after the import, however long that takes.
          if (free.length < SEATS_LEFT) await untilImported;
          const { outcome } = await execute(
            strategy,
            { database },
            holdCommand({ performanceId: id, accountId, seats: [seat] }),
          );
          if (outcome !== 'held') free.push(seat);
        }
      };
      const storm = Promise.all(Array.from({ length: 8 }, (_, i) => buyer(`buyer-${i}`)));
      await until(async () => free.length < SEATS - 20);
      await limit(document, SEATS);
      expect(free.length).toBeGreaterThan(0);
      imported();
      await storm;
      expect(await auditDatabase(database, {})).toMatchObject({ clean: true });
    },
  );
});
