import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { createBoxOffice } from '../../box-office/box-office.ts';
import type { BoxOffice, BoxOfficeOptions } from '../../box-office/box-office.ts';
import { strategiesNamed } from '../../box-office/strategies.ts';
import type { TicketKeySet } from '../../box-office/buyer/tickets.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import type { Concert } from '../../catalogue/concerts.ts';
import { ConfigError, makesOwnSecret } from '../options/config.ts';
import type { CommandOptions } from '../options/config.ts';
import { defaultDataDir, startEmbeddedServer } from '../../embedded-server/server.ts';
import { AuthConfigInvalid, createAuthenticator } from '../../http/edge/auth.ts';
import type { AuthConfig } from '../../http/edge/auth.ts';
import { createLogger } from '../../http/edge/logger.ts';
import { createServer } from '../../http/server.ts';
import { inspectDatabase } from '../shared/database-address.ts';
import { CommandFailed } from '../shared/failure.ts';
import { inWords, readCatalogue } from '../import.ts';
import { ownSecret } from './own-secret.ts';
import { offerIn, purchaseLines } from './purchase.ts';
import { stopOnSignals } from '../shared/stop-signals.ts';
import { keepRunning } from './supervise.ts';
import { note, say } from '../shared/terminal.ts';
import { givenTicketKeys, ownTicketKeys } from './ticket-keys.ts';

type ServeOptions = CommandOptions<'serve'>;

const DEMO_CATALOGUE = fileURLToPath(new URL('../../../demo/catalogue.json', import.meta.url));

/** What to undo when the service ends, the last first. */
type Closers = (() => Promise<unknown>)[];

