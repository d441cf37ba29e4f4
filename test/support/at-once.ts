import { vi } from 'vitest';

/**
 * Runs `work` with a stopped clock, so that everything it submits is one group: a scheduler closes a group early when a turn
 * takes long.
 */
export function atOnce<T>(work: () => T): T {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now());
  try {
    return work();
  } finally {
    clock.mockRestore();
  }
}
