/** Work that is done again and again in the background. */

export interface Repeating {
  /** Finishes the step in flight, and starts no other. */
  stop(): Promise<void>;
}

/** Works every `intervalMs`, never if 0, and never twice at a time. The next time makes up for one that failed. */
export function startRepeating(
  intervalMs: number,
  work: (isStopped: () => boolean) => Promise<void>,
): Repeating {
  if (intervalMs <= 0) return { stop: async () => undefined };
  let working: Promise<void> = Promise.resolve();
  let busy = false;
  let stopped = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    working = work(() => stopped)
      .catch(() => undefined)
      .finally(() => {
        busy = false;
      });
  }, intervalMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      stopped = true;
      await working;
    },
  };
}
