/**
 * The box office: everything that a buyer or an operator does, composed from operations and catalogue. It is
 * the interface of the library; every route of the HTTP API calls it and adds only authentication and JSON.
 *
 * Refusals are values (`outcome` names one of the codes in `REFUSALS`). The methods throw only for a bug, such as
 * `BoxOfficeClosed` after the close.
 */
import { createWeightedCache } from '../lib/weighted-cache.ts';
import { guarded } from './guarded.ts';
import { IDENTITY_RULES, OPERATOR_RULES, RULES } from './input-rules.ts';
import { createReadiness } from './ready.ts';
import type { NotReady } from './ready.ts';
import { checkOptions } from './options.ts';
import { REQUEST_DEADLINE_MS } from './deadline.ts';
import { databaseOptions } from '../db/database.ts';
import { requirePackages } from '../lib/optional-packages.ts';
import type { RedisLocks } from '../operations/wrappers/redis-lock.ts';
import { createActivity } from './operator/activity.ts';
import type { ActivityReport } from './operator/activity.ts';
import { createUnpaidHolds, HOLD_BUDGET } from './buyer/unpaid-holds.ts';
import { createImporter } from './operator/import/importer.ts';
import { createIdentity } from './identity/identity.ts';
import { startIdentitySweeper } from './identity/sweep.ts';
import { createBlockedAccounts } from './blocking/blocked-accounts.ts';
import { strategiesNamed } from './strategies.ts';
import { openTicketKeys } from './buyer/tickets.ts';
import { buyersMethods } from './composition/buyers.ts';
import { createBounds } from './composition/bounds.ts';
import { catalogueMethods } from './composition/catalogue.ts';
import { operatorsMethods } from './composition/operators.ts';
import type { BoxOffice, BoxOfficeOptions, ProcessActivity } from './interface.ts';
import { SWEEP_INTERVAL_MS } from './servers/open-server.ts';
import type { PerformanceServer } from './servers/open-server.ts';
import { openServers } from './servers/servers.ts';
import type { Servers } from './servers/servers.ts';
import type { Pool } from '../db/pool.ts';

