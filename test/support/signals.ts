/** Commands listen for the signals that stop them until their process ends; in a test the process goes on. */
import { afterAll, beforeAll } from 'vitest';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Removes the listeners that the file's tests leave behind. Call it once, at the top of the file. */
export function forgetSignalListeners(): void {
  const before = new Map<NodeJS.Signals, readonly unknown[]>();
  beforeAll(() => {
    for (const signal of SIGNALS) before.set(signal, process.listeners(signal));
  });
  afterAll(() => {
    for (const signal of SIGNALS) {
      for (const listener of process.listeners(signal)) {
        if (before.get(signal)?.includes(listener) !== true) process.off(signal, listener);
      }
    }
  });
}
