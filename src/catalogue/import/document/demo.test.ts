import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCatalogue } from './check.ts';
import type { CheckedVenue } from './checked.ts';
import { parseCatalogueFile } from './parse.ts';
import { runsByGrade } from '../../seat-map/runs.ts';

const file = new URL('../../../../demo/catalogue.json', import.meta.url);
const { venues, concerts, performances } = checkCatalogue(parseCatalogueFile(readFileSync(file, 'utf8')));

/** The least distance of two seats, among those in the same and adjacent square metres. */
function leastDistance(venue: CheckedVenue): number {
  const squares = new Map<string, { x: number; y: number }[]>();
  let least = Infinity;
  for (const { x, y } of venue.seats) {
    const [column, line] = [Math.floor(x), Math.floor(y)];
    for (let i = column - 1; i <= column + 1; i += 1) {
      for (let j = line - 1; j <= line + 1; j += 1) {
        for (const other of squares.get(`${i} ${j}`) ?? []) {
          least = Math.min(least, Math.hypot(other.x - x, other.y - y));
        }
      }
    }
    const square = squares.get(`${column} ${line}`);
    if (square === undefined) squares.set(`${column} ${line}`, [{ x, y }]);
    else square.push({ x, y });
  }
  return least;
}

describe('the demo catalogue', () => {
  it('has a hall, a stadium of 50,000 seats and a club, each with a concert', () => {
    const seats = Object.fromEntries(venues.map((venue) => [venue.venueId, venue.seats.length]));
    expect(seats).toEqual({ 'moonlight-hall': 1_211, 'bluehill-stadium': 50_000, 'after-midnight': 108 });
    expect(venues.map((venue) => venue.sections.length)).toEqual([7, 48, 4]);
    expect(concerts).toHaveLength(3);
    expect(new Set(performances.map((performance) => performance.venueId)).size).toBe(3);
  });

  it('sells at once except for one performance; one performance has no seat limit', () => {
    const now = new Date('2026-12-01T00:00:00Z');
    expect(
      performances.filter(({ opensAt }) => opensAt > now).map(({ performanceId }) => performanceId),
    ).toEqual(['starlight-2030-03-03']);
    expect(performances.every(({ startsAt }) => startsAt > new Date('2030-01-01T00:00:00Z'))).toBe(true);
    expect(new Set(performances.map(({ seatLimit }) => seatLimit))).toEqual(new Set([4, 2, null]));
  });

  it.each(venues.map((venue) => [venue.venueId, venue] as const))(
    'seats no two people in one place in %s',
    (_, venue) => {
      expect(leastDistance(venue)).toBeGreaterThan(0.45);
    },
  );

  it.each(venues.map((venue) => [venue.venueId, venue] as const))(
    'has rows without gaps in %s',
    (_, venue) => {
      const numbered = venue.seats.map((seat, i) => ({ ...seat, number: i + 1 }));
      const rows = new Set(venue.seats.map((seat) => `${seat.section}-${seat.row}`));
      expect([...runsByGrade(numbered).values()].flat()).toHaveLength(rows.size);
    },
  );
});
