/** `rowlock serve`: the order in which a service starts and ends. */
import type { BoxOffice } from '../../box-office/box-office.ts';
import { createBoxOffice } from '../../box-office/box-office.ts';
import { strategiesNamed } from '../../box-office/strategies.ts';
import type { CommandOptions } from '../options/table.ts';
import { inspectDatabase, inspectServers } from '../shared/database-address.ts';
import { readServersFile } from '../shared/servers-file.ts';
import type { ServerUrls } from '../shared/servers-file.ts';
import { stopOnSignals } from '../shared/signals.ts';
import { note } from '../shared/terminal.ts';
import { announce, warnOfTokens } from './announce.ts';
import type { Closers } from './closers.ts';
import { provideDatabase } from './database.ts';
import type { ServedDatabase } from './database.ts';
import type { GivenKeys } from './given-keys.ts';
import { givenKeys } from './given-keys.ts';
import { ownSecret, ownTicketKeys } from './keys.ts';
import { listen, metricsPlace, refuseTakenPort } from './listening.ts';
import type { MetricsSource } from './metrics/metrics.ts';
import { openMetrics } from './metrics/metrics.ts';
import type { ProcessMetrics } from './metrics/process-metrics.ts';
import { createProcessMetrics } from './metrics/process-metrics.ts';
import { restartsOnHangUp, serveByProcesses } from './processes/parent.ts';
import { caretakerOptions, checkShares, connectionsNeeded } from './processes/shares.ts';
import { boxOfficeOptions, openServer, showsDocs } from './service.ts';
import type { ServiceSettings } from './service.ts';
import { logStart } from './start-line.ts';
import { stock } from './stock.ts';

type ServeOptions = CommandOptions<'serve'>;

/** Runs until a signal, then finishes the requests in flight and leaves no process. */
export async function runServe(options: ServeOptions): Promise<number> {
  const given = await givenKeys(options);
  const servers = readServersFile(options.servers);
  checkStrategies(options, servers);
  checkShares(options);
  const restarts = restartsOnHangUp(options);
  const stopping = stopOnSignals(restarts ? ['SIGINT', 'SIGTERM'] : undefined);
  // Before the processes serve there is nothing to replace.
  if (restarts) process.on('SIGHUP', () => undefined);
  const stopped = new Promise<void>((resolved) => stopping.addEventListener('abort', () => resolved()));
  const closers: Closers = [];
  try {
    const { failed } = await start(options, { ...given, servers }, stopping, closers);
    await Promise.race([stopped, failed]);
  } catch (error) {
    // Ignore the errors of a start that a signal aborted.
    if (!stopping.aborted) throw error;
  } finally {
    for (const close of closers.toReversed()) await close();
  }
  note('stopped');
  return 0;
}

/** Option parsing assumed a Redis and one server; this checks again. Throws `StrategyRefused`. */
function checkStrategies(options: ServeOptions, servers: ServerUrls): void {
  const isApart = Object.keys(servers).length > 0;
  if (options.redisUrl === undefined) strategiesNamed(options, {}, isApart);
  else if (isApart) strategiesNamed({ pay: options.pay }, {}, isApart);
}

/** What a configuration says besides its options. */
interface Given extends GivenKeys {
  readonly servers: ServerUrls;
}

async function start(
  options: ServeOptions,
  given: Given,
  stopping: AbortSignal,
  closers: Closers,
): Promise<Served> {
  await refuseTakenPort(options);
  if (options.metricsPort !== undefined) await refuseTakenPort(metricsPlace(options));
  const database = await provideDatabase(options, stopping, closers);
  const demands = { durability: options.durability, connections: connectionsNeeded(options) };
  const warnings = [
    ...(await inspectDatabase(database.url, demands)),
    ...(await inspectServers(given.servers, demands)),
  ];
  stopping.throwIfAborted();
  const settings = await settingsOf(options, given, database);
  const isAlone = options.processes === 1;
  const metrics = options.metricsPort === undefined ? undefined : createProcessMetrics();
  const boxOffice = await createBoxOffice({
    ...(isAlone ? boxOfficeOptions(settings) : caretakerOptions(settings)),
    observer: metrics?.boxOffice,
  });
  closers.push(() => boxOffice.close());
  metrics?.watch(boxOffice);
  for (const warning of warnings) note(`WARNING: ${warning}`);
  if (settings.ticketKeys === undefined)
    note('tickets are not signed: set ROWLOCK_TICKET_KEYS (docs/tickets.md)');
  const concerts = await stock(boxOffice, database.dataDir !== undefined);
  stopping.throwIfAborted();
  const served = isAlone
    ? await serveAlone(settings, boxOffice, closers, metrics)
    : await serveByProcesses(settings, stopping, closers);
  const metricsUrl =
    metrics === undefined ? undefined : await openMetrics(settings, metrics, served.source, closers);
  await logStart(options, database.url, Object.keys(given.servers));
  const { hasTokens } = settings;
  announce({
    url: `${served.address}${options.basePath ?? ''}`,
    concerts,
    hasTokens,
    hasDocs: showsDocs(options, hasTokens),
    metricsUrl,
    pids: served.pids,
  });
  warnOfTokens(options, hasTokens);
  return served;
}

async function settingsOf(
  options: ServeOptions,
  given: Given,
  { url: databaseUrl, dataDir }: ServedDatabase,
): Promise<ServiceSettings> {
  const ticketKeys = given.ticketKeys ?? (dataDir === undefined ? undefined : await ownTicketKeys(dataDir));
  const secret = given.makesSecret && dataDir !== undefined ? ownSecret(dataDir) : options.jwtSecret;
  const hasTokens = options.development && dataDir !== undefined && secret !== undefined;
  return { options, databaseUrl, servers: given.servers, ticketKeys, secret, hasTokens };
}

/** A service that is open. */
export interface Served {
  readonly address: string;
  /** Of the processes, when there are several. */
  readonly pids: readonly number[];
  /** Rejects when it cannot go on; never resolves. */
  readonly failed: Promise<never>;
  /** What the metrics ask it. */
  readonly source: MetricsSource;
}

/** Serves from this process alone. Throws `CommandFailed`. */
export async function serveAlone(
  settings: ServiceSettings,
  boxOffice: BoxOffice,
  closers: Closers,
  metrics?: ProcessMetrics,
): Promise<Served> {
  const server = await openServer(settings, boxOffice, { metrics });
  closers.push(() => server.close());
  const address = await listen(server, settings.options);
  const source: MetricsSource = {
    readFamilies: async () => [],
    whyNotReady: () => boxOffice.whyNotReady(),
    serving: () => 1,
    restarts: () => 0,
  };
  return { address, pids: [], failed: new Promise(() => undefined), source };
}
