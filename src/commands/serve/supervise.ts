/** Restarts an embedded database server that ended while the service was running. */
import { setTimeout as delay } from 'node:timers/promises';
import type { EmbeddedServer } from '../../embedded-server/server.ts';
import { CommandFailed } from '../shared/failure.ts';
import { note } from '../shared/terminal.ts';

/** After this many restarts in `WINDOW_MS`, another one will not help. */
const RESTARTS_MAX = 5;
const WINDOW_MS = 600_000;
const PAUSE_MS = 1_000;

/** Restarts the server whenever it ends by itself. Rejects with `CommandFailed` when it gives up. */
export function keepRunning(server: EmbeddedServer, stopping: AbortSignal): Promise<never> {
  let starts: number[] = [];
  return new Promise((_resolve, reject) => {
    const startAgain = async (reason: string): Promise<void> => {
      starts = starts.filter((at) => performance.now() - at < WINDOW_MS);
      if (stopping.aborted) return;
      if (starts.length >= RESTARTS_MAX) {
        reject(new CommandFailed(`${reason}; giving up after ${RESTARTS_MAX} restarts`));
        return;
      }
      starts.push(performance.now());
      note(`${reason}; starting it again (${starts.length} of at most ${RESTARTS_MAX})`);
      try {
        await server.restart();
      } catch (error) {
        await delay(PAUSE_MS);
        await startAgain((error as Error).message);
      }
    };
    server.onUnexpectedExit((reason) => void startAgain(reason));
  });
}
