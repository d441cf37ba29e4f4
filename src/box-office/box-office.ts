/**
 * The box office: everything that a buyer or an operator does, composed from operations and catalogue. It is
 * the interface of the library; every route of the HTTP API calls it and adds only authentication and JSON.
 *
 * Refusals are values (`outcome` names one of the codes in `REFUSALS`). The methods throw only for a bug, such as
 * `BoxOfficeClosed` after the close.
 */
import type { AuditReport } from '../audit/audit.ts';
import { listConcerts, readConcert, readPerformance } from '../catalogue/concerts.ts';
import type { Concert, Performance } from '../catalogue/concerts.ts';
import type { ImportReport } from '../catalogue/import/import.ts';
import { createSoldOut } from '../catalogue/sold-out.ts';
import type { SaleState } from '../catalogue/import/document/checked.ts';
import { createWeightedCache } from '../lib/weighted-cache.ts';
import { refuseTransactionPooling, TransactionPooling } from '../db/pooler.ts';
import { createBarrier } from '../operations/durability.ts';
import type { Durability } from '../operations/durability.ts';
import { guarded } from './guarded.ts';
import { IDENTITY_RULES, OPERATOR_RULES, RULES } from './input-rules.ts';
import { createReadiness } from './ready.ts';
import type { NotReady } from './ready.ts';
import { checkOptions } from './options.ts';
import { createDeadlines, REQUEST_DEADLINE_MS } from './deadline.ts';
import type { Deadlines, LateWrite } from './deadline.ts';
import { createSeatMaps } from '../catalogue/seat-map/seat-map.ts';
import type { SeatMap } from '../catalogue/seat-map/seat-map.ts';
import { databaseOptions, openDatabase } from '../db/database.ts';
import type { Connection, DatabaseOptions } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import type { Outcome, Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { sharedNextRun } from '../lib/next-run.ts';
import type { Signal } from '../lib/signal.ts';
import { requirePackages } from '../lib/optional-packages.ts';
import type { Reversed } from '../operations/reversal.ts';
import type { ToppedUp } from '../operations/top-up/top-up.ts';
import type { Refunded } from '../operations/refund.ts';
import type { RedisLocks } from '../operations/wrappers/redis-lock.ts';
import type { Released, ReleaseRefusal } from '../operations/release.ts';
import { createActivity } from './operator/activity.ts';
import type { Activity, ActivityReport } from './operator/activity.ts';
import { readWalletOf, reverseWalletTopUp, topUpWallet } from './buyer/wallet.ts';
import type { ReversalRefusal, ReversalRequest, TopUpRefusal, TopUpRequest, Wallet } from './buyer/wallet.ts';
import { reading, seatMapOf } from './context.ts';
import type { BoxOfficeContext, ReadRefusal } from './context.ts';
import { createUnpaidHolds, HOLD_BUDGET } from './buyer/unpaid-holds.ts';
import { createBestSeats } from './buyer/best-seats.ts';
import { earlierHolds, holdBestAvailable, holdSeats } from './buyer/hold.ts';
import { previewBestAvailable } from './buyer/preview.ts';
import type { PreviewRefusal, PreviewRequest, SeatsPreview } from './buyer/preview.ts';
import type {
  BestAvailableRefusal,
  BestAvailableRequest,
  HeldSeats,
  HoldRefusal,
  HoldRequest,
} from './buyer/hold.ts';
import { createCancellations } from './cancellations.ts';
import type { Cancellations } from './cancellations.ts';
import { cancelPerformance, readCancellation } from './operator/cancellation.ts';
import type { Cancellation, CancelRefusal, CancelRequest } from './operator/cancellation.ts';
import { setVisibility } from './operator/visibility.ts';
import type { VisibilityRefusal } from './operator/visibility.ts';
import { readCheckInList } from './operator/check-in-list.ts';
import { audit } from './operator/audit.ts';
import type { ImportRefusal } from './operator/import/import.ts';
import type { Importer } from './operator/import/importer.ts';
import { createImporter } from './operator/import/importer.ts';
import { readAnyReservation, refundAny, releaseAny } from './operator/reservations.ts';
import type {
  AnyReservation,
  OperatorRefund,
  OperatorRelease,
  RefundableReservation,
} from './operator/reservations.ts';
import { listActions } from '../operator-log/list-actions.ts';
import type { ActionPage } from '../operator-log/list-actions.ts';
import type { By } from '../operator-log/note-action.ts';
import { setSale } from './operator/sale.ts';
import type { SaleRefusal } from './operator/sale.ts';
import type { CheckInList } from './operator/check-in-list.ts';
import { listSales, readSales } from './operator/sales.ts';
import type { SaleList, Sales } from './operator/sales.ts';
import { readSalesOverTime } from './operator/sales-over-time.ts';
import type { SalesOverTime } from './operator/sales-over-time.ts';
import { readTakenSeat } from './operator/seat.ts';
import type { SeatRefusal, SeatRequest, TakenSeat } from './operator/seat.ts';
import type { BoxOfficeObserver, ObservedOperation } from './observer.ts';
import { createIdentity } from './identity/identity.ts';
import type { Identity } from './identity/identity.ts';
import { startIdentitySweeper } from './identity/sweep.ts';
import { blockAccount, readBlock } from './blocking/block-account.ts';
import type { AccountBlock, BlockRefusal, BlockRequest, BlockSet } from './blocking/block-account.ts';
import { createBlockedAccounts } from './blocking/blocked-accounts.ts';
import type { BlockedAccounts, BlockedRefusal } from './blocking/blocked-accounts.ts';
import { holdUnlessBlocked, unlessBlocked } from './blocking/unless-blocked.ts';
import { openHalls } from './open-halls.ts';
import {
  payReservation,
  readReservationOf,
  refundReservation,
  releaseReservation,
} from './buyer/reservation-actions.ts';
import { reservationsOf } from './buyer/reservation-list.ts';
import type { ReservationPage } from './buyer/reservation-list.ts';
import type {
  KeyedRequest,
  PaidSeats,
  PayRefusal,
  RefundRefusal,
  Reservation,
  ReservationRequest,
} from './buyer/reservation-actions.ts';
import { openStrategies, strategiesNamed } from './strategies.ts';
import type { StrategyNames } from './strategies.ts';
import { startSweeper } from './sweeper.ts';
import { openTicketKeys, ticketsOf } from './buyer/tickets.ts';
import type { PublicTicketKey, TicketKeySet, Tickets } from './buyer/tickets.ts';
import { listLedger } from './buyer/wallet.ts';
import type { LedgerPage } from './buyer/wallet.ts';
import { readSeatStates } from '../seats/states.ts';
import type { SeatStates } from '../seats/states.ts';
import type { SeatWatch, WatchRefusal, WatchRequest } from '../seats/watching.ts';

// The rest of the library's interface: what `createBoxOffice` may throw, and every type that a caller needs.
export { DATABASE_DEFAULTS } from '../db/database.ts';
export { isRefusal } from '../domain/outcomes.ts';
export type { AuditReport, InvariantReport } from '../audit/audit.ts';
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
export type { Refunded } from '../operations/refund.ts';
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
export type { ActionPage, OperatorAction } from '../operator-log/list-actions.ts';
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
export { StrategyRefused } from '../operations/registry.ts';
export { TicketKeysInvalid } from './buyer/tickets.ts';

export interface BoxOfficeOptions {
  /** PostgreSQL 15 or later. */
  readonly databaseUrl: string;
  /** Bounds of the pool and of every wait; see `DATABASE_DEFAULTS`. */
  readonly database?: Partial<Omit<DatabaseOptions, 'url'>>;
  /** Strategies by name; `grouped` where none is named. */
  readonly strategies?: StrategyNames;
  /** A Redis, for strategies with `redis-lock`; only they need one. */
  readonly redisUrl?: string;
  /** Called with one line that an operator should know, such as a Redis that is away. */
  readonly onWarning?: (line: string) => void;
  /** `replicated` acknowledges only what survives a failover to a synchronous standby; `local` by default. */
  readonly durability?: Durability;
  /** How long a request may take, in milliseconds; 10,000 by default. Imports and audits may take longer. */
  readonly requestDeadlineMs?: number;
  /**
   * How often an hour an account may hold as many seats as one hold may have (20) without paying, for all performances
   * together and as far as this process knows; 3 by default, 0 for no bound. Each performance has its own exact bound.
   */
  readonly holdBudget?: number;
  /** Migrates the schema first; on by default. */
  readonly migrate?: boolean;
  /** Private Ed25519 keys: the first signs tickets, all are published. Without keys, no ticket is signed. */
  readonly ticketKeys?: TicketKeySet | undefined;
  /** How often expired holds are swept; 0 never. Correctness does not depend on it. */
  readonly sweepIntervalMs?: number;
  /** How often watched seats are read, in milliseconds; 250 by default. */
  readonly watchIntervalMs?: number;
  /** Gets each answer and each wait, for metrics. */
  readonly observer?: BoxOfficeObserver | undefined;
}

/** A page of a list, newest first: at most `limit` items, 1,000 at most, beyond the previous page's `before`. */
export interface Page {
  readonly before?: number | undefined;
  readonly limit: number;
}

/** A page of the operator log. */
export interface ActionsRequest extends Page {
  /** Only what was done to this performance. */
  readonly performanceId?: string | undefined;
}

/** What this process does; others on the same database report their own. */
export interface ProcessActivity extends ActivityReport {
  readonly strategies: Readonly<Record<keyof StrategyNames, string>>;
  /** Connections, idle connections, and requests waiting for one. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** How many accounts are remembered as known; for others a top-up costs one more read. */
const KNOWN_ACCOUNTS_MAX = 100_000;

/** The refusals of a read of one thing. */
export type MissingRefusal = Refusal<'not_found'> | ReadRefusal;

/** The refusals of a read of what an account has. */
export type AccountRefusal = Refusal<'invalid_request'> | ReadRefusal;

export interface BoxOffice {
  /** Every concert with its performances, grades and prices. */
  listConcerts(): Promise<readonly Concert[] | ReadRefusal>;
  readConcert(concertId: string): Promise<Concert | MissingRefusal>;
  /** A performance's sale, and how many seats of each grade are free, held and sold now. */
  readPerformance(performanceId: string): Promise<Performance | MissingRefusal>;
  /** The seats' geometry; it changes only by an import. */
  readSeatMap(performanceId: string): Promise<SeatMap | MissingRefusal>;
  /** Every seat's state now. Callers that arrive during a reading share the next one. */
  readSeatStates(performanceId: string): Promise<SeatStates | MissingRefusal>;
  /** Reports every change of the seats' states and of the sale from a reading's cursor on, without a gap. */
  watchSeats(request: WatchRequest): Promise<SeatWatch | WatchRefusal>;

  /**
   * Holds the named seats, all or none, for the performance's hold time. Refusals: `account_blocked`,
   * `invalid_request`, `not_found` (the performance, or seats by label), `idempotency_key_reused`, `sales_closed`, `seat_taken`,
   * `seat_limit_exceeded`, `contended`, `overloaded`, `outcome_unknown`.
   */
  hold(request: HoldRequest): Promise<HeldSeats | HoldRefusal | BlockedRefusal>;
  /** Holds adjacent seats of a grade, chosen by the engine. Refusals: as `hold`, and `seats_unavailable`. */
  holdBestAvailable(
    request: BestAvailableRequest,
  ): Promise<HeldSeats | BestAvailableRefusal | BlockedRefusal>;
  /**
   * The seats that `holdBestAvailable` would try now, with what they cost; in a crowd, each account sees others of the
   * best. Holds nothing. Refusals: `invalid_request`, `not_found` (the performance or the grade), `seats_unavailable`, `contended`, `overloaded`.
   */
  previewBestAvailable(request: PreviewRequest): Promise<SeatsPreview | PreviewRefusal>;
  /** One of the account's reservations as it is now. Refusals: `not_found`, `contended`, `overloaded`. */
  readReservation(request: ReservationRequest): Promise<Reservation | MissingRefusal>;
  /**
   * Releases a hold; a second release is the same success. Refusals: `not_found`, `hold_expired`,
   * `reservation_not_releasable`, `contended`, `overloaded`, `outcome_unknown`.
   */
  release(request: ReservationRequest): Promise<Released | ReleaseRefusal>;
  /**
   * Pays a reservation from its account's wallet. Refusals: `account_blocked`, `invalid_request`, `not_found`,
   * `idempotency_key_reused`, `hold_expired`, `reservation_not_payable`, `insufficient_balance`, `contended`,
   * `overloaded`, `outcome_unknown`.
   */
  pay(request: KeyedRequest): Promise<PaidSeats | PayRefusal | BlockedRefusal>;
  /**
   * A buyer's refund to the wallet, until the performance's deadline. Refusals: `invalid_request`,
   * `not_found`, `idempotency_key_reused`, `hold_expired`, `reservation_not_refundable`, `contended`,
   * `overloaded`, `outcome_unknown`.
   */
  refund(request: KeyedRequest): Promise<Refunded | RefundRefusal>;
  /** An account's live holds and purchases, newest first. */
  listReservations(accountId: string, page: Page): Promise<ReservationPage | AccountRefusal>;

  /** A signed ticket for each seat of a confirmed reservation. */
  readTickets(request: ReservationRequest): Promise<Tickets | MissingRefusal>;
  /** The keys that verify tickets; empty when no tickets are signed. */
  readonly ticketKeys: readonly PublicTicketKey[];

  /**
   * Adds minor units to an account's wallet. Refusals: `invalid_request`, `not_found` (an account without a
   * wallet, unless `createAccount` is true), `idempotency_key_reused`, `balance_limit_exceeded`, `contended`,
   * `overloaded`, `outcome_unknown`.
   */
  topUp(request: TopUpRequest): Promise<ToppedUp | TopUpRefusal>;
  /**
   * Takes a top-up back; a second reversal is the same success. Refusals: `invalid_request`, `not_found` (`entry`: the
   * account's ledger has no such top-up), `idempotency_key_reused`, `insufficient_balance` (the money is spent),
   * `contended`, `overloaded`, `outcome_unknown`.
   */
  reverseTopUp(request: ReversalRequest): Promise<Reversed | ReversalRefusal>;
  /** The account's balance, and the currency of every amount. */
  readWallet(accountId: string): Promise<Wallet | AccountRefusal>;
  /** Top-ups, payments and refunds, newest first. */
  listLedger(accountId: string, page: Page): Promise<LedgerPage | AccountRefusal>;

  /** People: sign-ins, sessions and profiles. */
  readonly identity: Identity;

  /**
   * What an operator may do beyond a buyer. Each write is noted in the operator log, in the same transaction, with the `actor`
   * and the `requestId` of its request.
   */
  readonly operator: {
    /**
     * Imports concerts, venues and performances: all or nothing. `invalid_request` lists the problems. It works in a
     * thread and on a connection of its own; one that is aborted is rolled back unless its COMMIT is under way.
     */
    importCatalogue(document: unknown, signal?: Signal, by?: By): Promise<ImportReport | ImportRefusal>;
    /** Every concert, hidden ones too. */
    listConcerts(): Promise<readonly Concert[] | ReadRefusal>;
    /** Takes a concert off the list, or puts it back; its sale and its tickets stay as they are. */
    setVisibility(
      concertId: string,
      visibility: { readonly hidden: boolean },
      by?: By,
    ): Promise<Concert | VisibilityRefusal>;
    /**
     * Cancels a performance for good: nothing is held any more, holds are ended, and every confirmed
     * reservation is refunded in the background, by any box office on the database that sweeps. Once the answer
     * reports no holds, none can be paid. To cancel again takes the refunds up again.
     */
    cancelPerformance(request: CancelRequest): Promise<Cancellation | CancelRefusal>;
    /** How far a cancellation is. Refusals: `not_found`, also for a performance that is not cancelled. */
    readCancellation(performanceId: string): Promise<Cancellation | MissingRefusal>;
    /**
     * Opens, pauses or closes a sale. Refusals: `not_found`, `sales_closed` (it is cancelled), `outcome_unknown`,
     * and those of a read.
     */
    setSaleState(performanceId: string, state: SaleState, by?: By): Promise<Performance | SaleRefusal>;
    /** Anybody's reservation, with what a refund of each of its seats pays back. */
    readReservation(request: AnyReservation): Promise<RefundableReservation | MissingRefusal>;
    /** The reservation that holds or bought a seat. `not_found` names what is missing; of a free seat, the reservation. */
    readSeat(request: SeatRequest): Promise<TakenSeat | SeatRefusal>;
    /**
     * A refund without a deadline, to the wallet of the reservation's account: of the named seats, or of all
     * that are left. It stays confirmed until its last seat is given back. Refusals: as a buyer's, with `seats`
     * where some are refunded already.
     */
    refund(request: OperatorRefund): Promise<Refunded | RefundRefusal>;
    /** Releases anybody's hold, all of it. Refusals: as a buyer's. */
    release(request: OperatorRelease): Promise<Released | ReleaseRefusal>;
    /**
     * Blocks an account, so that it may neither hold nor pay (`account_blocked`), and releases all its live holds; or unblocks
     * it. To set it again is the same, and releases what an earlier request left.
     */
    blockAccount(request: BlockRequest): Promise<BlockSet | BlockRefusal>;
    /** Whether an account is blocked. */
    readBlock(accountId: string): Promise<AccountBlock | AccountRefusal>;
    /** Checks every invariant in one snapshot. */
    audit(): Promise<AuditReport | ReadRefusal>;
    /** Every valid ticket of a performance, in one snapshot. */
    readCheckInList(performanceId: string): Promise<CheckInList | MissingRefusal>;
    /** Seats, reservations and money of a performance, in one snapshot. */
    readSales(performanceId: string): Promise<Sales | MissingRefusal>;
    /** Running totals of payments and refunds, at up to `points` moments (600 by default, 2,000 at most). */
    readSalesOverTime(
      performanceId: string,
      points?: number,
    ): Promise<SalesOverTime | MissingRefusal | Refusal<'invalid_request'>>;
    /** Every payment and refund of a performance at one moment, the earliest first, with its seats' prices. */
    listSales(performanceId: string): Promise<SaleList | MissingRefusal>;
    /** What operators did, newest first: to one performance, or everything. */
    listActions(request: ActionsRequest): Promise<ActionPage | AccountRefusal>;
    /** What this process did in the last five minutes, and does now. */
    readActivity(): ProcessActivity;
  };

  /** Whether the database answers and accepts writes. */
  isReady(): Promise<boolean>;
  /** Why it is not ready, in a sentence for its operator; undefined when it is. */
  whyNotReady(): Promise<NotReady>;
  /** Waits for requests in flight and closes the pool. May be called more than once; later calls of other methods throw. */
  close(): Promise<void>;
}

/**
 * Opens a box office on a database. Throws `StrategyRefused` for strategies that can't serve,
 * `TicketKeysInvalid` for keys that can't sign, `TransactionPooling` for a database behind a pooler that
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
  const strategies = strategiesNamed(options.strategies ?? {}, { redisLocks });
  const ticketKeys = await openTicketKeys(options.ticketKeys);
  // The first request reports a database that is away.
  await refuseTransactionPooling(options.databaseUrl).catch((error: unknown) => {
    if (error instanceof TransactionPooling) throw error;
  });
  if (options.migrate !== false) await migrate(options.databaseUrl);
  const databaseBounds = databaseOptions(options.databaseUrl, options.database);
  const { observer } = options;
  const database = openDatabase(databaseBounds, observer);
  const activity = createActivity({
    onAnswer: observer?.answered,
    waiting: () => opened.waiting,
    watchers: () => seats.watching.watcherCount(),
  });
  const groupDecided = (size: number): void => activity.groupDecided(size);
  const seatMaps = createSeatMaps(database);
  const seats = openHalls(seatMaps, options);
  const barrier = createBarrier(database, options.durability ?? 'local');
  const work = { database, groupDecided, barrier, halls: seats.halls };
  const opened = openStrategies(work, strategies, observer);
  const context: BoxOfficeContext = {
    database,
    strategies: opened,
    barrier,
    seatMaps,
    bestSeats: createBestSeats({ database, halls: seats.halls }),
    earlierHold: earlierHolds(database),
    knownAccounts: createWeightedCache<true>(KNOWN_ACCOUNTS_MAX, () => 1),
    unpaidHolds: createUnpaidHolds(options.holdBudget ?? HOLD_BUDGET),
  };
  const importer = createImporter(databaseBounds);
  const blocked = createBlockedAccounts(seats.database);
  const sweepIntervalMs = options.sweepIntervalMs ?? 5_000;
  const sweeper = startSweeper(context, sweepIntervalMs, observer?.swept);
  const cancellations = createCancellations(context, sweepIntervalMs);
  const identitySweeper = sweepIntervalMs > 0 ? startIdentitySweeper(database) : undefined;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await seats.watching.close();
    identitySweeper?.stop();
    await sweeper.stop();
    await cancellations.stop();
    await opened.close();
    await importer.close();
    await seats.close();
    await database.close();
    // Requests still in the database hold locks in Redis.
    await redisLocks?.close();
  };
  const bounds = boundsOf(context, activity, options.requestDeadlineMs ?? REQUEST_DEADLINE_MS);
  const { read, writing } = bounds;
  const isClosed = (): boolean => closed !== undefined;
  const methods: Pick<BoxOffice, keyof typeof RULES> = {
    ...catalogueOf(context, read),
    watchSeats: (request) => seats.watching.watch(request),
    hold: writing('hold', holdUnlessBlocked(blocked, holdSeats, releaseReservation)),
    holdBestAvailable: writing(
      'hold_best_available',
      holdUnlessBlocked(blocked, holdBestAvailable, releaseReservation),
    ),
    previewBestAvailable: read((at, request: PreviewRequest) => previewBestAvailable(at, request)),
    readReservation: read((at, request: ReservationRequest) => readReservationOf(at, request)),
    release: writing('release', releaseReservation),
    pay: writing('pay', unlessBlocked(blocked, payReservation)),
    refund: writing('refund', (at, request) => refundReservation(at, { ...request, byOperator: false })),
    listReservations: read(reservationsOf),
    readTickets: read((at, request: ReservationRequest) => ticketsOf(at, ticketKeys, request)),
    topUp: writing('top_up', topUpWallet),
    reverseTopUp: writing('reversal', reverseWalletTopUp),
    readWallet: read((at, accountId: string) => readWalletOf(at, accountId)),
    listLedger: read((at, accountId: string, { before, limit }: Page) =>
      reading(at, (connection) => listLedger(connection, accountId, { before, limit })),
    ),
  };
  const readiness = createReadiness(database);
  const whyNotReady = async (): Promise<NotReady> => (isClosed() ? 'The box office is closed.' : readiness());
  return {
    ...guarded(methods, RULES, isClosed),
    ticketKeys: ticketKeys.published,
    identity: guarded(createIdentity(bounds), IDENTITY_RULES, isClosed),
    operator: {
      ...guarded(operatorOf(context, { importer, cancellations, blocked }, bounds), OPERATOR_RULES, isClosed),
      readActivity: () => ({ ...activity.report(), ...presentOf(context) }),
    },
    whyNotReady,
    isReady: async () => (await whyNotReady()) === undefined,
    close: () => (closed ??= close()),
  };
}

type CatalogueReads = 'listConcerts' | 'readConcert' | 'readPerformance' | 'readSeatMap' | 'readSeatStates';

function catalogueOf(context: BoxOfficeContext, timely: Deadlines['read']): Pick<BoxOffice, CatalogueReads> {
  const noConcert = refuse('not_found', { what: 'concert' });
  const noPerformance = refuse('not_found', { what: 'performance' });
  /** Reads each thing once at a time, so that a crowd of viewers leaves the pool to buyers. */
  const shared = <T>(
    read: (connection: Connection, id: string) => Promise<T | undefined>,
    missing: Refusal<'not_found'>,
  ): ((id: string) => Promise<T | MissingRefusal>) => {
    // Its readers have deadlines of their own: the reading has none.
    const next = sharedNextRun(
      async (id) => (await reading(context, (connection) => read(connection, id))) ?? missing,
    );
    return timely((_, id: string) => next(id));
  };
  const soldOut = createSoldOut();
  const readConcerts = sharedNextRun(() =>
    reading(context, (connection) => listConcerts(connection, { soldOut })),
  );
  return {
    listConcerts: timely(() => readConcerts('all')),
    readConcert: shared((connection, id) => readConcert(connection, id, { soldOut }), noConcert),
    readPerformance: shared(readPerformance, noPerformance),
    // From memory; concurrent callers share one load of a missing map.
    readSeatMap: timely(
      async (at, performanceId: string) => (await seatMapOf(at, performanceId)) ?? noPerformance,
    ),
    readSeatStates: shared(readSeatStates, noPerformance),
  };
}

interface Bounds extends Deadlines {
  /** A write whose answer is counted. */
  readonly writing: <Request, Answer extends Outcome>(
    operation: ObservedOperation,
    work: (at: BoxOfficeContext, request: Request) => Promise<Answer>,
  ) => (request: Request) => Promise<Answer | LateWrite>;
}

function boundsOf(context: BoxOfficeContext, activity: Activity, deadlineMs: number): Bounds {
  const deadlines = createDeadlines(context, deadlineMs);
  return { ...deadlines, writing: (operation, work) => activity.counted(operation, deadlines.write(work)) };
}

interface OperatorsParts {
  readonly importer: Importer;
  readonly cancellations: Cancellations;
  readonly blocked: BlockedAccounts;
}

function operatorOf(
  context: BoxOfficeContext,
  { importer, cancellations, blocked }: OperatorsParts,
  { read, write, writing }: Bounds,
): Omit<BoxOffice['operator'], 'readActivity'> {
  const readAllConcerts = sharedNextRun(() =>
    reading(context, (connection) => listConcerts(connection, { withHidden: true })),
  );
  return {
    listConcerts: read(() => readAllConcerts('all')),
    setVisibility: (concertId, visibility, by = {}) =>
      write((at) => setVisibility(at, concertId, visibility, by))(undefined),
    importCatalogue: (document, signal, by) => importer.import(document, signal, by),
    setSaleState: (performanceId, state, by = {}) =>
      write((at) => setSale(at, performanceId, state, by))(undefined),
    cancelPerformance: write((at, request: CancelRequest) => cancelPerformance(at, cancellations, request)),
    readCancellation: read(readCancellation),
    readReservation: read(readAnyReservation),
    readSeat: read((at, request: SeatRequest) => readTakenSeat(at, request)),
    refund: writing('refund', refundAny),
    release: writing('release', releaseAny),
    blockAccount: write((at, request: BlockRequest) => blockAccount(at, request, blocked.validMs)),
    readBlock: read(readBlock),
    audit: () => audit(context),
    readCheckInList: read(readCheckInList),
    readSales: read(readSales),
    readSalesOverTime: read(readSalesOverTime),
    listSales: read(listSales),
    listActions: read((at, request: ActionsRequest) =>
      reading(at, (connection) => listActions(connection, request, request.performanceId)),
    ),
  };
}

function presentOf({ database, strategies }: BoxOfficeContext): Omit<ProcessActivity, keyof ActivityReport> {
  const { totalCount: total, idleCount: idle, waitingCount: waiting } = database.pool;
  const { topUp, hold, pay } = strategies;
  return {
    strategies: { topUp: topUp.name, hold: hold.name, pay: pay.name },
    pool: { total, idle, waiting },
  };
}
