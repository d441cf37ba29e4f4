/** Restarts an embedded database server that ended while the service was running. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer } from '../../embedded-server/server.ts';
import { note } from '../shared/terminal.ts';
import { createPace, startingAgain } from './pace.ts';

/**
 * Restarts the server whenever it ends by itself, until the service stops. Meanwhile the service answers 503.
 */
export function keepRunning(
  server: Pick<EmbeddedServer, 'restart' | 'onUnexpectedExit'>,
  stopping: AbortSignal,
): void {
  const pace = createPace();
  const startAgain = async (reason: string): Promise<void> => {
    const pauseMs = pace.pauseMs();
    note(`${reason}${startingAgain(pauseMs)}`);
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    pace.started();
    try {
      await server.restart();
    } catch (error) {
      await startAgain((error as Error).message);
    }
  };
  server.onUnexpectedExit((reason) => void startAgain(reason));
}