/** `rowlock serve`: runs until a signal, then finishes what is in flight and leaves no process. */
export async function runServe(options: ServeOptions): Promise<number> {
  const given = await checkedKeys(options);
  // Each alone was taken as if there were a Redis.
  if (options.redisUrl === undefined) strategiesNamed(options);
  const stopping = stopOnSignals();
  const stopped = new Promise<void>((resolved) => stopping.addEventListener('abort', () => resolved()));
  const closers: Closers = [];
  try {
    const { failed } = await start(options, given, stopping, closers);
    await Promise.race([stopped, failed]);
  } catch (error) {
    // What a start says that was broken off by a signal is of no interest.
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

/** Keys that can not be used are refused before a database is made for them. Throws `ConfigError`. */
async function checkedKeys(options: ServeOptions): Promise<GivenKeys> {
  const makesSecret = makesOwnSecret(options);
  if (!makesSecret) await createAuthenticator(authOf(options, options.jwtSecret)).catch(asConfigError);
  return { makesSecret, ticketKeys: await givenTicketKeys(options.ticketKeys) };
}

async function start(
  options: ServeOptions,
  given: GivenKeys,
  stopping: AbortSignal,
  closers: Closers,
): Promise<Pick<ServedDatabase, 'failed'>> {
  const { url: databaseUrl, dataDir, failed } = await provideDatabase(options, stopping, closers);
  for (const warning of await inspectDatabase(databaseUrl)) note(`WARNING: ${warning}`);
  stopping.throwIfAborted();
  const ticketKeys = given.ticketKeys ?? (dataDir === undefined ? undefined : await ownTicketKeys(dataDir));
  if (ticketKeys === undefined) note('no tickets are signed: give ROWLOCK_TICKET_KEYS (docs/tickets.md)');
  const boxOffice = await createBoxOffice({ ...boxOfficeOptions(options, databaseUrl), ticketKeys });
  closers.push(() => boxOffice.close());
  const concerts = await stock(boxOffice, dataDir !== undefined);
  stopping.throwIfAborted();
  const secret = given.makesSecret && dataDir !== undefined ? ownSecret(dataDir) : options.jwtSecret;
  const hasTokens = options.development && dataDir !== undefined && secret !== undefined;
  const server = await createServer({
    boxOffice,
    auth: authOf(options, secret),
    development: hasTokens ? { embeddedDatabase: true } : undefined,
    logger: createLogger({ level: options.logLevel }),
  }).catch(asConfigError);
  closers.push(() => server.close());
  announce(await listen(server, options), concerts, hasTokens);
  warnOfTokens(options, hasTokens);
  return { failed };
}

function authOf(options: ServeOptions, secret: string | undefined): AuthConfig {
  return { secret, jwks: options.jwks, issuer: options.jwtIssuer, audience: options.jwtAudience };
}

/** What the configuration promised and the keys do not keep. */
function asConfigError(error: unknown): never {
  throw error instanceof AuthConfigInvalid ? new ConfigError(`ROWLOCK_JWKS: ${error.message}`) : error;
}

interface ServedDatabase {
  readonly url: string;
  /** Of the embedded server; undefined when the database is somebody else's. */
  readonly dataDir: string | undefined;
  /** Rejects when the database can not be kept running. */
  readonly failed: Promise<never>;
}

async function provideDatabase(
  options: ServeOptions,
  stopping: AbortSignal,
  closers: Closers,
): Promise<ServedDatabase> {
  const never = new Promise<never>(() => undefined);
  if (options.databaseUrl !== undefined)
    return { url: options.databaseUrl, dataDir: undefined, failed: never };
  const dataDir = resolve(options.dataDir ?? defaultDataDir());
  if (!existsSync(join(dataDir, 'pgdata'))) note(`making a new database in ${dataDir}`);
  const server = await startEmbeddedServer({ dataDir, onNotice: note });
  closers.push(() => server.stop());
  const failed = keepRunning(server, stopping);
  // It may be rejected before anyone waits for it.
  failed.catch(() => undefined);
  return { url: server.url, dataDir: server.dataDir, failed };
}

function boxOfficeOptions(options: ServeOptions, databaseUrl: string): BoxOfficeOptions {
  const { topUp, hold, pay, redisUrl, poolSize, waitersMax } = options;
  const { acquireTimeoutMs, statementTimeoutMs, lockTimeoutMs, idleInTransactionTimeoutMs } = options;
  return {
    databaseUrl,
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

/** The concerts on sale; an embedded database that has none gets those of the demo first. */
async function stock(boxOffice: BoxOffice, isEmbedded: boolean): Promise<readonly Concert[]> {
  const concerts = await listConcerts(boxOffice);
  if (concerts.length > 0 || !isEmbedded) return concerts;
  const report = await boxOffice.operator.importCatalogue(await readCatalogue(DEMO_CATALOGUE));
  if (isRefusal(report)) throw new CommandFailed(`cannot import the demo catalogue: ${report.outcome}`);
  note(`the demo catalogue: ${inWords(report)}`);
  return listConcerts(boxOffice);
}

async function listConcerts(boxOffice: BoxOffice): Promise<readonly Concert[]> {
  const concerts = await boxOffice.listConcerts();
  if (isRefusal(concerts)) throw new CommandFailed(`cannot read the catalogue: ${concerts.outcome}`);
  return concerts;
}

/** Returns the address by which this machine reaches the service. */
async function listen(server: FastifyInstance, { host, port }: ServeOptions): Promise<string> {
  let bound: string;
  try {
    bound = await server.listen({ host, port });
  } catch (error) {
    throw new CommandFailed(listenFailure(error as NodeJS.ErrnoException, host, port), { cause: error });
  }
  const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  // A port of 0 has become a real one.
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${new URL(bound).port || '80'}`;
}

function listenFailure({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE')
    return `port ${port} of ${host} is taken; stop what listens there or choose another PORT`;
  if (code === 'EACCES') return `port ${port} may not be used by this user; choose another PORT`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST ${host} is no address of this machine`;
  return `the service can not listen on ${host}:${port}: ${message}`;
}

function announce(url: string, concerts: readonly Concert[], hasTokens: boolean): void {
  say(`Rowlock is open at ${url}\n  operator   ${url}/operator\n  API pages  ${url}/docs`);
  if (concerts.length === 0)
    note('nothing is on sale yet: npx rowlock import FILE, or POST /v1/admin/catalogue');
  const offer = hasTokens ? offerIn(concerts) : undefined;
  if (offer !== undefined) {
    say(`\nA purchase to paste into a shell:\n\n${purchaseLines(url, offer).join('\n')}\n`);
  }
  if (process.stdout.isTTY) say('Ctrl-C stops the service and its database.');
}

function warnOfTokens(options: ServeOptions, hasTokens: boolean): void {
  const isLoopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(options.host);
  if (options.development && !hasTokens) {
    note(
      'WARNING: no development tokens: they need the embedded database and a secret, not DATABASE_URL or ROWLOCK_JWKS',
    );
  } else if (hasTokens && !isLoopback) {
    note(
      `WARNING: HOST is ${options.host}; development tokens are given to this machine only, over 127.0.0.1`,
    );
  }
}
