/** Checks what a token says, once its signature is right. */
import { ACCOUNT_ID_PATTERN } from '../../../domain/ids.ts';
import type { AuthConfig } from './auth-config.ts';
import type { Identity, Unidentified } from './identity.ts';
import { EXPIRED, invalid } from './identity.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** How far the issuer's clock and this machine's may be apart. */
export const LEEWAY_SECONDS = 10;
/** A token that lives longer was made by mistake. */
const LIFETIME_DAYS_MAX = 400;
/** Tokens of other kinds (RFC 8725 section 3.11), such as a logout token, open no door here. */
const TYPES: ReadonlySet<unknown> = new Set(['jwt', 'at+jwt', 'application/at+jwt']);

const account = new RegExp(ACCOUNT_ID_PATTERN);

/** Identifies the account by the claims and the header's `typ`. */
export type CheckClaims = (claims: Claims, typ: unknown) => Identity | Unidentified;

export function createClaimsCheck(config: AuthConfig): CheckClaims {
  const { accountClaim = 'sub', scopeClaim } = config;
  const issuer = config.issuer === '*' ? undefined : config.issuer;
  const audience = config.audience === '*' ? undefined : config.audience;
  const wrongIssuer = invalid(`The token's iss must be ${issuer}.`);
  const wrongAudience = invalid(`The token's aud must contain ${audience}.`);
  const wrongAccount = invalid(
    `The token's claim ${accountClaim} must be 1 to 255 printable ASCII characters.`,
  );
  const required: (readonly [claim: string, refusal: Unidentified])[] = [
    [accountClaim, malformed(accountClaim)],
    ['exp', malformed('exp')],
  ];
  if (audience !== undefined) required.unshift(['aud', wrongAudience]);
  if (issuer !== undefined) required.unshift(['iss', wrongIssuer]);

  return (claims, typ) => {
    for (const [claim, refusal] of required) if (!Object.hasOwn(claims, claim)) return refusal;
    const { iss, aud, iat, nbf, exp } = claims;
    if (issuer !== undefined && iss !== issuer) return wrongIssuer;
    if (audience !== undefined && !(Array.isArray(aud) ? aud.includes(audience) : aud === audience)) {
      return wrongAudience;
    }
    if (iat !== undefined && typeof iat !== 'number') return malformed('iat');
    const now = Date.now() / 1_000;
    if (nbf !== undefined && (typeof nbf !== 'number' || nbf > now + LEEWAY_SECONDS)) return TOO_EARLY;
    if (typeof exp !== 'number') return malformed('exp');
    if (exp <= now - LEEWAY_SECONDS) return EXPIRED;
    if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase()))) return WRONG_TYPE;
    if (exp > now + LIFETIME_DAYS_MAX * 86_400) return TOO_LONG;
    if (iat !== undefined && iat > now + LEEWAY_SECONDS) return FROM_THE_FUTURE;
    const accountId = claims[accountClaim];
    if (typeof accountId !== 'string' || !account.test(accountId)) return wrongAccount;
    const scopes = scopesOf(claims, scopeClaim);
    return { accountId, scopes: scopes.length === 0 ? NO_SCOPES : new Set(scopes) };
  };
}

/** Most tokens are buyers'. */
const NO_SCOPES: ReadonlySet<string> = new Set();

const TOO_EARLY = invalid('The token is not valid yet (nbf).');
const TOO_LONG = invalid(`The token's exp is more than ${LIFETIME_DAYS_MAX} days ahead.`);
const FROM_THE_FUTURE = invalid('The token was issued in the future (iat).');
const WRONG_TYPE = invalid("The token's typ must be JWT or at+jwt: this one is not for access.");

function malformed(claim: string): Unidentified {
  return invalid(`The token's claim ${claim} is missing or malformed.`);
}

/** The scopes as OAuth writes them (RFC 9068), or as a list, as some issuers do. */
function scopesOf(claims: Claims, scopeClaim: string | undefined): readonly string[] {
  const claim = scopeClaim === undefined ? (claims['scope'] ?? claims['scp']) : claims[scopeClaim];
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((scope) => typeof scope === 'string') : [];
}
