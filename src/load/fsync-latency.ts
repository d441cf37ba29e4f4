/**
 * How long the server's disk takes to make a commit durable, measured as pg_test_fsync does for `fdatasync`
 * (PostgreSQL manual, "pg_test_fsync"): 8 kB at the start of a file of 16 MiB, again and again.
 */
import { closeSync, fdatasyncSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { quantileOf } from './spread.ts';

export interface FsyncLatency {
  readonly writes: number;
  readonly meanMicros: number;
  readonly medianMicros: number;
  readonly p99Micros: number;
}

const FILE_BYTES = 16 * 2 ** 20;
const WRITE_BYTES = 8_192;
const DURATION_MS = 1_000;
/** So that a very slow disk gives a median, too. */
const WRITES_MIN = 20;

/** Writes and removes a file in this directory. Blocks the process for about a second. */
export function measureFsync(directory: string): FsyncLatency {
  const path = join(directory, `rowlock-fsync-${process.pid}`);
  const file = openSync(path, 'wx');
  try {
    writeSync(file, Buffer.alloc(FILE_BYTES, 1));
    fsyncSync(file);
    const page = Buffer.alloc(WRITE_BYTES, 2);
    const micros: number[] = [];
    const endsAtMs = performance.now() + DURATION_MS;
    while (micros.length < WRITES_MIN || performance.now() < endsAtMs) {
      const beganAtMs = performance.now();
      writeSync(file, page, 0, WRITE_BYTES, 0);
      fdatasyncSync(file);
      micros.push((performance.now() - beganAtMs) * 1_000);
    }
    return {
      writes: micros.length,
      meanMicros: micros.reduce((sum, one) => sum + one, 0) / micros.length,
      medianMicros: quantileOf(micros, 0.5),
      p99Micros: quantileOf(micros, 0.99),
    };
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
