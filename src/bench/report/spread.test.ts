import { describe, expect, it } from 'vitest';
import { spreadOf } from './spread.ts';

describe('spreadOf', () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[5, 1], { median: 3, min: 1, max: 5 }],
    [[10, 2, 9], { median: 9, min: 2, max: 10 }],
  ])('of %j', (values, spread) => {
    expect(spreadOf(values)).toEqual({ ...spread, values });
  });

  it('refuses nothing', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});
