/** The interface of the library: what a box office is opened with, and everything that it does. */
import type { AuditReport } from '../audit/report.ts';
import type { Concert, Performance } from '../catalogue/concerts.ts';
import type { InFlight } from './servers/settler.ts';
import type { ConcertList, FoundConcert } from './servers/concerts.ts';
import type { ImportReport } from '../catalogue/import/import.ts';
import type { SaleState } from '../catalogue/import/document/checked.ts';
import type { Durability } from '../operations/durability.ts';
import type { NotReady } from './ready.ts';
import type { SeatMap } from '../catalogue/seat-map/seat-map.ts';
import type { DatabaseOptions } from '../db/database.ts';
import type { Refusal } from '../domain/outcomes.ts';
import type { Signal } from '../lib/signal.ts';
import type { Reversed } from '../operations/reversal.ts';
import type { ToppedUp } from '../operations/top-up/top-up.ts';
import type { Refunded } from '../operations/refund/contract.ts';
import type { Released, ReleaseRefusal } from '../operations/release.ts';
import type { ActivityReport } from './operator/activity.ts';
import type { ReversalRefusal, ReversalRequest, TopUpRefusal, TopUpRequest, Wallet } from './buyer/wallet.ts';
import type { ReadRefusal } from './context.ts';
import type { PreviewRefusal, PreviewRequest, SeatsPreview } from './buyer/preview.ts';
import type {
  BestAvailableRefusal,
  BestAvailableRequest,
  HeldSeats,
  HoldRefusal,
  HoldRequest,
} from './buyer/hold.ts';
import type { Cancellation, CancelRefusal, CancelRequest } from './operator/cancellation.ts';
import type { VisibilityRefusal } from './operator/visibility.ts';
import type { ImportRefusal } from './operator/import/import.ts';
import type {
  AnyReservation,
  OperatorRefund,
  OperatorRelease,
  RefundableReservation,
} from './operator/reservations.ts';
import type { ActionList } from './operator/actions.ts';
import type { By } from '../operator-log/note-action.ts';
import type { SaleRefusal } from './operator/sale.ts';
import type { CheckInList } from './operator/check-in-list.ts';
import type { SaleList, Sales } from './operator/sales.ts';
import type { SalesOverTime } from './operator/sales-over-time.ts';
import type { SeatRefusal, SeatRequest, TakenSeat } from './operator/seat.ts';
import type { BoxOfficeObserver } from './observer.ts';
import type { Identity } from './identity/identity.ts';
import type { AccountBlock, BlockRefusal, BlockRequest, BlockSet } from './blocking/block-account.ts';
import type { BlockedRefusal } from './blocking/blocked-accounts.ts';
import type { ReservationPage } from './buyer/reservation-list.ts';
import type {
  KeyedRequest,
  PaidSeats,
  PayRefusal,
  RefundRefusal,
  Reservation,
  ReservationRequest,
} from './buyer/reservation-actions.ts';
import type { StrategyNames } from './strategies.ts';
import type { PublicTicketKey, TicketKeySet, Tickets } from './buyer/tickets.ts';
import type { LedgerPage } from './buyer/wallet.ts';
import type { SeatStates } from '../seats/states.ts';
import type { SeatWatch, WatchRefusal, WatchRequest } from '../seats/watching.ts';
export interface BoxOfficeOptions {
  /** PostgreSQL 15 or later. */
  readonly databaseUrl: string;
  /** Bounds of the pool and of every wait; see `DATABASE_DEFAULTS`. */
  readonly database?: Partial<Omit<DatabaseOptions, 'url'>>;
  /**
   * Further servers, which have performances only, by the names that `rowlock server add` gave them, with their addresses.
   * `databaseUrl` is their home: it has the accounts and says which performance is where.
   */
  readonly servers?: Readonly<Record<string, string>> | undefined;
  /** Strategies by name; `grouped` where none is named, and `settled` for payments with several servers. */
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
export interface ActionsRequest extends Omit<Page, 'before'> {
  /** The previous page's. */
  readonly before?: number | string | undefined;
  /** Only what was done to this performance. */
  readonly performanceId?: string | undefined;
}

/** What this process does; others on the same database report their own. */
export interface ProcessActivity extends ActivityReport {
  readonly strategies: Readonly<Record<keyof StrategyNames, string>>;
  /** Payments and refunds on their way, on all servers, as this process saw them lately. */
  readonly inFlight: InFlight;
  /** Connections, idle connections, and requests waiting for one. */
  readonly pool: { readonly total: number; readonly idle: number; readonly waiting: number };
}

/** The refusals of a read of one thing. */
export type MissingRefusal = Refusal<'not_found'> | ReadRefusal;

/** The refusals of a read of what an account has. */
export type AccountRefusal = Refusal<'invalid_request'> | ReadRefusal;

export interface BoxOffice {
  /** Every concert with its performances, grades and prices. */
  listConcerts(): Promise<ConcertList | ReadRefusal>;
  readConcert(concertId: string): Promise<FoundConcert | MissingRefusal>;
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
     * Imports concerts, venues and performances: all or nothing, on each server by itself where there are several; then
     * `server` takes the performances that are on none yet, by default the one with the least on sale. To import again
     * completes what was interrupted. `invalid_request` lists the problems. It works in a
     * thread and on a connection of its own; one that is aborted is rolled back unless its COMMIT is under way.
     */
    importCatalogue(
      document: unknown,
      signal?: Signal,
      by?: By,
      server?: string,
    ): Promise<ImportReport | ImportRefusal>;
    /** Every concert, hidden ones too. */
    listConcerts(): Promise<ConcertList | ReadRefusal>;
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
    listActions(request: ActionsRequest): Promise<ActionList | AccountRefusal>;
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
