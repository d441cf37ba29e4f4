/** Restarts an embedded database server that ended while the service was running. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EmbeddedServer } from '../../embedded-server/server.ts';
import { note } from '../shared/terminal.ts';

const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 60_000;
/** A server that ran this long is restarted without a pause. */
const STEADY_MS = 600_000;

/**
 * Restarts the server whenever it ends by itself, until the service stops. The pauses grow to a minute: an
 * obstacle such as a full disk may last, and the service answers 503 meanwhile.
 */
export function keepRunning(
  server: Pick<EmbeddedServer, 'restart' | 'onUnexpectedExit'>,
  stopping: AbortSignal,
): void {
  let pauseMs = 0;
  let startedAtMs = performance.now();
  const startAgain = async (reason: string): Promise<void> => {
    if (performance.now() - startedAtMs > STEADY_MS) pauseMs = 0;
    note(`${reason}; starting it again${pauseMs === 0 ? '' : ` in ${pauseMs / 1_000} s`}`);
    await sleep(pauseMs, undefined, { signal: stopping }).catch(() => undefined);
    if (stopping.aborted) return;
    pauseMs = Math.min(PAUSE_MS_MAX, pauseMs === 0 ? PAUSE_MS : 2 * pauseMs);
    startedAtMs = performance.now();
    try {
      await server.restart();
    } catch (error) {
      await startAgain((error as Error).message);
    }
  };
  server.onUnexpectedExit((reason) => void startAgain(reason));
}
