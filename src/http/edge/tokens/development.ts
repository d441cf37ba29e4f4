/**
 * Issues tokens to any request from this machine, for development. The route exists only if configured, and
 * only on the embedded database, which holds nothing of value.
 */
import type { FastifyRequest } from 'fastify';
import { SignJWT } from 'jose';
import type { AuthConfig } from './auth-config.ts';
import { AuthConfigInvalid, secretKey } from './auth-config.ts';

export interface DevelopmentConfig {
  /** Whether the database is the embedded one; any other is refused. */
  readonly embeddedDatabase: boolean;
}

interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Issues a token for the account with these scopes. */
export type TokenIssuer = (accountId: string, scopes: string) => Promise<IssuedToken>;

const TOKEN_LIFE_SECONDS = 12 * 3_600;

/** Creates the issuer of development tokens. Throws `AuthConfigInvalid` if the configuration forbids it. */
export async function createTokenIssuer(config: DevelopmentConfig, auth: AuthConfig): Promise<TokenIssuer> {
  if (!config.embeddedDatabase) {
    throw new AuthConfigInvalid('development tokens need the embedded database');
  }
  if (auth.secret === undefined) {
    throw new AuthConfigInvalid('development tokens are signed with a secret; a key set (JWKS) cannot sign');
  }
  const key = secretKey(auth.secret);
  return async (accountId, scopes) => {
    const expiresAtSeconds = Math.floor(Date.now() / 1_000) + TOKEN_LIFE_SECONDS;
    const unsigned = new SignJWT({ scope: scopes })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(accountId)
      .setIssuedAt()
      .setExpirationTime(expiresAtSeconds);
    if (auth.issuer !== undefined) unsigned.setIssuer(auth.issuer);
    if (auth.audience !== undefined) unsigned.setAudience(auth.audience);
    return { token: await unsigned.sign(key), expiresAt: new Date(expiresAtSeconds * 1_000) };
  };
}

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/;
/** Headers of proxies and content delivery networks; no browser or command-line client sends one. */
const FORWARDING_HEADER =
  /^(forwarded|via|x-(real|client|cluster-client|original|envoy|amzn|amz|azure|appengine|forwarded)(-.*)?|(true|fly|fastly)-client-ip|(cf|cdn|akamai|fly|fastly|x-cdn)-.*|x-cloud-trace-context|x-request-start|x-varnish)$/;

/**
 * Whether the request seems to come from this machine: over a loopback connection, to a loopback name (a page
 * that rebinds its own name to 127.0.0.1 sends that name), from no foreign page, and with no sign of a proxy.
 * A proxy on this machine may give no sign: it connects from here, to a name that it chooses. nginx shows
 * itself by HTTP/1.0, others do not. So this guards only against accidents: never put a development service
 * behind a proxy.
 */
export function isFromThisMachine({ raw, headers }: FastifyRequest): boolean {
  return (
    LOOPBACK_ADDRESS.test(raw.socket.remoteAddress ?? '') &&
    raw.httpVersion !== '1.0' &&
    LOOPBACK_HOST.test(authorityOf(raw.url, headers.host)) &&
    (headers.origin === undefined || isLoopbackOrigin(headers.origin)) &&
    !Object.keys(headers).some((name) => FORWARDING_HEADER.test(name))
  );
}

/** The host of the target; one in absolute form overrides the header (RFC 9112 section 3.2.2). */
function authorityOf(target: string | undefined, host: string | undefined): string {
  const absolute = target !== undefined && !target.startsWith('/');
  if (!absolute) return host ?? '';
  return URL.canParse(target) ? new URL(target).host : '';
}

/** Any port is accepted, such as that of `npx vite web`. */
function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK_HOST.test(new URL(origin).host);
}
