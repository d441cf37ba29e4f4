/** When requests are sent: as many at once as may be in flight, or at a rate, whatever becomes of the earlier ones. */

export interface Paced {
  readonly startedAtMs: number;
  /** When a request should have been sent; in a closed loop that is when it was. */
  readonly dueAtMs: ((request: number) => number) | undefined;
}

/** Keeps so many requests in flight until there is none left, or the time is up. The first error ends it. */
export async function inClosedLoop(
  send: (request: number) => Promise<void>,
  limits: { readonly count: number; readonly inFlight: number; readonly durationMs: number },
): Promise<Paced> {
  const startedAtMs = performance.now();
  const endsAtMs = startedAtMs + limits.durationMs;
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < limits.count && performance.now() < endsAtMs) {
      const request = next;
      next += 1;
      await send(request);
    }
  };
  await Promise.all(Array.from({ length: limits.inFlight }, caller));
  return { startedAtMs, dueAtMs: undefined };
}

/**
 * Sends requests at even distances. Latencies are to be counted from when a request was due, so that a sender that is kept
 * from sending does not hide the wait (Tene's coordinated omission).
 */
export async function inOpenLoop(
  send: (request: number) => Promise<void>,
  limits: { readonly count: number; readonly perSecond: number; readonly durationMs: number },
): Promise<Paced> {
  const startedAtMs = performance.now();
  const count = Math.min(limits.count, Math.floor((limits.durationMs / 1_000) * limits.perSecond));
  const dueAtMs = (request: number): number => startedAtMs + (request * 1_000) / limits.perSecond;
  const sent: Promise<void>[] = [];
  while (sent.length < count) {
    const now = performance.now();
    while (sent.length < count && dueAtMs(sent.length) <= now) sent.push(send(sent.length));
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, dueAtMs(sent.length) - performance.now())),
    );
  }
  await Promise.all(sent);
  return { startedAtMs, dueAtMs };
}
