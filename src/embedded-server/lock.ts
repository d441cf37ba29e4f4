import { randomUUID } from 'node:crypto';
import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EmbeddedServerError } from './error.ts';
import { processStartToken } from './processes.ts';

/** The content of `<dataDir>/lock`: the service that owns the directory. */
interface LockRecord {
  readonly nonce: string;
  readonly pid: number;
  /** From `processStartToken`; tells the owner from a later process with the same pid. */
  readonly startToken: string;
  readonly postmasterPid?: number;
  readonly port?: number;
}

export interface DataDirLock {
  /** Records the running postmaster, so that other commands find the database (`ownerOf`). */
  recordPostmaster(postmasterPid: number, port: number): void;
  release(): void;
}

/** The live process that has locked the data directory; undefined when there is none. */
export function ownerOf(dataDir: string): LockRecord | undefined {
  const record = readRecord(join(dataDir, 'lock'));
  return record !== undefined && isAlive(record) ? record : undefined;
}

/**
 * Takes the data directory for this process if it is free or its owner is dead.
 *
 * The claims form a chain: `lock`, then `lock.<nonce of lock>` made by the process that takes it over, then
 * `lock.<nonce of that>` if that process died meanwhile, and so on. A link is made with link(2), which
 * succeeds for exactly one process; only the holder of the last link may replace `lock`. Deleting a dead
 * owner's lock and making a new one would let a slow second starter delete the lock of the first.
 *
 * Throws `EmbeddedServerError`, which names the owner's pid, if a live service owns the directory.
 */
export function takeLock(dataDir: string): DataDirLock {
  const own: LockRecord = {
    nonce: randomUUID(),
    pid: process.pid,
    startToken: processStartToken(process.pid) ?? 'unknown',
  };
  const draft = join(dataDir, `lock-draft-${process.pid}`);
  writeFileSync(draft, JSON.stringify(own));
  try {
    while (!claim(dataDir, own, draft));
  } finally {
    rmSync(draft, { force: true });
  }
  removeLeftovers(dataDir);
  return {
    recordPostmaster(postmasterPid, port) {
      try {
        writeFileSync(draft, JSON.stringify({ ...own, postmasterPid, port } satisfies LockRecord));
        renameSync(draft, join(dataDir, 'lock'));
      } catch {
        // The record is only information: a full disk must not stop a running server from being used.
        rmSync(draft, { force: true });
      }
    },
    release() {
      if (readRecord(join(dataDir, 'lock'))?.nonce === own.nonce) rmSync(join(dataDir, 'lock'));
    },
  };
}

/** Tries once; false when another process was quicker and the chain must be read again. */
function claim(dataDir: string, own: LockRecord, draft: string): boolean {
  const before = readChain(dataDir);
  const last = before.at(-1);
  if (last !== undefined && isAlive(last)) {
    throw new EmbeddedServerError(
      `the data directory ${dataDir} is in use by another rowlock service (pid ${last.pid}); ` +
        'stop it or choose another ROWLOCK_DATA_DIR',
    );
  }
  const link = linkAfter(dataDir, last);
  if (!linkIfAbsent(draft, link)) return false;
  // The chain may have changed before the link was made; from here on only this process may change it.
  const after = readChain(dataDir).map((record) => record.nonce);
  const expected = [...before, own].map((record) => record.nonce);
  if (after.join() !== expected.join()) {
    rmSync(link, { force: true });
    return false;
  }
  renameSync(link, join(dataDir, 'lock'));
  return true;
}

function readChain(dataDir: string): LockRecord[] {
  const first = readRecord(join(dataDir, 'lock'));
  const chain = first === undefined ? [] : [first];
  for (;;) {
    const next = readRecord(linkAfter(dataDir, chain.at(-1)));
    if (next === undefined) return chain;
    chain.push(next);
  }
}

function linkAfter(dataDir: string, record: LockRecord | undefined): string {
  return join(dataDir, `lock.${record?.nonce ?? 'first'}`);
}

function readRecord(path: string): LockRecord | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'EISDIR')
      throw new EmbeddedServerError(`${path} is a directory; the lock is a file: move it away`);
    throw new EmbeddedServerError(`the lock of the data directory cannot be read: ${message}`);
  }
  try {
    const { nonce, pid, startToken, port } = JSON.parse(text) as Record<string, unknown>;
    if (
      typeof nonce === 'string' &&
      /^[\w-]+$/.test(nonce) &&
      typeof pid === 'number' &&
      typeof startToken === 'string'
    ) {
      return { nonce, pid, startToken, ...(typeof port === 'number' && { port }) };
    }
  } catch {
    // A power failure can leave an empty lock; its owner has certainly ended.
  }
  // Named after its file, so that two unreadable files count as two links of the chain.
  return { nonce: `unreadable-${basename(path)}`, pid: 0, startToken: '' };
}

function linkIfAbsent(existing: string, path: string): boolean {
  try {
    linkSync(existing, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes links and drafts of starters that died halfway; a live starter removes its own. */
function removeLeftovers(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    const path = join(dataDir, name);
    const draftPid = /^lock-draft-(\d+)$/.exec(name)?.[1];
    const record = name.startsWith('lock.') ? readRecord(path) : undefined;
    const isDeadDraft = draftPid !== undefined && processStartToken(Number(draftPid)) === undefined;
    const isDeadLink = record !== undefined && !isAlive(record);
    if (isDeadDraft || isDeadLink) rmSync(path, { force: true });
  }
}

function isAlive(record: LockRecord): boolean {
  return processStartToken(record.pid) === record.startToken;
}
