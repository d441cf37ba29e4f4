/** The sender of a request, or why nobody is identified. */

export interface Identity {
  readonly accountId: string;
  readonly scopes: ReadonlySet<string>;
}

/** Why nobody is identified; with `unavailable` no token is at fault: the issuer's keys can't be read. */
export interface Unidentified {
  readonly unidentified: 'missing' | 'expired' | 'invalid' | 'unavailable';
  /** A sentence for the client and the log, one of few; nothing of the token is in it. */
  readonly reason: string;
}

export const EXPIRED: Unidentified = { unidentified: 'expired', reason: 'The token has expired.' };

export const MALFORMED = invalid('The token is not a JSON Web Token of a known form.');

export function invalid(reason: string): Unidentified {
  return { unidentified: 'invalid', reason };
}
