import { expect } from 'vitest';
import type { Liveness } from '../../src/operations/strategy.ts';

/** How often each outcome came. */
export function tally(outcomes: readonly { readonly outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/**
 * Judges what many requests for one thing heard by the liveness that the strategy declares. `won` is the success and
 * `gone` the refusal that says the thing is taken.
 */
export function expectLiveness(
  liveness: Liveness,
  outcomes: readonly { readonly outcome: string }[],
  names: { readonly won: string; readonly gone: string },
): void {
  const { [names.won]: won = 0, [names.gone]: gone = 0, contended = 0, ...others } = tally(outcomes);
  expect(others, 'no other outcome').toEqual({});
  if (liveness === 'all-succeed')
    expect({ won, gone, contended }).toEqual({ won: outcomes.length, gone: 0, contended: 0 });
  if (liveness === 'one-wins-rest-refused')
    expect({ won, gone, contended }).toEqual({ won: 1, gone: outcomes.length - 1, contended: 0 });
  if (liveness === 'one-wins-rest-contended') expect(won).toBeGreaterThanOrEqual(1);
}

/** Sends a request again while it is told to try again, as a client does. */
export async function insist<T extends { readonly outcome: string }>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await send();
    if (outcome.outcome !== 'contended' || attempt >= 100) return outcome;
  }
}
