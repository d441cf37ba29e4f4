import type {
  CatalogueDocument,
  ConcertDocument,
  PerformanceDocument,
  SectionDocument,
  VenueDocument,
} from '../../src/catalogue/import/document/document.ts';

/** A straight block of grade R, rows one metre apart and seats half a metre. */
export function sectionDocument(id: string, rows: number[], grade = 'R', y = 0): SectionDocument {
  return { id, blocks: [{ grade, origin: [0, y], seatStep: [0.5, 0], rowStep: [0, 1], rows }] };
}

/** A venue with one section `A` of two rows of five seats, all of grade R. */
export function venueDocument(id: string, sections = [sectionDocument('A', [5, 5])]): VenueDocument {
  return { id, name: { ko: '홀', en: 'Hall' }, sections };
}

/** A performance that is on sale, at 1,000 for a seat of grade R. */
export function performanceDocument(
  id: string,
  venue: string,
  options: Partial<PerformanceDocument> = {},
): PerformanceDocument {
  return {
    id,
    venue,
    startsAt: '2040-01-01T19:00:00+09:00',
    sale: { opensAt: '2020-01-01T10:00:00+09:00' },
    holdSeconds: 300,
    prices: { R: 1_000 },
    ...options,
  };
}

export function concertDocument(id: string, performances: PerformanceDocument[]): ConcertDocument {
  return { id, title: { ko: '공연', en: 'Concert' }, performances };
}

/** One venue, one concert and one performance in it: `<id>-venue`, `<id>-concert`, `<id>`. */
export function catalogueDocument(
  id: string,
  sections?: SectionDocument[],
  options?: Partial<PerformanceDocument>,
): CatalogueDocument {
  const venue = venueDocument(`${id}-venue`, sections);
  return {
    venues: [venue],
    concerts: [concertDocument(`${id}-concert`, [performanceDocument(id, venue.id, options)])],
  };
}

/**
 * A copy of the document with values set by JSON pointer, in any form; undefined takes the property away, and `-` as the
 * last step appends to a list (RFC 6902).
 */
export function changedDocument(
  document: CatalogueDocument,
  changes: Readonly<Record<string, unknown>>,
): unknown {
  // Through JSON, so that no two parts of the copy are one object.
  const copy: unknown = JSON.parse(JSON.stringify(document));
  for (const [pointer, value] of Object.entries(changes)) {
    const steps = pointer.split('/').slice(1);
    const last = steps.pop()!;
    const parent = steps.reduce((node, step) => (node as Record<string, unknown>)[step], copy);
    if (last === '-') (parent as unknown[]).push(value);
    else if (value === undefined) delete (parent as Record<string, unknown>)[last];
    else (parent as Record<string, unknown>)[last] = value;
  }
  return copy;
}
