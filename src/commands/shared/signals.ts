/** Turns the signals that end a program into one request to stop. */
import { constants } from 'node:os';
import { note } from './terminal.ts';

type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * One Ctrl-C may arrive several times: from the terminal, and from npm, which forwards it. Only a signal that
 * arrives later than this is a second request.
 */
const SAME_REQUEST_MS = 2_000;

/** Returns a signal that aborts at the first request to stop; a second request ends the process at once. */
export function stopOnSignals(signals: readonly StopSignal[] = ['SIGINT', 'SIGTERM', 'SIGHUP']): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  for (const name of signals) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        firstAt = performance.now();
        note(`${name}: stopping after the requests in flight`);
        controller.abort();
      } else if (performance.now() - firstAt > SAME_REQUEST_MS) {
        // The keeper stops the database server once this process has ended.
        process.exit(128 + constants.signals[name]);
      }
    });
  }
  return controller.signal;
}
