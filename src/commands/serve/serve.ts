import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { once } from 'node:events';
import { createServer as createServerOfNet } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createBoxOffice } from '../../box-office/box-office.ts';
import type { BoxOffice, BoxOfficeOptions } from '../../box-office/box-office.ts';
import { strategiesNamed } from '../../box-office/strategies.ts';
import type { TicketKeySet } from '../../box-office/buyer/tickets.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import type { Concert } from '../../catalogue/concerts.ts';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';
import { defaultDataDir, startEmbeddedServer } from '../../embedded-server/server.ts';
import type { AuthConfig } from '../../http/edge/tokens/auth-config.ts';
import { AuthConfigInvalid } from '../../http/edge/tokens/auth-config.ts';
import { createAuthenticator } from '../../http/edge/tokens/auth.ts';
import type { Exposure } from '../../http/edge/exposure.ts';
import { createLogger } from '../../http/edge/logger.ts';
import { createServer } from '../../http/server.ts';
import { inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import { inWords, readCatalogue } from '../import.ts';
import { offerIn, purchaseLines } from './purchase.ts';
import { stopOnSignals } from '../shared/signals.ts';
import { keepRunning } from './supervise.ts';
import { note, say } from '../shared/terminal.ts';
import { givenTicketKeys, makesOwnSecret, ownSecret, ownTicketKeys } from './keys.ts';

type ServeOptions = CommandOptions<'serve'>;

const DEMO_CATALOGUE = fileURLToPath(new URL('../../../demo/catalogue.json', import.meta.url));

/** Called when the service ends, in reverse order. */
type Closers = (() => Promise<unknown>)[];

/** `rowlock serve`: runs until a signal, then finishes the requests in flight and leaves no process. */
export async function runServe(options: ServeOptions): Promise<number> {
  const given = await checkedKeys(options);
  // Option parsing assumed a Redis; check again without one.
  if (options.redisUrl === undefined) strategiesNamed(options);
  const stopping = stopOnSignals();
  const stopped = new Promise<void>((resolved) => stopping.addEventListener('abort', () => resolved()));
  const closers: Closers = [];
  try {
    await start(options, given, stopping, closers);
    await stopped;
  } catch (error) {
    // Ignore the errors of a start that a signal aborted.
    if (!stopping.aborted) throw error;
  } finally {
    for (const close of closers.toReversed()) await close();
  }
  note('stopped');
  return 0;
}

interface GivenKeys {
  readonly makesSecret: boolean;
  readonly ticketKeys: TicketKeySet | undefined;
}

/** Checks the configured keys before a database is created. Throws `ConfigError`. */
async function checkedKeys(options: ServeOptions): Promise<GivenKeys> {
  const makesSecret = makesOwnSecret(options);
  if (!makesSecret) {
    const auth = authOf(options, options.jwtSecret);
    const authenticator = await createAuthenticator(auth).catch(configErrorOf(options));
    authenticator.close();
  }
  return { makesSecret, ticketKeys: await givenTicketKeys(options.ticketKeys) };
}

async function start(
  options: ServeOptions,
  given: GivenKeys,
  stopping: AbortSignal,
  closers: Closers,
): Promise<void> {
  await refuseTakenPort(options);
  const { url: databaseUrl, dataDir } = await provideDatabase(options, stopping, closers);
  const warnings = await inspectDatabase(databaseUrl, options.durability);
  stopping.throwIfAborted();
  const ticketKeys = given.ticketKeys ?? (dataDir === undefined ? undefined : await ownTicketKeys(dataDir));
  const boxOffice = await createBoxOffice({ ...boxOfficeOptions(options, databaseUrl), ticketKeys });
  closers.push(() => boxOffice.close());
  for (const warning of warnings) note(`WARNING: ${warning}`);
  if (ticketKeys === undefined) note('tickets are not signed: set ROWLOCK_TICKET_KEYS (docs/tickets.md)');
  const concerts = await stock(boxOffice, dataDir !== undefined);
  stopping.throwIfAborted();
  const secret = given.makesSecret && dataDir !== undefined ? ownSecret(dataDir) : options.jwtSecret;
  const hasTokens = options.development && dataDir !== undefined && secret !== undefined;
  const server = await createServer({
    boxOffice,
    auth: authOf(options, secret),
    development: hasTokens ? { embeddedDatabase: true } : undefined,
    logger: createLogger({ level: options.logLevel }),
    limits: { watchersPerClientMax: options.streamsPerAddress },
    exposure: exposureOf(options, hasTokens),
  }).catch(configErrorOf(options));
  closers.push(() => server.close());
  const address = await listen(server, options);
  announce(`${address}${options.basePath ?? ''}`, concerts, {
    hasTokens,
    hasDocs: showsDocs(options, hasTokens),
  });
  warnOfTokens(options, hasTokens);
}

function exposureOf(options: ServeOptions, hasTokens: boolean): Exposure {
  const { basePath, corsOrigins, trustedProxies, securityContact } = options;
  return { basePath, corsOrigins, trustedProxies, securityContact, docs: showsDocs(options, hasTokens) };
}

function showsDocs({ docs }: ServeOptions, hasTokens: boolean): boolean {
  return docs === undefined ? hasTokens : docs === 'on';
}

function authOf(options: ServeOptions, secret: string | undefined): AuthConfig {
  const { jwks, jwtIssuer, jwtAudience, jwtAccountClaim, jwtScopeClaim } = options;
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
function configErrorOf({ jwks }: ServeOptions): (error: unknown) => never {
  const option = jwks === undefined ? 'ROWLOCK_JWT_SECRET' : 'ROWLOCK_JWKS';
  return (error) => {
    throw error instanceof AuthConfigInvalid ? new ConfigError(`${option}: ${error.message}`) : error;
  };
}

interface ServedDatabase {
  readonly url: string;
  /** The embedded server's directory; undefined for a database that DATABASE_URL names. */
  readonly dataDir: string | undefined;
}

async function provideDatabase(
  options: ServeOptions,
  stopping: AbortSignal,
  closers: Closers,
): Promise<ServedDatabase> {
  if (options.databaseUrl !== undefined) return { url: options.databaseUrl, dataDir: undefined };
  const dataDir = resolve(options.dataDir ?? defaultDataDir());
  if (!existsSync(join(dataDir, 'pgdata'))) note(`creating a new database in ${dataDir}`);
  const server = await startEmbeddedServer({ dataDir, onNotice: note });
  closers.push(() => server.stop());
  keepRunning(server, stopping);
  return { url: server.url, dataDir: server.dataDir };
}

function boxOfficeOptions(options: ServeOptions, databaseUrl: string): BoxOfficeOptions {
  const { topUp, hold, pay, redisUrl, poolSize, waitersMax } = options;
  const { acquireTimeoutMs, statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs } = options;
  return {
    databaseUrl,
    requestDeadlineMs: options.requestDeadlineMs,
    durability: options.durability,
    strategies: { topUp, hold, pay },
    ...(redisUrl === undefined ? {} : { redisUrl, onWarning: note }),
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

/** The concerts on sale. An embedded database without any gets the demo catalogue first. */
async function stock(boxOffice: BoxOffice, isEmbedded: boolean): Promise<readonly Concert[]> {
  const concerts = await listConcerts(boxOffice);
  if (concerts.length > 0 || !isEmbedded) return concerts;
  const report = await boxOffice.operator.importCatalogue(await readCatalogue(DEMO_CATALOGUE));
  if (isRefusal(report)) throw new CommandFailed(`cannot import the demo catalogue: ${report.outcome}`);
  note(`imported the demo catalogue: ${inWords(report)}`);
  return listConcerts(boxOffice);
}

async function listConcerts(boxOffice: BoxOffice): Promise<readonly Concert[]> {
  const concerts = await boxOffice.listConcerts();
  if (isRefusal(concerts)) throw new CommandFailed(`cannot read the catalogue: ${concerts.outcome}`);
  return concerts;
}

/** Listens, and returns the service's address on this machine. Throws `CommandFailed`. */
async function listen(server: FastifyInstance, { host, port }: ServeOptions): Promise<string> {
  let bound: string;
  try {
    bound = await server.listen({ host, port });
  } catch (error) {
    throw new CommandFailed(listenFailure(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  // Port 0 became a free one.
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${new URL(bound).port || '80'}`;
}

/** Throws `CommandFailed` where the service could not listen, before a database is created or started for it. */
async function refuseTakenPort({ host, port }: ServeOptions): Promise<void> {
  const probe = createServerOfNet();
  try {
    probe.listen({ host, port });
    await once(probe, 'listening');
  } catch (error) {
    throw new CommandFailed(listenFailure(error as NodeJS.ErrnoException, host, port), { cause: error });
  } finally {
    probe.close();
  }
}

function listenFailure({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `port ${port} of ${host} is taken; stop the program that uses it or choose another PORT`;
  if (code === 'EACCES') return `this user may not use port ${port}; choose another PORT`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${host} is not an address of this machine`;
  return `the service cannot listen on ${host}:${port}: ${message}`;
}

function announce(
  url: string,
  concerts: readonly Concert[],
  { hasTokens, hasDocs }: { readonly hasTokens: boolean; readonly hasDocs: boolean },
): void {
  const docs = hasDocs ? `\n  API pages  ${url}/docs` : '';
  say(`Rowlock is open at ${url}\n  operator   ${url}/operator${docs}`);
  if (concerts.length === 0)
    note('nothing is on sale yet: run "npx rowlock import FILE", or send POST /v1/admin/catalogue');
  const offer = hasTokens ? offerIn(concerts) : undefined;
  if (offer !== undefined) {
    say(`\nPaste these lines into a shell to buy a ticket:\n\n${purchaseLines(url, offer).join('\n')}\n`);
  }
  if (process.stdout.isTTY) say('Ctrl-C stops the service and its database.');
}

function warnOfTokens(options: ServeOptions, hasTokens: boolean): void {
  const isLoopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(options.host);
  if (options.development && !hasTokens) {
    note(
      'WARNING: no development tokens are issued: they need the embedded database and a secret, not DATABASE_URL or ROWLOCK_JWKS',
    );
  } else if (hasTokens && !isLoopback) {
    note(
      `WARNING: HOST is ${options.host}; development tokens are issued only to this machine, over 127.0.0.1`,
    );
  }
}
