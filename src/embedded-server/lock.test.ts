import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EmbeddedServerError } from './error.ts';
import { ownerOf, takeLock } from './lock.ts';

let dataDir = '';
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'rowlock 잠금-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

describe('a lock', () => {
  it('that is a directory is named in one line, by every command', () => {
    mkdirSync(join(dataDir, 'lock'));
    const refused = new EmbeddedServerError(
      `${join(dataDir, 'lock')} is a directory; the lock is a file: move it away`,
    );
    expect(() => takeLock(dataDir)).toThrow(refused);
    expect(() => ownerOf(dataDir)).toThrow(refused);
  });

  it('is taken and released in a path with a space and letters beyond ASCII (control)', () => {
    const lock = takeLock(dataDir);
    expect(ownerOf(dataDir)).toMatchObject({ pid: process.pid });
    lock.release();
    expect(ownerOf(dataDir)).toBeUndefined();
  });
});
