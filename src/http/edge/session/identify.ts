/**
 * Identifies the sender of a request: by its Authorization header alone where it has one, right or wrong; else by the cookie
 * of a session.
 */
import type { FastifyRequest } from 'fastify';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { Authenticator } from '../tokens/auth.ts';
import type { Identity, Unidentified } from '../tokens/identity.ts';
import { sessionSecretOf } from './cookies.ts';
import type { OriginOf } from './origin.ts';

/** The sender of the request, or why nobody is identified; a promise only where it has to be looked up. */
export type Identify = (
  request: FastifyRequest,
) => Identity | Unidentified | Promise<Identity | Unidentified>;

/**
 * The account that a page takes the browser's session for. Another tab may have signed in as somebody else: what this page
 * wants must not happen in the other one's name.
 */
const EXPECTED_ACCOUNT = 'rowlock-account';

const OTHER_ACCOUNT: Unidentified = {
  unidentified: 'expired',
  reason: 'The session belongs to another account than the page shows: sign in again.',
};
const ENDED: Unidentified = { unidentified: 'expired', reason: 'The session has ended: sign in again.' };

/** Creates the identification by tokens and sessions. */
export function createIdentify(
  authenticator: Authenticator,
  boxOffice: Pick<BoxOffice, 'identity'>,
  originOf: OriginOf,
): Identify {
  const bySession = async (secret: string, expected: unknown): Promise<Identity | Unidentified> => {
    const session = await boxOffice.identity.findSession(secret);
    if (session === undefined) return ENDED;
    if (!isRefusal(session)) {
      const isExpected = expected === undefined || expected === session.accountId;
      return isExpected ? { ...session, isSession: true } : OTHER_ACCOUNT;
    }
    // A secret that breaks the rule is one that this service never made.
    if (session.outcome === 'invalid_request') return ENDED;
    return { unidentified: 'unavailable', reason: 'Sessions cannot be read.', refusal: session };
  };
  return (request) => {
    const { authorization } = request.headers;
    if (authorization !== undefined) return authenticator.identify(authorization);
    const secret = sessionSecretOf(request, originOf(request));
    return secret === undefined
      ? authenticator.identify(undefined)
      : bySession(secret, request.headers[EXPECTED_ACCOUNT]);
  };
}
