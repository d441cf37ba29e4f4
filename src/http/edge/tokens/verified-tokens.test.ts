import { expect, it } from 'vitest';
import { createVerifiedTokens } from './verified-tokens.ts';

const identity = { accountId: 'anna', scopes: new Set<string>() };

it('remembers the last 10,000 tokens, and never more than 20,000', () => {
  const verified = createVerifiedTokens();
  const expiresAtMs = Date.now() + 600_000;
  const total = 55_000;
  for (let number = 0; number < total; number += 1) verified.add(`token-${number}`, identity, expiresAtMs);
  const isKnown = (number: number): boolean => verified.find(`token-${number}`) === identity;
  const known = Array.from({ length: total }, (_, number) => number).filter(isKnown);
  expect(known.length).toBeGreaterThanOrEqual(10_000);
  expect(known.length).toBeLessThanOrEqual(20_000);
  // No older one is remembered in place of a newer one.
  expect(known[0]).toBe(total - known.length);
});
