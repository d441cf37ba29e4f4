import { describe, expect, it } from 'vitest';
import type { CrowdTarget, BuyerPlan } from './buyer.ts';
import { planOf } from './buyer.ts';
import { createRandom } from './random.ts';

const TARGET: CrowdTarget = {
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

function plans(seed: number, target = TARGET): BuyerPlan[] {
  return Array.from({ length: 1_000 }, (_, buyer) => planOf(createRandom(seed, String(buyer)), target));
}

describe('planOf', () => {
  it('wants the same for the same seed, and something else for another', () => {
    expect(plans(1)).toEqual(plans(1));
    expect(plans(1)).not.toEqual(plans(2));
  });

  it('keeps the seat limit, and asks for seats of one row', () => {
    for (const { quantity, popular } of plans(3)) {
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
    const crowd = plans(4);
    for (const afterHold of ['pay', 'release', 'abandon'] as const) {
      expect(crowd.some((plan) => plan.afterHold === afterHold)).toBe(true);
    }
    expect(crowd.some((plan) => plan.refunds)).toBe(true);
    expect(crowd.some((plan) => plan.popular.length > 0)).toBe(true);
    expect(crowd.some((plan) => plan.budget < TARGET.grades[0].price)).toBe(true);
    expect(new Set(crowd.map((plan) => plan.grades.join('')))).toEqual(new Set(['RS', 'SR']));
  });

  it('does without popular seats where there are none', () => {
    expect(plans(5, { ...TARGET, popularSeats: [] }).every((plan) => plan.popular.length === 0)).toBe(true);
  });
});
