/** Where browsers reach the service, and whether a request comes from one of its own pages. */
import type { FastifyRequest } from 'fastify';

/** The service's own origin, as a request shows it. */
export interface Origin {
  /** `https://tickets.example`. */
  readonly url: string;
  /** Whether the browser speaks TLS: the configuration or a trusted proxy says so. */
  readonly isTls: boolean;
  /** Whether cookies are safe here: over TLS, or on this machine. */
  readonly isTrusted: boolean;
}

/** The origin of a request. */
export type OriginOf = (request: FastifyRequest) => Origin;

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;

/** Takes the configured origin, or what each request says where none is configured. */
export function createOriginOf(publicUrl: string | undefined): OriginOf {
  if (publicUrl !== undefined) {
    const configured = originAt(new URL(publicUrl).origin);
    return () => configured;
  }
  return (request) => originAt(`${request.protocol}://${request.host}`);
}

function originAt(given: string): Origin {
  // A Host header that is no host is no origin of a page either.
  const url = URL.canParse(given) ? new URL(given).origin : 'null';
  const isTls = url.startsWith('https:');
  return { url, isTls, isTrusted: isTls || LOOPBACK_HOST.test(url.slice('http://'.length)) };
}

/**
 * Why a request that changes something may come from another site's page; undefined where the browser says that it comes from
 * a page of this service. `none` is a request that no page made, such as a typed address: it never changes anything.
 */
export function foreignReason(request: FastifyRequest, origin: Origin): string | undefined {
  const { 'sec-fetch-site': site, origin: named } = request.headers;
  if (site !== undefined) {
    return site === 'same-origin'
      ? undefined
      : 'The request does not come from a page of this service (Sec-Fetch-Site).';
  }
  if (named === undefined) {
    return 'The request has a cookie and does not say which page it comes from: send Sec-Fetch-Site or Origin, or a token.';
  }
  return named === origin.url ? undefined : 'The request comes from a page of another origin (Origin).';
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request may change something, by its method (RFC 9110 section 9.2.1). */
export function isWrite({ method }: Pick<FastifyRequest, 'method'>): boolean {
  return !SAFE_METHODS.has(method);
}
