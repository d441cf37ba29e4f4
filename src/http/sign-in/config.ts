/** How the service signs people in at an OpenID Connect issuer. */
import type { Role } from './roles.ts';

/** The issuer's endpoints, where they are not discovered. */
export interface OidcEndpoints {
  readonly authorization: string;
  readonly token: string;
  /** Without it name and address are those of the ID token. */
  readonly userinfo?: string | undefined;
  /** Without it a sign-out ends the session here only. */
  readonly endSession?: string | undefined;
}

export interface OidcConfig {
  readonly issuer: string;
  readonly clientId: string;
  /** Without it the client is a public one, which PKCE alone protects. */
  readonly clientSecret?: string | undefined;
  /** How the secret is sent to the token endpoint; `basic` by default. */
  readonly clientAuth?: 'basic' | 'post' | undefined;
  /** `openid profile email` by default. */
  readonly scopes?: string | undefined;
  /** Which claims make more than a buyer. */
  readonly roles?: readonly Role[] | undefined;
  readonly endpoints?: OidcEndpoints | undefined;
}

/** What is asked of an issuer by default. */
export const OIDC_SCOPES = 'openid profile email';

/** How one signs in on the pages of a service. */
export type SignInKind = 'oidc' | 'development' | 'token';

/** Whether a URL may be an issuer or an endpoint: over TLS, or on this machine. */
export function isIssuerUrl(given: string): boolean {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname, username, hash } = new URL(given);
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  return (protocol === 'https:' || (protocol === 'http:' && isLocal)) && username === '' && hash === '';
}

/** Whether a URL is an origin under which browsers reach a service: no path, no query. */
export function isPublicUrl(given: string): boolean {
  return (
    /^https?:\/\//.test(given) && URL.canParse(given) && new URL(given).origin === given.replace(/\/$/, '')
  );
}
