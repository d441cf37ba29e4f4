import { expect, it } from 'vitest';
import { inClosedLoop, inOpenLoop } from './pacing.ts';

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('keeps so many in flight, and sends each request once', async () => {
  let inFlight = 0;
  let most = 0;
  const sent: number[] = [];
  await inClosedLoop(
    async (request) => {
      sent.push(request);
      inFlight += 1;
      most = Math.max(most, inFlight);
      await soon();
      inFlight -= 1;
    },
    { count: 100, inFlight: 8, durationMs: Infinity },
  );
  expect(sent).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(most).toBe(8);
});

it('sends nothing when the time is up', async () => {
  let sent = 0;
  await inClosedLoop(async () => void (sent += 1), { count: 10, inFlight: 2, durationMs: 0 });
  expect(sent).toBe(0);
});

it('ends with the first error', async () => {
  const failing = inClosedLoop(() => Promise.reject(new Error('no')), {
    count: 5,
    inFlight: 2,
    durationMs: Infinity,
  });
  await expect(failing).rejects.toThrow('no');
});

it('sends at a rate, whatever becomes of the earlier ones, and never before a request is due', async () => {
  const sentAtMs: number[] = [];
  const { startedAtMs, dueAtMs } = await inOpenLoop(
    async () => {
      sentAtMs.push(performance.now());
      await soon();
    },
    { count: Infinity, perSecond: 1_000, durationMs: 50 },
  );
  expect(sentAtMs).toHaveLength(50);
  expect(sentAtMs.every((at, request) => at >= dueAtMs!(request))).toBe(true);
  expect(dueAtMs!(10) - startedAtMs).toBeCloseTo(10, 5);
});
