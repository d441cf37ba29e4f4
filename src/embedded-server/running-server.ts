/** Finds the embedded server that a running service keeps on a data directory. */
import { setTimeout as delay } from 'node:timers/promises';
import { connectionString, readPassword } from './cluster.ts';
import { EmbeddedServerError } from './error.ts';
import { ownerOf } from './lock.ts';

/** How long a service that has just taken the directory may need until its database accepts connections. */
const START_TIMEOUT_MS = 20_000;

/**
 * The connection string of the embedded server on this data directory; undefined if no service runs there.
 * Throws `EmbeddedServerError` if one runs but is unusable, and the system's error if its files can't be
 * read.
 */
export async function runningServerUrl(dataDir: string): Promise<string | undefined> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const owner = ownerOf(dataDir);
    if (owner === undefined) return undefined;
    if (owner.port !== undefined) return connectionString(owner.port, readPassword(dataDir));
    if (performance.now() > giveUpAt) {
      throw new EmbeddedServerError(
        `a rowlock service (pid ${owner.pid}) uses ${dataDir}, but its database is not ready yet; try again`,
      );
    }
    await delay(100);
  }
}
