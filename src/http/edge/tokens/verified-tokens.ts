/** Remembers verified tokens, because verifying costs more than many a route, and buyers reuse a token. */
import type { Identity, Unidentified } from './identity.ts';
import { EXPIRED } from './identity.ts';

const VERIFIED_MAX = 20_000;
/** How much longer a key stays trusted after its issuer withdraws it. */
const VERIFIED_FOR_MS = 60_000;

export interface VerifiedTokens {
  find(token: string): Identity | Unidentified | undefined;
  /** `expiresAtMs` is Unix time, as the token's `exp`. */
  add(token: string, identity: Identity, expiresAtMs: number): void;
}

export function createVerifiedTokens(): VerifiedTokens {
  const tokens = new Map<string, { identity: Identity; expiresAtMs: number; untilMs: number }>();
  return {
    find: (token) => {
      const found = tokens.get(token);
      if (found === undefined) return undefined;
      if (Date.now() >= found.expiresAtMs) return EXPIRED;
      return performance.now() < found.untilMs ? found.identity : undefined;
    },
    add: (token, identity, expiresAtMs) => {
      // The oldest goes first: a Map keeps the order of insertion.
      if (tokens.size >= VERIFIED_MAX) tokens.delete(tokens.keys().next().value!);
      tokens.delete(token);
      tokens.set(token, { identity, expiresAtMs, untilMs: performance.now() + VERIFIED_FOR_MS });
    },
  };
}
