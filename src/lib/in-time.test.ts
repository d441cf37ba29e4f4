import { expect, it } from 'vitest';
import { inTime } from './in-time.ts';

it('is the result in time, and undefined when the work takes longer, even for ever', async () => {
  expect(await inTime(Promise.resolve('done'), 60_000)).toBe('done');
  expect(await inTime(new Promise(() => undefined), 1)).toBeUndefined();
});

it('is the error of work that fails in time', async () => {
  await expect(inTime(Promise.reject(new Error('failed')), 60_000)).rejects.toThrow('failed');
});
