import { expect, it } from 'vitest';
import { cpuShares } from './cpu-share.ts';

it('adds up what each side took of the cores', () => {
  const samples = [
    { elapsedMs: 1_000, cpu: { databaseMs: 800, serviceMs: 0, loadMs: 900 } },
    { elapsedMs: 3_000, cpu: { databaseMs: 3_200, serviceMs: 0, loadMs: 2_300 } },
  ];
  expect(cpuShares(samples, 2)).toBe('load 40 %, database 50 % of 2 cores');
});

it('names the service where there is one, and says what it cannot see', () => {
  const samples = [{ elapsedMs: 1_000, cpu: { databaseMs: null, serviceMs: 1_000, loadMs: 500 } }];
  expect(cpuShares(samples, 2)).toBe('load 25 %, service 50 %, database unknown of 2 cores');
});
