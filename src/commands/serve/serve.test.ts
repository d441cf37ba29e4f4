import { expect, it, vi } from 'vitest';

vi.mock('ioredis', () => {
  throw new Error('ioredis is loaded');
});
vi.mock('echarts', () => {
  throw new Error('echarts is loaded');
});

it('loads neither a Redis client nor charts', async () => {
  await import('../program.ts');
  expect(await import('./serve.ts')).toHaveProperty('runServe');
  // The control: a mock that is never reached would hide it.
  await expect(import('../../operations/wrappers/redis-locks.ts')).rejects.toThrow();
  await expect(import('../../lab/report/plot.ts')).rejects.toThrow();
});
