/** The box office and the HTTP server of one process of a service. */
import type { FastifyInstance } from 'fastify';
import type { BoxOffice, BoxOfficeOptions } from '../../box-office/box-office.ts';
import type { TicketKeySet } from '../../box-office/buyer/tickets.ts';
import type { WholeService } from '../../http/app.ts';
import type { Exposure } from '../../http/edge/exposure.ts';
import { RATES } from '../../http/edge/limits.ts';
import { createLogger } from '../../http/edge/log/logger.ts';
import type { Rates } from '../../http/edge/rates/limiter.ts';
import type { AuthConfig } from '../../http/edge/tokens/auth-config.ts';
import { AuthConfigInvalid } from '../../http/edge/tokens/auth-config.ts';
import { createServer } from '../../http/server.ts';
import { oidcOf } from './oidc.ts';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';
import type { ServerUrls } from '../shared/servers-file.ts';
import { note } from '../shared/terminal.ts';
import type { ProcessMetrics } from './metrics/process-metrics.ts';

type ServeOptions = CommandOptions<'serve'>;

/** What a process needs to serve, in a form that a parent can send to its children. */
export interface ServiceSettings {
  readonly options: ServeOptions;
  readonly databaseUrl: string;
  /** The addresses of further servers by name. */
  readonly servers: ServerUrls;
  readonly ticketKeys: TicketKeySet | undefined;
  /** The secret of tokens; undefined where a key set verifies them. */
  readonly secret: string | undefined;
  /** Whether development tokens are issued. */
  readonly hasTokens: boolean;
}

/** What makes a server one of several processes. */
export interface ProcessOfService {
  readonly number: number;
  readonly service: WholeService;
}

/** What a server gets besides its settings. */
export interface ServerParts {
  readonly process?: ProcessOfService | undefined;
  readonly metrics?: ProcessMetrics | undefined;
}

/** Makes the server, ready to listen. Throws `ConfigError`. */
export async function openServer(
  { options, secret, hasTokens }: ServiceSettings,
  boxOffice: BoxOffice,
  { process, metrics }: ServerParts = {},
): Promise<FastifyInstance> {
  return createServer({
    boxOffice,
    auth: authOf(options, secret),
    oidc: oidcOf(options),
    development: hasTokens ? { embeddedDatabase: true } : undefined,
    logger: createLogger({ level: options.logLevel, process: process?.number }),
    accessLog: options.accessLog === 'on',
    limits: { watchersPerClientMax: options.streamsPerAddress, rates: ratesOf(options) },
    exposure: exposureOf(options, hasTokens),
    service: process?.service,
    observer: metrics?.http,
  }).catch(configErrorOf(options));
}

/** How often one account, or one address, may send what; 0 is no bound. */
export function ratesOf({ rate, rateBurst, addressRate }: ServeOptions): Rates {
  return {
    ...RATES,
    account: rate === 0 ? undefined : { perSecond: rate, burst: rateBurst },
    address:
      addressRate === 0 ? undefined : { perSecond: addressRate, burst: addressRate * ADDRESS_BURST_SECONDS },
  };
}

/** An address may send at once what it may send in so many seconds: a crowd behind it loads the page together. */
const ADDRESS_BURST_SECONDS = RATES.address.burst / RATES.address.perSecond;

function exposureOf(options: ServeOptions, hasTokens: boolean): Exposure {
  const { publicUrl, basePath, corsOrigins, trustedProxies, forwardedHeader, securityContact } = options;
  const docs = showsDocs(options, hasTokens);
  return { publicUrl, basePath, corsOrigins, trustedProxies, forwardedHeader, securityContact, docs };
}

/** Whether the API's pages are served. */
export function showsDocs({ docs }: ServeOptions, hasTokens: boolean): boolean {
  return docs === undefined ? hasTokens : docs === 'on';
}

/** Which tokens are taken; undefined for a service where people sign in and no program has a token. */
export function authOf(options: ServeOptions, secret: string | undefined): AuthConfig | undefined {
  const { jwks, jwtIssuer, jwtAudience, jwtAccountClaim, jwtScopeClaim } = options;
  if (secret === undefined && jwks === undefined) return undefined;
  return {
    secret,
    jwks,
    issuer: jwtIssuer,
    audience: jwtAudience,
    accountClaim: jwtAccountClaim,
    scopeClaim: jwtScopeClaim,
  };
}

/** Reports unusable keys as a configuration error. */
export function configErrorOf({ jwks }: ServeOptions): (error: unknown) => never {
  const option = jwks === undefined ? 'ROWLOCK_JWT_SECRET' : 'ROWLOCK_JWKS';
  return (error) => {
    throw error instanceof AuthConfigInvalid ? new ConfigError(`${option}: ${error.message}`) : error;
  };
}

export function boxOfficeOptions(
  { options, databaseUrl, servers, ticketKeys }: ServiceSettings,
  onWarning: (line: string) => void = note,
): BoxOfficeOptions {
  const { topUp, hold, pay, redisUrl, poolSize, waitersMax } = options;
  const { acquireTimeoutMs, statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs } = options;
  return {
    databaseUrl,
    servers,
    ticketKeys,
    requestDeadlineMs: options.requestDeadlineMs,
    holdBudget: options.holdBudget,
    durability: options.durability,
    strategies: { topUp, hold, pay },
    ...(redisUrl !== undefined && { redisUrl }),
    ...((redisUrl !== undefined || Object.keys(servers).length > 0) && { onWarning }),
    database: {
      poolSize,
      waitersMax,
      acquireTimeoutMs,
      statementTimeoutMs,
      lockTimeoutMs,
      idleInTransactionTimeoutMs,
    },
  };
}
