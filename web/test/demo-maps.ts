/** The demo's seat maps without a service, for tests and measurements of the pages. */
import { readFileSync } from 'node:fs';
import { checkCatalogue } from '../../src/catalogue/import/document/check.ts';
import { parseCatalogueFile } from '../../src/catalogue/import/document/parse.ts';
import { rowsOfMap } from '../../src/catalogue/seat-map/rows.ts';

/** Seat maps of the demo by venue, as the API gives them, with a third of the seats gone. */
export function demoMaps(): ReadonlyMap<string, string> {
  const file = new URL('../../demo/catalogue.json', import.meta.url);
  const { venues, performances } = checkCatalogue(parseCatalogueFile(readFileSync(file, 'utf8')));
  return new Map(
    venues.map(({ venueId, name, outline, sections, seats }) => {
      const map = {
        performanceId: 'drawn',
        venueId,
        venueName: name,
        outline: outline ?? [],
        sections: rowsOfMap({ sections, seats: seats.map((seat, i) => ({ number: i + 1, ...seat })) }),
      };
      const { prices } = performances.find((performance) => performance.venueId === venueId)!;
      const grades = [...prices]
        .map(([grade, price]) => ({ grade, price }))
        .sort((a, b) => b.price - a.price);
      const codes = seats.map((_, i) => stateAt(i));
      return [venueId, JSON.stringify({ map, grades, codes })];
    }),
  );
}

/** Free, held or sold, always the same for a seat; whole stretches are gone, as in a real sale. */
function stateAt(i: number): number {
  const stretch = Math.sin(i * 0.011) + Math.sin(i * 0.0007) + Math.sin(i * 12.9898) * 0.6;
  return stretch > 0.75 ? 3 : stretch > 0.6 ? 2 : 1;
}
