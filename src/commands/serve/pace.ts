/** How long to pause before the next start of what ended by itself. */

const PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 60_000;
/** What ran this long is restarted without a pause. */
const STEADY_MS = 600_000;

export interface Pace {
  /** The pause before the start that is due now. */
  pauseMs(): number;
  /** Notes that it starts. */
  started(): void;
}

/**
 * Paces restarts: the first comes at once, and the pauses grow to a minute, because an obstacle such as a full disk may
 * last.
 */
export function createPace(): Pace {
  let pauseMs = 0;
  let startedAtMs = performance.now();
  return {
    pauseMs: () => {
      if (performance.now() - startedAtMs > STEADY_MS) pauseMs = 0;
      return pauseMs;
    },
    started: () => {
      pauseMs = Math.min(PAUSE_MS_MAX, pauseMs === 0 ? PAUSE_MS : 2 * pauseMs);
      startedAtMs = performance.now();
    },
  };
}

/** `; starting it again in 4 s`, for a line that says why. */
export function startingAgain(pauseMs: number): string {
  return `; starting it again${pauseMs === 0 ? '' : ` in ${pauseMs / 1_000} s`}`;
}