// The rest of the library's interface: what `createBoxOffice` may throw, and every type that a caller needs.
export { DATABASE_DEFAULTS } from '../db/database.ts';
export { isRefusal } from '../domain/outcomes.ts';
export type { AuditedServer, AuditReport, InvariantReport } from '../audit/report.ts';
export type { InvariantNumber } from '../audit/checks/checks.ts';
export type {
  Concert,
  ConcertPerformance,
  GradeCounts,
  GradePrice,
  NamedSection,
  Performance,
} from '../catalogue/concerts.ts';
export type { SeatStates } from '../seats/states.ts';
export type { SaleState, VenueSection } from '../catalogue/import/document/checked.ts';
export type { CatalogueDocument, LocalText, OutlineShape } from '../catalogue/import/document/document.ts';
export type { Problem } from '../catalogue/import/document/problems.ts';
export type { PlacedSeat } from '../catalogue/import/document/layout.ts';
export type { ChangeCounts, ImportReport } from '../catalogue/import/import.ts';
export type { ChangeStatus } from '../catalogue/import/plan-venue.ts';
export type { SeatsOnSaleCounts } from '../catalogue/import/write-seats.ts';
export type { EffectiveSaleState, StoredSaleState } from '../catalogue/sale.ts';
export type { PlacedInRow, Point, Run as SeatRun } from '../catalogue/seat-map/runs.ts';
export type { Ranking } from '../catalogue/best-available/ranking.ts';
export type { CurrencyReport } from '../catalogue/import/set-currency.ts';
export type { SeatMap } from '../catalogue/seat-map/seat-map.ts';
export type { MapSeat, VenueMap } from '../catalogue/seat-map/venue-map.ts';
export type { Currency } from '../domain/currency.ts';
export type { DatabaseObserver, DatabaseOptions } from '../db/database.ts';
export type {
  ContendedCause,
  ContendedSqlstate,
  Outcome,
  OverloadedCause,
  OverloadedSqlstate,
  Refusal,
  RefusalCode,
  Unsettled,
} from '../domain/outcomes.ts';
export type { EntryKind } from '../domain/states.ts';
export type { Durability } from '../operations/durability.ts';
export type { Refunded } from '../operations/refund/contract.ts';
export type { Released, ReleaseRefusal } from '../operations/release.ts';
export type { Reversed } from '../operations/reversal.ts';
export type { ToppedUp } from '../operations/top-up/top-up.ts';
export type { SeatsByState } from '../seats/hall.ts';
export type { SaleEvent, SeatEvent, SeatWatch, WatchRefusal, WatchRequest } from '../seats/watching.ts';
export type * from './buyer/hold.ts';
export type * from './buyer/preview.ts';
export type * from './buyer/reservation-actions.ts';
export type { ReservationPage } from './buyer/reservation-list.ts';
export type { PublicTicketKey, TicketKey, TicketKeySet, Tickets } from './buyer/tickets.ts';
export type {
  LedgerEntry,
  LedgerPage,
  ReversalRefusal,
  ReversalRequest,
  TopUpRefusal,
  TopUpRequest,
  Wallet,
} from './buyer/wallet.ts';
export type { ReadRefusal } from './context.ts';
export type { Identity, IdentityRefusal } from './identity/identity.ts';
export type { FoundAccounts, ProfileErased } from './identity/profiles.ts';
export type { Profile } from '../identity/profiles.ts';
export type {
  KnownSession,
  OperatorRequest,
  SessionsEnded,
  SignedIn,
  SignedOut,
  SignInRequest,
} from './identity/sessions.ts';
export type { AccountBlock, BlockRefusal, BlockRequest, BlockSet } from './blocking/block-account.ts';
export type { BlockedRefusal } from './blocking/blocked-accounts.ts';
export type { ActivityReport, ActivitySecond } from './operator/activity.ts';
export type { CheckInList, ValidTicket } from './operator/check-in-list.ts';
export type { ImportRefusal, InvalidCatalogue } from './operator/import/import.ts';
export type { Cancellation, CancelRefusal, CancelRequest } from './operator/cancellation.ts';
export type { CancellationFailure } from './cancellations.ts';
export type { VisibilityRefusal } from './operator/visibility.ts';
export type {
  AnyReservation,
  OperatorRefund,
  OperatorRelease,
  RefundableReservation,
} from './operator/reservations.ts';
export type { OperatorAction } from '../operator-log/list-actions.ts';
export type { ActionList, LoggedAction } from './operator/actions.ts';
export type { By } from '../operator-log/note-action.ts';
export type { SaleRefusal } from './operator/sale.ts';
export type { SeatRefusal, SeatRequest, TakenSeat } from './operator/seat.ts';
export type { SaleLine, SaleList, Sales } from './operator/sales.ts';
export type { SalesOverTime, SalesPoint } from './operator/sales-over-time.ts';
export type { BoxOfficeObserver, ObservedOperation } from './observer.ts';
export type { GroupObserver, StrategyNames } from './strategies.ts';
export { PackageMissing } from '../lib/optional-packages.ts';
export type { Signal } from '../lib/signal.ts';
export type { NotReady } from './ready.ts';
export { BoxOfficeClosed } from './guarded.ts';
export type { InFlight } from './servers/settler.ts';
export { StrategyRefused } from '../operations/registry.ts';
export { TicketKeysInvalid } from './buyer/tickets.ts';
export type {
  AccountRefusal,
  ActionsRequest,
  BoxOffice,
  BoxOfficeOptions,
  MissingRefusal,
  Page,
  ProcessActivity,
} from './interface.ts';
export type { ConcertList, FoundConcert } from './servers/concerts.ts';
export { ServersRefused } from './servers/this-server.ts';

/** How many accounts are remembered as known; for others a top-up costs one more read. */
const KNOWN_ACCOUNTS_MAX = 100_000;

/**
 * Opens a box office on a database. Throws `StrategyRefused` for strategies that can't serve,
 * `TicketKeysInvalid` for keys that can't sign, `ServersRefused` for servers that do not fit together, `TransactionPooling` for a database behind a pooler that
 * keeps no sessions, `PackageMissing` for a Redis without its packages, and the database's error when the migration fails.
 *
 * @example
 * const boxOffice = await createBoxOffice({ databaseUrl: 'postgres://localhost/tickets' });
 * const held = await boxOffice.hold({ performanceId, accountId, seats: ['A-1-1'], idempotencyKey: 'hold' });
 * if (held.outcome === 'held') {
 *   const { reservationId } = held;
 *   await boxOffice.pay({ performanceId, reservationId, accountId, idempotencyKey: 'pay' });
 * }
 */
