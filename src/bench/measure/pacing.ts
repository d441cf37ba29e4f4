/** When requests are sent: in a closed loop, with so many in flight, or in an open loop, at a rate. */

export interface Paced {
  readonly startedAtMs: number;
  /** When a request should have been sent; undefined in a closed loop, where that is when it was sent. */
  readonly dueAtMs: ((request: number) => number) | undefined;
}

/** Keeps `inFlight` requests in flight until all are sent or the time is up. The first error ends it. */
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
 * Sends requests at even intervals. Count latencies from when a request was due: otherwise a sender that is
 * held up hides the wait (Tene's coordinated omission).
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
