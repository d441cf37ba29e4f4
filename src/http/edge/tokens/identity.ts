/** The sender of a request, or why nobody is identified. */
import type { Refusal } from '../../../domain/outcomes.ts';

export interface Identity {
  readonly accountId: string;
  readonly scopes: ReadonlySet<string>;
  /** Whether a browser's cookie names the account: what changes something must then come from a page of this service. */
  readonly isSession?: true;
}

/** Why nobody is identified; with `unavailable` no token is at fault: the issuer's keys or the sessions can't be read. */
export interface Unidentified {
  readonly unidentified: 'missing' | 'expired' | 'invalid' | 'unavailable';
  /** A sentence for the client and the log, one of few; nothing of the token is in it. */
  readonly reason: string;
  /** With `unavailable`: what the service answers, where it is not that the issuer's keys can't be read. */
  readonly refusal?: Refusal<'contended' | 'overloaded'>;
}

export const EXPIRED: Unidentified = { unidentified: 'expired', reason: 'The token has expired.' };

export const MALFORMED = invalid('The token is not a JSON Web Token of a known form.');

export function invalid(reason: string): Unidentified {
  return { unidentified: 'invalid', reason };
}
