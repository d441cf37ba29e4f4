/** A small hall with a performance for each test, so that no two tests share seats; and the stadium of the demo. */
import { readFileSync } from 'node:fs';
import type { CatalogueDocument, PerformanceDocument } from '../../src/catalogue/import/document/document.ts';
import { performanceDocument } from '../support/catalogue-documents.ts';
import { DEMO_CATALOGUE } from '../support/rowlock-process.ts';

export const PRICES = { R: 150_000, S: 110_000 } as const;

const ROWS = [10, 10, 10, 10];

function section(id: string, grade: keyof typeof PRICES, y: number): object {
  const blocks = [{ grade, origin: [-2.25, y], seatStep: [0.5, 0], rowStep: [0, 0.9], rows: ROWS }];
  return { id, name: { ko: `1층 ${id}구역`, en: `Stalls ${id}` }, blocks };
}

/** Two sections of four rows of ten seats; section A is grade R and nearer to the stage, section B is grade S. */
export const HALL = {
  id: 'moon-hall',
  name: { ko: '달빛홀', en: 'Moon Hall' },
  timeZone: 'Asia/Seoul',
  outline: [{ shape: 'rectangle', at: [-3, -4], size: [6, 2.4], label: { ko: '무대', en: 'Stage' } }],
  sections: [section('A', 'R', 0), section('B', 'S', 5)],
} as CatalogueDocument['venues'][number];

/** One concert whose performances have these ids. */
export function catalogueOf(
  performances: Readonly<Record<string, Partial<PerformanceDocument>>>,
): CatalogueDocument {
  return {
    venues: [HALL],
    concerts: [
      {
        id: 'winter',
        title: { ko: '겨울의 끝', en: 'The End of Winter' },
        description: { ko: '눈이 녹는 밤.', en: 'The night on which the snow melts.' },
        performances: Object.entries(performances).map(([id, options]) =>
          performanceDocument(id, HALL.id, { prices: PRICES, seatLimit: null, ...options }),
        ),
      },
    ],
  };
}

export const STADIUM_PERFORMANCE = 'comet-2030-06-15';

/** The stadium of the demo, 50,000 seats, with one performance that is on sale. */
export function readStadium(): CatalogueDocument {
  const demo = JSON.parse(readFileSync(DEMO_CATALOGUE, 'utf8')) as CatalogueDocument;
  const [stadium] = demo.concerts.filter(({ id }) => id === 'comet-stadium-night');
  const performances = stadium!.performances.slice(0, 1).map(openSince2020);
  return {
    venues: demo.venues.filter(({ id }) => id === performances[0]!.venue),
    concerts: [{ ...stadium!, performances }],
  };
}

function openSince2020(performance: PerformanceDocument): PerformanceDocument {
  return { ...performance, sale: { opensAt: '2020-01-01T00:00:00+09:00' } };
}
