import type { ForwardedHeader } from './client/forwarded.ts';

/** How the service is reached from outside: what lies before it, and what it shows there. */
export interface Exposure {
  /** The origin under which browsers reach the service, `https://tickets.example`; by default what each request says. */
  readonly publicUrl?: string | undefined;
  /** The path prefix behind which the service is reached, `/tickets`; none by default. */
  readonly basePath?: string | undefined;
  /** Origins whose pages may call the API, or `*`; none by default. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Addresses and networks of proxies that may say whom a request comes from; none by default. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** The header in which they say it: X-Forwarded-For with X-Forwarded-Proto by default, or Forwarded. */
  readonly forwardedHeader?: ForwardedHeader | undefined;
  /** Whether the API's pages are at /docs; by default on a development service only. */
  readonly docs?: boolean | undefined;
  /** Whom to tell of vulnerabilities: an https or mailto URL in /.well-known/security.txt (RFC 9116). */
  readonly securityContact?: string | undefined;
}
