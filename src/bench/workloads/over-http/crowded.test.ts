import { expect, it } from 'vitest';
import { CANONICAL } from '../sizes.ts';
import { whyNotMeasured } from './crowded.ts';

it('says why a machine is too small for so many connections', () => {
  expect(whyNotMeasured(CANONICAL, 15_500)).toBeUndefined();
  expect(whyNotMeasured(CANONICAL, Infinity)).toBeUndefined();
  expect(whyNotMeasured(CANONICAL, 4_096)).toBe(
    'a process may have 4,096 open files here, and 15,500 are needed (ulimit -Hn)',
  );
  expect(whyNotMeasured(CANONICAL, undefined)).toBe('this system has only one loopback address');
});
