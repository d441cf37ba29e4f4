import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepRunning } from './supervise.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  slept.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

const slept: number[] = vi.hoisted(() => []);
vi.mock('node:timers/promises', () => ({
  setTimeout: async (ms: number): Promise<void> => {
    slept.push(ms);
  },
}));

/** A server that cannot be started `failures` times. */
function failing(failures: number): {
  exit: () => void;
  running: Promise<void>;
  server: Parameters<typeof keepRunning>[0];
} {
  let exit: (reason: string) => void = () => undefined;
  let isRunning = (): void => undefined;
  const running = new Promise<void>((resolve) => (isRunning = resolve));
  let left = failures;
  return {
    exit: () => exit('the server ended'),
    running,
    server: {
      onUnexpectedExit: (listener) => (exit = listener),
      restart: async () => {
        if (left === 0) return isRunning();
        left -= 1;
        throw new Error('no space left');
      },
    },
  };
}

it('goes on with growing pauses, a minute at most, for as long as the obstacle lasts', async () => {
  const { server, exit, running } = failing(9);
  keepRunning(server, new AbortController().signal);
  exit();
  await running;
  expect(slept).toEqual([0, 1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000));
});

it('restarts at once a server that has run for long', async () => {
  const first = failing(3);
  keepRunning(first.server, new AbortController().signal);
  first.exit();
  await first.running;
  vi.advanceTimersByTime(600_001);
  slept.length = 0;
  first.exit();
  await vi.waitFor(() => expect(slept).toEqual([0]));
});

it('restarts nothing once the service stops', async () => {
  const { server, exit } = failing(0);
  const restart = vi.spyOn(server, 'restart');
  const stopping = new AbortController();
  keepRunning(server, stopping.signal);
  stopping.abort();
  exit();
  await Promise.resolve();
  expect(restart).not.toHaveBeenCalled();
});
