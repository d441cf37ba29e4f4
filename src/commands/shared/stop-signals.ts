/** Turns the signals that end a service into one request to stop. */
import { constants } from 'node:os';
import { note } from './terminal.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * One Ctrl-C may arrive several times: from the terminal, and again from an npm that passes it on. Only a signal that
 * comes later than this after the first one is a second wish.
 */
const SAME_WISH_MS = 2_000;

/** Aborts at the first signal that ends a service; a second wish ends the process at once. */
export function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  for (const name of STOP_SIGNALS) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        firstAt = performance.now();
        note(`${name}: stopping, what is in flight may finish`);
        controller.abort();
      } else if (performance.now() - firstAt > SAME_WISH_MS) {
        // The database server's keeper stops it when this process is gone.
        process.exit(128 + constants.signals[name]);
      }
    });
  }
  return controller.signal;
}
