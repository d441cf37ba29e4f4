/**
 * Issues tokens to any request from this machine, for development. The route exists only if it is configured, and
 * Rowlock refuses that configuration for any database but the embedded one, which holds nothing of value.
 */
import type { FastifyRequest } from 'fastify';
import { SignJWT } from 'jose';
import type { AuthConfig } from './auth-config.ts';
import { AuthConfigInvalid, secretKey } from './auth-config.ts';

export interface DevelopmentConfig {
  /** Whether the box office works on the embedded database; anything else is refused. */
  readonly embeddedDatabase: boolean;
}

interface IssuedToken {
  readonly token: string;
  readonly expiresAt: Date;
}

/** Issues a token for the account with these scopes. */
export type TokenIssuer = (accountId: string, scopes: string) => Promise<IssuedToken>;

const TOKEN_LIFE_SECONDS = 12 * 3_600;

/** The issuer of development tokens. Throws `AuthConfigInvalid` where there may be none. */
export async function createTokenIssuer(config: DevelopmentConfig, auth: AuthConfig): Promise<TokenIssuer> {
  if (!config.embeddedDatabase) {
    throw new AuthConfigInvalid('development tokens are given out on the embedded database only');
  }
  if (auth.secret === undefined) {
    throw new AuthConfigInvalid('development tokens are signed with a secret; a key set (JWKS) can not sign');
  }
  const key = await secretKey(auth.secret);
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
/** What proxies and content delivery networks add; no browser and no command-line client sends any of these. */
const FORWARDING_HEADER =
  /^(forwarded|via|x-(real|client|cluster-client|original|envoy|amzn|amz|azure|appengine|forwarded)(-.*)?|(true|fly|fastly)-client-ip|(cf|cdn|akamai|fly|fastly|x-cdn)-.*|x-cloud-trace-context|x-request-start|x-varnish)$/;

/**
 * Whether the request seems made on this machine: over a loopback connection, to a loopback name (a page that rebinds its
 * own name to 127.0.0.1 sends that name), from no page of elsewhere, and with no sign of a proxy. A proxy on this machine
 * may give none: it connects from here, to a name that it chooses. nginx betrays itself by HTTP/1.0, others don't; so this
 * guards against accidents only, and a development service is never to stand behind a proxy.
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

/** A target in absolute form names the host itself, and counts more than the header (RFC 9112 section 3.2.2). */
function authorityOf(target: string | undefined, host: string | undefined): string {
  const absolute = target !== undefined && !target.startsWith('/');
  if (!absolute) return host ?? '';
  return URL.canParse(target) ? new URL(target).host : '';
}

/** Another port will do: of the pages that `npx vite web` serves, for one. */
function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && LOOPBACK_HOST.test(new URL(origin).host);
}
