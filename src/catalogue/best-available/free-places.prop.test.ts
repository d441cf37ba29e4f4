/** Best places in small halls against brute force, which knows the rules from docs/catalogue.md alone. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsByGrade } from '../seat-map/runs.ts';
import type { PlacedInRow } from '../seat-map/runs.ts';
import { CONTESTED, FREE, freePlacesOf, TAKEN } from './free-places.ts';
import { rankPlaces } from './ranking.ts';

interface HouseSeat extends PlacedInRow {
  readonly isFree: boolean;
  /** A seat after an aisle. */
  readonly isAfterAisle: boolean;
}

/** Rows of seats one metre apart, some with aisles; seats are numbered row by row. */
const house = fc
  .record({
    rows: fc.array(
      fc.record({
        x: fc.integer({ min: -8, max: 8 }),
        y: fc.integer({ min: 1, max: 9 }),
        seats: fc.array(fc.record({ isFree: fc.boolean(), isAfterAisle: fc.boolean() }), { maxLength: 9 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    focus: fc.record({ x: fc.integer({ min: -6, max: 6 }), y: fc.integer({ min: -4, max: 12 }) }),
    quantity: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ rows, focus, quantity }) => {
    let number = 0;
    const placed = rows.map(({ x, y, seats }, i): HouseSeat[] => {
      // An aisle is known by a step that is wider than the row's usual one, so there are few.
      let column = x;
      return seats.map(({ isFree, isAfterAisle }, j) => {
        const hasAisle = isAfterAisle && j === 3;
        column += hasAisle ? 3 : 1;
        number += 1;
        const row = { section: 'A', row: String(i + 1), grade: 'R' };
        return { number, ...row, x: column, y: y + 10 * i, isFree, isAfterAisle: hasAisle };
      });
    });
    return { rows: placed, focus, quantity };
  });
type House = typeof house extends fc.Arbitrary<infer T> ? T : never;

interface Trial {
  readonly seats: readonly number[];
  readonly score: number;
  readonly fits: boolean;
}

/** Every place whose seats are free, found by trial, the best first. */
function allPlaces({ rows, focus, quantity }: House): readonly Trial[] {
  const away = (a: { x: number; y: number }, b: { x: number; y: number }): number =>
    Math.hypot(a.x - b.x, a.y - b.y);
  const trials = rows.flatMap((row) => {
    const ends = [row[Math.floor((row.length - 1) / 2)], row[Math.ceil((row.length - 1) / 2)]];
    return row.flatMap((_, first) => {
      const seats = row.slice(first, first + quantity);
      if (seats.length < quantity || !seats.every(({ isFree }) => isFree)) return [];
      if (seats.slice(1).some(({ isAfterAisle }) => isAfterAisle)) return [];
      let left = 0;
      while (!row[first - left]!.isAfterAisle && row[first - left - 1]?.isFree === true) left += 1;
      let right = 0;
      const next = (): HouseSeat | undefined => row[first + quantity + right];
      while (next()?.isFree === true && next()?.isAfterAisle === false) right += 1;
      const mean = (of: readonly (HouseSeat | undefined)[]): { x: number; y: number } => ({
        x: of.reduce((sum, seat) => sum + seat!.x, 0) / of.length,
        y: of.reduce((sum, seat) => sum + seat!.y, 0) / of.length,
      });
      const middle = mean(seats);
      const fits = left !== 1 && right !== 1 && (left % quantity === 0 || right % quantity === 0);
      const score = away(middle, focus) + away(middle, mean(ends)) / 2;
      return [{ seats: seats.map(({ number }) => number), score, fits }];
    });
  });
  const fitting = trials.filter(({ fits }) => fits);
  return (fitting.length > 0 ? fitting : trials).toSorted((a, b) => a.score - b.score);
}

/** At most so many, none of which shares a seat with a better one. */
function apart(trials: readonly Trial[], count: number): readonly Trial[] {
  const kept: Trial[] = [];
  for (const trial of trials) {
    const isApart = kept.every(({ seats }) => !seats.some((seat) => trial.seats.includes(seat)));
    if (kept.length < count && isApart) kept.push(trial);
  }
  return kept;
}

function placesOf({ rows, focus, quantity }: House) {
  const seats = rows.flat();
  const states = new Uint8Array(seats.length + 1);
  for (const { number, isFree } of seats) states[number] = isFree ? FREE : TAKEN;
  const ranking = rankPlaces(runsByGrade(seats).get('R') ?? [], focus, quantity);
  const now = { states, returns: 0 };
  return { states, now, places: freePlacesOf(ranking, now) };
}

/** Scores are compared to the thousandth. */
const ROUNDING = 0.0011;

describe('the best places among free seats', () => {
  it('are the ones that brute force finds', () => {
    fc.assert(
      fc.property(house, (hall) => {
        const { places } = placesOf(hall);
        const [place] = places.best(1);
        const trials = allPlaces(hall);
        expect(place === undefined).toBe(trials.length === 0);
        if (place === undefined) return;
        const found = trials.find(({ seats }) => String(seats) === String(place));
        expect(found, 'adjacent, free, and it fits if any place does').toBeDefined();
        expect(found!.score).toBeLessThanOrEqual(trials[0]!.score + ROUNDING);
      }),
      { numRuns: 3_000 },
    );
  });

  it('are, with a crowd spread over them, the few best that share no seat', () => {
    fc.assert(
      fc.property(house, fc.integer({ min: 1, max: 6 }), (hall, count) => {
        const { places } = placesOf(hall);
        const few = places.best(count);
        const trials = allPlaces(hall);
        expect(new Set(few.flat()).size).toBe(few.length * hall.quantity);
        const scores = few.map((place) => trials.find(({ seats }) => String(seats) === String(place))!.score);
        const expected = apart(trials, count).map(({ score }) => score);
        // Equal scores may come in another order, and then leave room for others.
        if (new Set(trials.map(({ score }) => score.toFixed(3))).size < trials.length) return;
        expect(scores.length).toBe(expected.length);
        for (const [i, score] of scores.entries())
          expect(Math.abs(score - expected[i]!)).toBeLessThan(ROUNDING);
      }),
      { numRuns: 3_000 },
    );
  });

  it('stay so while seats are contested, taken and given back', () => {
    const steps = fc.array(fc.constantFrom('contest', 'take', 'return'), { maxLength: 30 });
    fc.assert(
      fc.property(house, steps, (hall, deeds) => {
        const { states, places, now } = placesOf(hall);
        const contested: (readonly number[])[] = [];
        const set = (place: readonly number[], state: number): void => {
          for (const seat of place) states[seat] = state;
        };
        for (const deed of deeds) {
          const [place] = places.best(1);
          const isFree = (seat: HouseSeat): boolean => states[seat.number] === FREE;
          const rows = hall.rows.map((row) => row.map((seat) => ({ ...seat, isFree: isFree(seat) })));
          const trials = allPlaces({ ...hall, rows });
          expect(place === undefined).toBe(trials.length === 0);
          if (place !== undefined) {
            const found = trials.find(({ seats }) => String(seats) === String(place));
            expect(found!.score).toBeLessThanOrEqual(trials[0]!.score + ROUNDING);
          }
          if (deed === 'return' && contested.length > 0) {
            set(contested.shift()!, FREE);
            now.returns += 1;
          } else if (deed === 'take' && contested.length > 0) set(contested.pop()!, TAKEN);
          else if (place !== undefined) {
            set(place, CONTESTED);
            contested.push(place);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('are contested ones only if asked for, and none to avoid', () => {
    const row = [1, 2, 3, 4].map((number) => ({
      number,
      section: 'A',
      row: '1',
      grade: 'R',
      x: number,
      y: 0,
    }));
    const states = Uint8Array.of(TAKEN, CONTESTED, CONTESTED, FREE, FREE);
    const ranking = rankPlaces(runsByGrade(row).get('R')!, { x: 0, y: 0 }, 2);
    const places = freePlacesOf(ranking, { states, returns: 0 });
    expect(places.count).toBe(3);
    expect(places.best(9)).toEqual([[3, 4]]);
    expect(places.best(9, { orContested: true })).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(places.best(9, { orContested: true, avoid: new Set([1]) })).toEqual([[2, 3]]);
    expect(places.best(9, { avoid: new Set([4]) })).toEqual([]);
  });
});
