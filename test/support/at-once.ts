import { vi } from 'vitest';

/**
 * Does it as if it took no time, so that what it submits is one group: a scheduler does not wait for the end of a turn that
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
