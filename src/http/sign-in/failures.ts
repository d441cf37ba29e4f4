/** Why a sign-in did not succeed: for the log, the browser and its reader. */
import * as client from 'openid-client';

export type FailureReason =
  | 'unavailable'
  | 'insecure'
  | 'other_browser'
  | 'too_old'
  | 'used'
  | 'denied'
  | 'refused'
  | 'nonce'
  | 'clock'
  | 'code'
  | 'answer'
  | 'busy';

/** A sign-in that did not succeed. */
export interface Failure {
  readonly reason: FailureReason;
  /** For the log only: what exactly was wrong, without anything secret. */
  readonly cause: string;
}

/** Turns an error of openid-client into a failure; undefined for the program's own. */
export function failureOf(error: unknown): Failure | undefined {
  if (error instanceof client.AuthorizationResponseError) {
    return { reason: refusalReason(error.error), cause: `the issuer answered ${codeWord(error.error)}` };
  }
  if (error instanceof client.ResponseBodyError) {
    const reason = error.error === 'invalid_grant' ? 'code' : 'answer';
    return { reason, cause: `the token endpoint answered ${error.status} ${codeWord(error.error)}` };
  }
  if (!(error instanceof Error)) return undefined;
  const { code = '' } = error as { readonly code?: string };
  const claim = claimIn(error);
  if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED') {
    return {
      reason: 'clock',
      cause: `the ID token's ${claim ?? 'time'} does not fit to this machine's clock`,
    };
  }
  if (code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED') {
    return claim === 'nonce'
      ? { reason: 'nonce', cause: 'the ID token has another nonce' }
      : { reason: 'answer', cause: `the ID token has another ${claim ?? 'claim'}` };
  }
  if (isUnreachable(error, code)) {
    return { reason: 'unavailable', cause: `the issuer does not answer: ${reachWord(error)}` };
  }
  if (code.startsWith('OAUTH_')) return { reason: 'answer', cause: `the issuer's answer: ${code}` };
  return undefined;
}

/** RFC 6749 section 4.1.2.1. */
function refusalReason(code: string): FailureReason {
  if (code === 'access_denied') return 'denied';
  return code === 'temporarily_unavailable' || code === 'server_error' ? 'unavailable' : 'refused';
}

/** Node's fetch rejects with a TypeError, an abort or a time-out. A proxy before the issuer answers 5xx. */
function isUnreachable(error: Error, code: string): boolean {
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT') return true;
  const { cause } = error;
  if (cause instanceof Response) return cause.status >= 500;
  const isFetchs = (given: unknown): boolean =>
    given instanceof TypeError && (given.message === 'fetch failed' || given.message === 'terminated');
  return isFetchs(error) || isFetchs(cause);
}

function reachWord(error: Error): string {
  let at: unknown = error;
  for (let depth = 0; depth < 4 && at instanceof Error; depth += 1) {
    const { code } = at as { readonly code?: unknown };
    if (typeof code === 'string' && /^[A-Z_]{2,40}$/.test(code) && !code.startsWith('OAUTH_')) return code;
    at = at.cause;
  }
  return error.cause instanceof Response ? `status ${error.cause.status}` : 'no answer in time';
}

/** The claim that openid-client found wrong: the cause of its error's cause names it. */
function claimIn({ cause }: Error): string | undefined {
  const { claim } = Object(cause instanceof Error ? cause.cause : cause) as { readonly claim?: unknown };
  return typeof claim === 'string' ? claim : undefined;
}

/** An error's code as OAuth has them; anything else could be written into the log by anybody. */
function codeWord(given: unknown): string {
  return typeof given === 'string' && /^[a-z_]{1,60}$/.test(given) ? given : 'an unknown error';
}
