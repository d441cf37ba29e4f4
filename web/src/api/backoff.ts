/** How long to wait before the same request is sent again. */

const FIRST_MS = 400;
const LONGEST_MS = 15_000;

/**
 * Doubles with each attempt (1 is the first), half of it by chance so that a crowd does not come back in step. What the
 * service asks for in Retry-After is waited for in any case, and the chance is added to it.
 */
export function backoffMs(attempt: number, random: number, retryAfterSeconds = 0): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt - 1, 10));
  const chance = (whole / 2) * random;
  return Math.round(Math.max(whole / 2, retryAfterSeconds * 1000) + chance);
}