export async function createBoxOffice(options: BoxOfficeOptions): Promise<BoxOffice> {
  checkOptions(options);
  const redisLocks = options.redisUrl === undefined ? undefined : await openLocks(options.redisUrl, options);
  try {
    return await openBoxOffice(options, redisLocks);
  } catch (error) {
    // An open client would reconnect forever and keep the process alive.
    await redisLocks?.close();
    throw error;
  }
}

/** Loads the Redis client only for a box office with a Redis. */
async function openLocks(url: string, { onWarning }: BoxOfficeOptions): Promise<RedisLocks> {
  requirePackages('a strategy with redis-lock', 'ioredis', 'redis-semaphore');
  const { openRedisLocks } = await import('../operations/wrappers/redis-locks.ts');
  return openRedisLocks({ url, ...(onWarning && { onError: onWarning }) });
}

async function openBoxOffice(
  options: BoxOfficeOptions,
  redisLocks: RedisLocks | undefined,
): Promise<BoxOffice> {
  const isApart = Object.keys(options.servers ?? {}).length > 0;
  const strategies = strategiesNamed(options.strategies ?? {}, { redisLocks }, isApart);
  const ticketKeys = await openTicketKeys(options.ticketKeys);
  const sum = (count: (server: PerformanceServer) => number): number =>
    servers.all.reduce((total, server) => total + count(server), 0);
  const activity = createActivity({
    onAnswer: options.observer?.answered,
    waiting: () => sum(({ context }) => context.strategies.waiting),
    watchers: () => sum(({ watching }) => watching.watcherCount()),
  });
  const servers = await openServers({
    options,
    strategies,
    groupDecided: (size) => activity.groupDecided(size),
    knownAccounts: createWeightedCache<true>(KNOWN_ACCOUNTS_MAX, () => 1),
    unpaidHolds: createUnpaidHolds(options.holdBudget ?? HOLD_BUDGET),
  });
  const { home } = servers;
  const importer = createImporter(databaseOptions(options.databaseUrl, options.database), {
    servers: options.servers,
  });
  const blocked = createBlockedAccounts(home.readings);
  const sweeps = (options.sweepIntervalMs ?? SWEEP_INTERVAL_MS) > 0;
  const identitySweeper = sweeps ? startIdentitySweeper(home.context.database) : undefined;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    identitySweeper?.stop();
    await importer.close();
    await servers.close();
    // Requests still in the database hold locks in Redis.
    await redisLocks?.close();
  };
  const bounds = createBounds(servers, activity, options.requestDeadlineMs ?? REQUEST_DEADLINE_MS);
  const isClosed = (): boolean => closed !== undefined;
  const methods: Pick<BoxOffice, keyof typeof RULES> = {
    ...catalogueMethods(servers, bounds),
    ...buyersMethods({ servers, blocked, ticketKeys }, bounds),
  };
  const operators = operatorsMethods({ servers, importer, blocked, options }, bounds);
  const readiness = createReadiness(home.context.database);
  const whyNotReady = async (): Promise<NotReady> => (isClosed() ? 'The box office is closed.' : readiness());
  return {
    ...guarded(methods, RULES, isClosed),
    ticketKeys: ticketKeys.published,
    identity: guarded(createIdentity(bounds.atHome), IDENTITY_RULES, isClosed),
    operator: {
      ...guarded(operators, OPERATOR_RULES, isClosed),
      readActivity: () => ({ ...activity.report(), ...presentOf(servers) }),
    },
    whyNotReady,
    isReady: async () => (await whyNotReady()) === undefined,
    close: () => (closed ??= close()),
  };
}

function presentOf({ home, all }: Servers): Omit<ProcessActivity, keyof ActivityReport> {
  const sum = (count: (pool: Pool) => number): number =>
    all.reduce((total, { context }) => total + count(context.database.pool), 0);
  const { topUp, hold, pay } = home.context.strategies;
  const inFlight = all.map((server) => server.inFlight());
  return {
    inFlight: {
      attempts: inFlight.reduce((total, { attempts }) => total + attempts, 0),
      oldestSeconds: Math.max(...inFlight.map(({ oldestSeconds }) => oldestSeconds)),
    },
    strategies: { topUp: topUp.name, hold: hold.name, pay: pay.name },
    pool: {
      total: sum((pool) => pool.totalCount),
      idle: sum((pool) => pool.idleCount),
      waiting: sum((pool) => pool.waitingCount),
    },
  };
}
