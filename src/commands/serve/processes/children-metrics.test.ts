import { AggregatorRegistry } from 'prom-client';
import { expect, it } from 'vitest';
import type { Families } from '../metrics/family.ts';
import { createChildrenMetrics } from './children-metrics.ts';

function familiesOf(answers: number): Families {
  const sample = { labels: {}, value: answers };
  return [
    { name: 'answers_total', help: '', type: 'counter', aggregator: 'sum', values: [sample] },
    { name: 'watchers', help: '', type: 'gauge', aggregator: 'sum', values: [sample] },
  ] as unknown as Families;
}

/** A child that has counted so much. */
function childOf(counted: number): { counted: number; ask: () => Promise<never> } {
  const child = {
    counted,
    ask: async () =>
      (child.counted < 0 ? Promise.reject(new Error('no answer')) : familiesOf(child.counted)) as never,
  };
  return child;
}

it('keeps what ended children have counted, but not their gauges', async () => {
  const [one, other] = [childOf(10), childOf(1)];
  const running = new Set([one, other]);
  const metrics = createChildrenMetrics(() => [...running]);
  const sums = async (): Promise<readonly (number | undefined)[]> => {
    const sum = AggregatorRegistry.aggregate([...(await metrics.read())]);
    const values = await sum.getMetricsAsJSON();
    return values.map((family) => family.values[0]?.value);
  };
  expect(await sums()).toEqual([11, 11]);

  // One that hands over is not asked any more, and still counts.
  one.counted = 12;
  running.delete(one);
  expect(await sums()).toEqual([11, 1]);
  metrics.note(one, familiesOf(12));
  metrics.forget(one);
  expect(await sums()).toEqual([13, 1]);

  const successor = childOf(5);
  running.add(successor);
  expect(await sums()).toEqual([18, 6]);
  running.delete(successor);
  metrics.forget(successor);
  expect(await sums()).toEqual([18, 1]);

  // One that does not answer counts as it did last.
  other.counted = -1;
  expect(await sums()).toEqual([18, 1]);
});
