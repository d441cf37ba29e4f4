import { describe, expect, it } from 'vitest';
import { createRandom } from '../../load/random.ts';
import type { Found } from './search.ts';
import { findRate, ladder, probesMax, RESOLUTION } from './search.ts';

const RANGE = { min: 20, max: 10_000, confirmations: 5 } as const;

interface Searched extends Found {
  readonly probes: readonly number[];
}

async function searched(
  isSustained: (perSecond: number, probe: number) => boolean | undefined,
): Promise<Searched> {
  const probes: number[] = [];
  const found = await findRate({
    ...RANGE,
    probe: async (perSecond) => {
      probes.push(perSecond);
      return isSustained(perSecond, probes.length);
    },
  });
  expect(probes.length).toBeLessThanOrEqual(probesMax(RANGE));
  return { ...found, probes };
}

describe('the ladder', () => {
  it('goes from the least rate to the most, each rung by the resolution', () => {
    const rates = ladder(RANGE);
    expect(rates[0]).toBe(20);
    expect(rates.at(-1)).toBe(10_000);
    for (const [index, rate] of rates.entries()) {
      const next = rates[index + 1] ?? rate;
      // Whole numbers: the lowest rungs are rounded.
      expect(next / rate).toBeLessThan(RESOLUTION + 0.5 / rate + 0.025);
    }
  });
});

describe('the search', () => {
  it.each([20, 21, 57, 333, 1_000, 4_567, 9_999])(
    'finds a capacity of %i/s to the resolution',
    async (capacity) => {
      const { sustained, exceeded, isSettled } = await searched((perSecond) => perSecond <= capacity);
      expect(isSettled).toBe(true);
      expect(sustained).toBeLessThanOrEqual(capacity);
      expect(exceeded ?? Infinity).toBeGreaterThan(capacity);
      if (exceeded !== null) expect(exceeded / sustained!).toBeLessThan(RESOLUTION + 0.05);
    },
  );

  it('never overloads by more than about twice the capacity', async () => {
    const { probes } = await searched((perSecond) => perSecond <= 100);
    expect(Math.max(...probes)).toBeLessThanOrEqual(210);
  });

  it('says that no rate is sustained where even the least is not', async () => {
    const found = await searched(() => false);
    expect(found).toMatchObject({ sustained: null, exceeded: 20, isSettled: true });
    // A majority of five.
    expect(found.probes).toEqual([20, 20, 20]);
  });

  it('says that even the most is sustained, after as many probes as any', async () => {
    const found = await searched(() => true);
    expect(found).toMatchObject({ sustained: 10_000, exceeded: null, isSettled: true });
    expect(found.probes.filter((perSecond) => perSecond === 10_000)).toHaveLength(5);
  });

  it('confirms both ends, so that one lucky or unlucky probe does not decide', async () => {
    // The first probe of each rate is wrong near the capacity.
    const seen = new Set<number>();
    const found = await searched((perSecond) => {
      const isFirst = !seen.has(perSecond);
      seen.add(perSecond);
      const isNear = perSecond > 400 && perSecond < 600;
      return isFirst && isNear ? perSecond > 500 : perSecond <= 500;
    });
    expect(found.isSettled).toBe(true);
    expect(found.sustained! / 500).toBeGreaterThan(1 / RESOLUTION - 0.01);
    expect(found.sustained).toBeLessThanOrEqual(500);
    expect(found.exceeded).toBeGreaterThan(500);
  });

  it('comes near the capacity in noise, for most seeds, and always ends', async () => {
    const random = createRandom(7, 'noise');
    let near = 0;
    const trials = 200;
    for (let trial = 0; trial < trials; trial += 1) {
      // The chance to sustain falls from one to zero within ±10 % of 800/s.
      const { sustained } = await searched((perSecond) => random.next() < (880 - perSecond) / 160);
      if (sustained !== null && sustained > 720 && sustained < 880) near += 1;
    }
    expect(near / trials).toBeGreaterThan(0.9);
  });

  it('gives the bounds that it has reached when it is stopped, and calls them not settled', async () => {
    const early = await searched((perSecond, probe) => (probe > 3 ? undefined : perSecond <= 800));
    expect(early).toMatchObject({ sustained: null, exceeded: null, isSettled: false });
    const complete = await searched((perSecond) => perSecond <= 800);
    const late = await searched((perSecond, probe) =>
      probe === complete.probes.length ? undefined : perSecond <= 800,
    );
    expect(late).toMatchObject({ sustained: complete.sustained, exceeded: null, isSettled: false });
  });

  it('ends where the probes contradict each other for long, and calls the answer not settled', async () => {
    // The first two probes of each rate fail, so that the search begins at the wrong end.
    const seen = new Map<number, number>();
    const { sustained, exceeded, isSettled } = await searched((perSecond) => {
      seen.set(perSecond, (seen.get(perSecond) ?? 0) + 1);
      return seen.get(perSecond)! > 2 && perSecond <= 2_500;
    });
    expect(isSettled).toBe(false);
    expect(sustained).toBeGreaterThan(400);
    expect(sustained).toBeLessThanOrEqual(2_500);
    expect(exceeded).toBeGreaterThan(2_500);
  });
});
