import { describe, expect, it } from 'vitest';
import type { Stage, Wish } from './buyer.ts';
import { wishOf } from './buyer.ts';
import { createRandom } from './random.ts';

const STAGE: Stage = {
  performanceId: 'p',
  grades: [
    { grade: 'R', price: 150_000 },
    { grade: 'S', price: 110_000 },
  ],
  seatLimit: 3,
  popularSeats: ['1', '2'].flatMap((row) =>
    ['1', '2', '3', '4', '5'].map((seat) => ({ label: `A-${row}-${seat}`, row: `A-${row}` })),
  ),
};

function wishes(seed: number, stage = STAGE): Wish[] {
  return Array.from({ length: 1_000 }, (_, buyer) => wishOf(createRandom(seed, String(buyer)), stage));
}

describe('wishOf', () => {
  it('wants the same for the same seed, and something else for another', () => {
    expect(wishes(1)).toEqual(wishes(1));
    expect(wishes(1)).not.toEqual(wishes(2));
  });

  it('keeps the seat limit, and asks for seats of one row', () => {
    for (const { quantity, popular } of wishes(3)) {
      expect(quantity).toBeGreaterThanOrEqual(1);
      expect(quantity).toBeLessThanOrEqual(3);
      for (const seats of popular) {
        expect(seats).toHaveLength(quantity);
        expect(new Set(seats.map((label) => label.slice(0, 3))).size).toBe(1);
        expect(new Set(seats).size).toBe(seats.length);
      }
    }
  });

  it('makes a crowd in which everything happens', () => {
    const crowd = wishes(4);
    for (const afterHold of ['pay', 'release', 'abandon'] as const) {
      expect(crowd.some((wish) => wish.afterHold === afterHold)).toBe(true);
    }
    expect(crowd.some((wish) => wish.refunds)).toBe(true);
    expect(crowd.some((wish) => wish.popular.length > 0)).toBe(true);
    expect(crowd.some((wish) => wish.budget < STAGE.grades[0].price)).toBe(true);
    expect(new Set(crowd.map((wish) => wish.grades.join('')))).toEqual(new Set(['RS', 'SR']));
  });

  it('does without popular seats where there are none', () => {
    expect(wishes(5, { ...STAGE, popularSeats: [] }).every((wish) => wish.popular.length === 0)).toBe(true);
  });
});
