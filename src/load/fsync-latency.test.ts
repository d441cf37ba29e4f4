import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { measureFsync } from './fsync-latency.ts';

it('times writes that are made durable, and leaves no file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rowlock-fsync-'));
  const { writes, meanMicros, medianMicros, p99Micros } = measureFsync(directory);
  expect(writes).toBeGreaterThanOrEqual(20);
  expect(medianMicros).toBeGreaterThan(0);
  expect(p99Micros).toBeGreaterThanOrEqual(medianMicros);
  // The writes follow each other and fill the time.
  expect(meanMicros * writes).toBeGreaterThan(900_000);
  expect(readdirSync(directory)).toEqual([]);
  rmSync(directory, { recursive: true });
});

it('leaves the error of a directory that is not there to the caller', () => {
  expect(() => measureFsync('/nowhere/at/all')).toThrow('ENOENT');
});
