/** Remembers verified tokens, because buyers reuse a token. */
import type { Identity, Unidentified } from './identity.ts';
import { EXPIRED } from './identity.ts';

/** A generation that is full becomes the older one, and the older one is forgotten. */
const GENERATION_MAX = 10_000;
/** How much longer a key stays trusted after its issuer withdraws it. */
const VERIFIED_FOR_MS = 60_000;

export interface VerifiedTokens {
  find(token: string): Identity | Unidentified | undefined;
  /** `expiresAtMs` is Unix time, as the token's `exp`. */
  add(token: string, identity: Identity, expiresAtMs: number): void;
}

interface Verified {
  readonly identity: Identity;
  readonly expiresAtMs: number;
  readonly untilMs: number;
}

export function createVerifiedTokens(): VerifiedTokens {
  // Not one Map that deletes its oldest: the first key is behind the gaps of all that were deleted before.
  let older = new Map<string, Verified>();
  let newer = new Map<string, Verified>();
  return {
    find: (token) => {
      const found = newer.get(token) ?? older.get(token);
      if (found === undefined) return undefined;
      if (Date.now() >= found.expiresAtMs) return EXPIRED;
      return performance.now() < found.untilMs ? found.identity : undefined;
    },
    add: (token, identity, expiresAtMs) => {
      if (newer.size >= GENERATION_MAX) {
        older = newer;
        newer = new Map();
      }
      newer.set(token, { identity, expiresAtMs, untilMs: performance.now() + VERIFIED_FOR_MS });
    },
  };
}
