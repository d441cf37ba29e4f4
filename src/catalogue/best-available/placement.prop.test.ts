import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { choosePlacement } from './placement.ts';

const house = fc.array(fc.array(fc.boolean(), { maxLength: 12 }), { maxLength: 6 }).map((rows) => {
  let number = 0;
  const free = new Set<number>();
  const runs = rows.map((row) =>
    row.map((isFree) => {
      number += 1;
      if (isFree) free.add(number);
      return number;
    }),
  );
  return { runs, free };
});
const request = { quantity: fc.integer({ min: 1, max: 5 }), turn: fc.nat() };

/** Every place where the seats fit, found by trial, with the number of single seats that each leaves. */
function allPlacements(
  { runs, free }: { readonly runs: readonly number[][]; readonly free: ReadonlySet<number> },
  quantity: number,
): { readonly seats: number[]; readonly orphans: number }[] {
  return runs.flatMap((run) =>
    run.flatMap((_, first) => {
      const seats = run.slice(first, first + quantity);
      if (seats.length < quantity || seats.some((seat) => !free.has(seat))) return [];
      const isLeft = (i: number): boolean => free.has(run[i] ?? 0) && !seats.includes(run[i]!);
      const before = isLeft(first - 1) && !isLeft(first - 2);
      const after = isLeft(first + quantity) && !isLeft(first + quantity + 1);
      return [{ seats, orphans: Number(before) + Number(after) }];
    }),
  );
}

describe('a placement among any seats', () => {
  it('is free, adjacent, and orphans as few seats as possible', () => {
    fc.assert(
      fc.property(house, request.quantity, request.turn, (seats, quantity, turn) => {
        const placement = choosePlacement(seats.runs, (seat) => seats.free.has(seat), quantity, turn);
        const all = allPlacements(seats, quantity);
        const fewest = Math.min(...all.map((other) => other.orphans));
        expect(placement?.orphans ?? Infinity).toBe(fewest);
        if (placement !== undefined) expect(all).toContainEqual(placement);
      }),
      { numRuns: 2_000 },
    );
  });

  it('sells every seat when all buyers want one', () => {
    fc.assert(
      fc.property(house, request.turn, ({ runs, free }, turn) => {
        const left = new Set(free);
        for (let sold = 0; sold < free.size; sold += 1) {
          const placement = choosePlacement(runs, (seat) => left.has(seat), 1, turn + sold);
          expect(placement).toBeDefined();
          for (const seat of placement!.seats) left.delete(seat);
        }
        expect(left.size).toBe(0);
      }),
    );
  });
});
