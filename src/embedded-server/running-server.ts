/** Finds the embedded server that a running service keeps on a data directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { processStartToken } from './processes.ts';
import { CommandFailed } from '../commands/shared/failure.ts';

/** How long a service that has just taken the directory may need until its database takes connections. */
const START_TIMEOUT_MS = 20_000;

/**
 * The connection string of the embedded server on this data directory, or undefined when no service runs there. Throws
 * `CommandFailed` when one runs and can not be used.
 */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const owner = ownerOf(dataDir);
    if (owner === undefined) return undefined;
    if (owner.port !== undefined)
      return `postgresql://rowlock:${passwordOf(dataDir, owner.pid)}@127.0.0.1:${owner.port}/rowlock`;
    if (performance.now() > giveUpAt) {
      throw new CommandFailed(
        `a rowlock service (pid ${owner.pid}) has ${dataDir} but no database yet; try again`,
      );
    }
    await delay(100);
  }
}

/** The live process that has locked the directory. */
function ownerOf(dataDir: string): { readonly pid: number; readonly port: number | undefined } | undefined {
  const text = readOrNothing(join(dataDir, 'lock'));
  if (text === undefined) return undefined;
  let record: Record<string, unknown>;
  try {
    record = JSON.parse(text) as Record<string, unknown>;
  } catch {
    // A power failure can leave an empty lock; its owner is gone for certain.
    return undefined;
  }
  const { pid, startToken, port } = record;
  if (typeof pid !== 'number' || processStartToken(pid) !== startToken) return undefined;
  return { pid, port: typeof port === 'number' ? port : undefined };
}

function passwordOf(dataDir: string, pid: number): string {
  try {
    return readFileSync(join(dataDir, 'password'), 'utf8').trim();
  } catch (error) {
    throw new CommandFailed(
      `a rowlock service (pid ${pid}) runs on ${dataDir}, and the password of its database can not be read: ` +
        (error as Error).message,
      { cause: error },
    );
  }
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
