import { expect, it } from 'vitest';
import { createTally } from './tally.ts';

it('counts each value in the buckets that it does not exceed, as Prometheus expects them', () => {
  const tally = createTally([1, 10]);
  for (const value of [0.5, 1, 2, 10, 11]) tally.observe(value);
  expect(tally.count).toBe(5);
  expect(tally.samples('x', { of: 'y' })).toEqual([
    { metricName: 'x_bucket', labels: { of: 'y', le: '1' }, value: 2 },
    { metricName: 'x_bucket', labels: { of: 'y', le: '10' }, value: 4 },
    { metricName: 'x_bucket', labels: { of: 'y', le: '+Inf' }, value: 5 },
    { metricName: 'x_sum', labels: { of: 'y' }, value: 24.5 },
    { metricName: 'x_count', labels: { of: 'y' }, value: 5 },
  ]);
});
