/** Made by web/generate-api-types.ts from the OpenAPI document: do not edit. */

export type AdminRefundBody = {
  /**
   * @minItems 1
   * @maxItems 20
   */
  seats?: string[];
} | null;
export type CreateDevelopmentTokenBody = {
  accountId?: string;
  role?: 'buyer' | 'admin';
} | null;

export interface UnauthenticatedProblem {
  type: string;
  title: 'Authentication required';
  status: 401;
  outcome: 'unauthenticated';
  retry: 'changed';
  instance: string;
  detail: string;
}
export interface ForbiddenProblem {
  type: string;
  title: 'Insufficient scope';
  status: 403;
  outcome: 'forbidden';
  retry: 'changed';
  instance: string;
  detail: string;
}
export interface AccountBlockedProblem {
  type: string;
  title: 'Account blocked';
  status: 403;
  outcome: 'account_blocked';
  retry: 'never';
  instance: string;
  detail: string;
}
export interface InvalidRequestProblem {
  type: string;
  title: 'Invalid request';
  status: 400 | 405 | 408 | 413 | 415 | 417 | 431;
  outcome: 'invalid_request';
  retry: 'changed';
  instance: string;
  detail: string;
  errors?: {
    path: string;
    rule: string;
  }[];
}
export interface RateLimitedProblem {
  type: string;
  title: 'Too many requests';
  status: 429;
  outcome: 'rate_limited';
  retry: 'same';
  instance: string;
  detail: string;
}
export interface IdempotencyKeyMissingProblem {
  type: string;
  title: 'Idempotency-Key required';
  status: 400;
  outcome: 'idempotency_key_missing';
  retry: 'changed';
  instance: string;
  detail: string;
}
export interface NotFoundProblem {
  type: string;
  title: 'Not found';
  status: 404;
  outcome: 'not_found';
  retry: 'changed';
  instance: string;
  detail: string;
  what?:
    | 'concert'
    | 'performance'
    | 'seat'
    | 'grade'
    | 'reservation'
    | 'ticket'
    | 'account'
    | 'entry'
    | 'cancellation';
  seats?: string[];
}
export interface IdempotencyKeyReusedProblem {
  type: string;
  title: 'Idempotency-Key already used';
  status: 422;
  outcome: 'idempotency_key_reused';
  retry: 'changed';
  instance: string;
  detail: string;
}
export interface SalesClosedProblem {
  type: string;
  title: 'Sale not open';
  status: 409;
  outcome: 'sales_closed';
  retry: 'changed';
  instance: string;
  detail: string;
  reason: 'not_yet' | 'paused' | 'ended' | 'cancelled';
  opensAt?: string;
}
export interface SeatTakenProblem {
  type: string;
  title: 'Seat taken';
  status: 409;
  outcome: 'seat_taken';
  retry: 'changed';
  instance: string;
  detail: string;
  seats: string[];
}
export interface SeatsUnavailableProblem {
  type: string;
  title: 'No adjacent seats left';
  status: 409;
  outcome: 'seats_unavailable';
  retry: 'changed';
  instance: string;
  detail: string;
}
export interface SeatLimitExceededProblem {
  type: string;
  title: 'Seat limit exceeded';
  status: 409;
  outcome: 'seat_limit_exceeded';
  retry: 'changed';
  instance: string;
  detail: string;
  limit: number;
  claimed: number;
}
export interface HoldBudgetExceededProblem {
  type: string;
  title: 'Too many unpaid holds';
  status: 409;
  outcome: 'hold_budget_exceeded';
  retry: 'changed';
  instance: string;
  detail: string;
  retryAt: string;
}
export interface HoldExpiredProblem {
  type: string;
  title: 'Hold expired';
  status: 410;
  outcome: 'hold_expired';
  retry: 'never';
  instance: string;
  detail: string;
}
export interface ReservationNotPayableProblem {
  type: string;
  title: 'Reservation not payable';
  status: 409;
  outcome: 'reservation_not_payable';
  retry: 'never';
  instance: string;
  detail: string;
  state: 'held' | 'paying' | 'confirmed' | 'refunding' | 'released' | 'expired' | 'refunded';
}
export interface ReservationNotReleasableProblem {
  type: string;
  title: 'Reservation not releasable';
  status: 409;
  outcome: 'reservation_not_releasable';
  retry: 'never';
  instance: string;
  detail: string;
  state: 'held' | 'paying' | 'confirmed' | 'refunding' | 'released' | 'expired' | 'refunded';
}
export interface ReservationNotRefundableProblem {
  type: string;
  title: 'Reservation not refundable';
  status: 409;
  outcome: 'reservation_not_refundable';
  retry: 'never';
  instance: string;
  detail: string;
  state: 'held' | 'paying' | 'confirmed' | 'refunding' | 'released' | 'expired' | 'refunded';
  reason: 'state' | 'deadline' | 'seats';
  seats?: string[];
}
export interface InsufficientBalanceProblem {
  type: string;
  title: 'Insufficient balance';
  status: 402;
  outcome: 'insufficient_balance';
  retry: 'changed';
  instance: string;
  detail: string;
  required: number;
  available: number;
}
export interface BalanceLimitExceededProblem {
  type: string;
  title: 'Balance limit exceeded';
  status: 409;
  outcome: 'balance_limit_exceeded';
  retry: 'changed';
  instance: string;
  detail: string;
  limit: number;
  balance: number;
}
export interface ContendedProblem {
  type: string;
  title: 'Contention, retry';
  status: 503;
  outcome: 'contended';
  retry: 'same';
  instance: string;
  detail: string;
}
export interface OverloadedProblem {
  type: string;
  title: 'Overloaded, retry later';
  status: 503;
  outcome: 'overloaded';
  retry: 'same';
  instance: string;
  detail: string;
}
export interface OutcomeUnknownProblem {
  type: string;
  title: 'Outcome unknown, resend with the same key';
  status: 503;
  outcome: 'outcome_unknown';
  retry: 'same';
  instance: string;
  detail: string;
}
export interface InternalProblem {
  type: string;
  title: 'Internal error';
  status: 500;
  outcome: 'internal';
  retry: 'same';
  instance: string;
  detail: string;
}
export interface Concert {
  id: string;
  title: {
    [k: string]: string;
  };
  description: {
    [k: string]: string;
  };
  currency: string;
  minorUnit: number;
  away?: string[];
  performances: {
    id: string;
    venueId: string;
    venueName: {
      [k: string]: string;
    };
    timeZone: string;
    sections: {
      id: string;
      name: {
        [k: string]: string;
      };
    }[];
    startsAt: string;
    saleState: 'open' | 'paused' | 'closed' | 'cancelled';
    sale: 'not_yet' | 'open' | 'paused' | 'ended' | 'cancelled';
    saleOpensAt: string;
    saleClosesAt: string | null;
    refundableUntil: string | null;
    holdSeconds: number;
    seatLimit: number | null;
    soldOut: boolean;
    grades: {
      grade: string;
      price: number;
    }[];
  }[];
}
export interface ConcertOfOperator {
  id: string;
  title: {
    [k: string]: string;
  };
  description: {
    [k: string]: string;
  };
  currency: string;
  minorUnit: number;
  away?: string[];
  performances: {
    id: string;
    venueId: string;
    venueName: {
      [k: string]: string;
    };
    timeZone: string;
    sections: {
      id: string;
      name: {
        [k: string]: string;
      };
    }[];
    startsAt: string;
    saleState: 'open' | 'paused' | 'closed' | 'cancelled';
    sale: 'not_yet' | 'open' | 'paused' | 'ended' | 'cancelled';
    saleOpensAt: string;
    saleClosesAt: string | null;
    refundableUntil: string | null;
    holdSeconds: number;
    seatLimit: number | null;
    soldOut: boolean;
    grades: {
      grade: string;
      price: number;
    }[];
  }[];
  hidden: boolean;
}
export interface Performance {
  id: string;
  concertId: string;
  title: {
    [k: string]: string;
  };
  currency: string;
  minorUnit: number;
  venueId: string;
  venueName: {
    [k: string]: string;
  };
  timeZone: string;
  sections: {
    id: string;
    name: {
      [k: string]: string;
    };
  }[];
  startsAt: string;
  saleState: 'open' | 'paused' | 'closed' | 'cancelled';
  sale: 'not_yet' | 'open' | 'paused' | 'ended' | 'cancelled';
  saleOpensAt: string;
  saleClosesAt: string | null;
  refundableUntil: string | null;
  holdSeconds: number;
  seatLimit: number | null;
  grades: {
    grade: string;
    price: number;
    free: number;
    held: number;
    sold: number;
  }[];
  at: string;
}
export interface Reservation {
  id: string;
  performanceId: string;
  state: 'held' | 'paying' | 'confirmed' | 'refunding' | 'released' | 'expired' | 'refunded';
  seats: string[];
  refundedSeats: string[];
  amount: number;
  createdAt: string;
  expiresAt: string;
}
export interface Refund {
  id: string;
  performanceId: string;
  amount: number;
  seq: number;
  balanceAfter: number;
  refundedAt: string;
}
export interface Cancellation {
  performanceId: string;
  cancelledAt: string;
  cancelledBy: string | null;
  completedAt: string | null;
  holds: number;
  reservations: {
    total: number;
    refunded: number;
  };
  failures: {
    reservationId: string;
    reason: string;
  }[];
}
export interface Profile {
  accountId: string;
  name: string | null;
  email: string | null;
  updatedAt: string | null;
}
export interface SeatsEvent {
  event: 'seats';
  id: string;
  data: {
    at: string;
    /**
     * @minItems 1
     */
    free?: number[];
    /**
     * @minItems 1
     */
    held?: number[];
    /**
     * @minItems 1
     */
    sold?: number[];
  };
}
export interface SaleEvent {
  event: 'sale';
  data: {
    at: string;
    saleState: 'open' | 'paused' | 'closed' | 'cancelled';
    sale: 'not_yet' | 'open' | 'paused' | 'ended' | 'cancelled';
    saleOpensAt: string;
    saleClosesAt: string | null;
  };
}
export interface ResetEvent {
  event: 'reset';
  data: {};
}
export interface ListConcertsAnswer {
  away?: string[];
  concerts: Concert[];
}
export interface ReadSeatMapAnswer {
  performanceId: string;
  venueId: string;
  venueName: {
    [k: string]: string;
  };
  outline: (
    | {
        shape: 'rectangle';
        /**
         * @minItems 2
         * @maxItems 2
         */
        at: [number, number];
        /**
         * @minItems 2
         * @maxItems 2
         */
        size: [number, number];
        label?: {
          ko: string;
          en: string;
        };
      }
    | {
        shape: 'circle';
        /**
         * @minItems 2
         * @maxItems 2
         */
        centre: [number, number];
        radius: number;
        label?: {
          ko: string;
          en: string;
        };
      }
    | {
        shape: 'polygon';
        /**
         * @minItems 3
         * @maxItems 200
         */
        points: [number, number][];
        label?: {
          ko: string;
          en: string;
        };
      }
  )[];
  /**
   * @minItems 2
   * @maxItems 2
   */
  focus: [number, number];
  sections: {
    id: string;
    name?: {
      [k: string]: string;
    };
  }[];
  seats: {
    number: number;
    label: string;
    section: string;
    row: string;
    seat: string;
    grade: string;
    x: number;
    y: number;
  }[];
}
export interface ReadSeatMapRowsAnswer {
  performanceId: string;
  venueId: string;
  venueName: {
    [k: string]: string;
  };
  outline: (
    | {
        shape: 'rectangle';
        /**
         * @minItems 2
         * @maxItems 2
         */
        at: [number, number];
        /**
         * @minItems 2
         * @maxItems 2
         */
        size: [number, number];
        label?: {
          ko: string;
          en: string;
        };
      }
    | {
        shape: 'circle';
        /**
         * @minItems 2
         * @maxItems 2
         */
        centre: [number, number];
        radius: number;
        label?: {
          ko: string;
          en: string;
        };
      }
    | {
        shape: 'polygon';
        /**
         * @minItems 3
         * @maxItems 200
         */
        points: [number, number][];
        label?: {
          ko: string;
          en: string;
        };
      }
  )[];
  sections: {
    id: string;
    name?: {
      [k: string]: string;
    };
    rows: {
      row: string;
      runs: {
        number: number;
        count: number;
        grade: string;
        seats: string[];
        x: number[];
        y: number[];
      }[];
    }[];
  }[];
}
export interface ReadSeatsAnswer {
  performanceId: string;
  at: string;
  seats: string;
  cursor: string;
}
export interface ReadBestAvailableAnswer {
  performanceId: string;
  seats: {
    number: number;
    label: string;
    price: number;
  }[];
  amount: number;
}
export interface CreateReservationAnswer {
  id: string;
  performanceId: string;
  seats: string[];
  amount: number;
  expiresAt: string;
  state: 'held' | 'paying' | 'confirmed' | 'refunding' | 'released' | 'expired' | 'refunded';
}
export interface PayReservationAnswer {
  id: string;
  performanceId: string;
  seats: string[];
  amount: number;
  seq: number;
  balanceAfter: number;
  paidAt: string;
  state: 'held' | 'paying' | 'confirmed' | 'refunding' | 'released' | 'expired' | 'refunded';
}
export interface ReadTicketsAnswer {
  performanceId: string;
  reservationId: string;
  tickets: {
    seat: string;
    token: string;
  }[];
}
export interface ReadTicketKeysAnswer {
  keys: {
    kty: 'OKP';
    crv: 'Ed25519';
    x: string;
    kid: string;
    alg: 'EdDSA';
    use: 'sig';
  }[];
}
export interface ListReservationsAnswer {
  away?: string[];
  reservations: Reservation[];
  next: number | null;
}
export interface TopUpAnswer {
  accountId: string;
  seq: number;
  amount: number;
  balanceAfter: number;
  createdAt: string;
}
export interface ReverseTopUpAnswer {
  accountId: string;
  seq: number;
  topUp: number;
  amount: number;
  balanceAfter: number;
  createdAt: string;
}
export interface ReadWalletAnswer {
  accountId: string;
  balance: number;
  currency: string;
  minorUnit: number;
  version: number;
}
export interface ListEntriesAnswer {
  entries: {
    seq: number;
    kind: 'top_up' | 'payment' | 'refund' | 'reversal';
    amount: number;
    balanceAfter: number;
    performanceId: string | null;
    reservationId: string | null;
    createdAt: string;
  }[];
  next: number | null;
}
export interface ReadSessionAnswer {
  signIn: 'oidc' | 'development' | 'token';
  account: {
    accountId: string;
    name: string | null;
    email: string | null;
    scopes: string[];
    by: 'session' | 'token';
  } | null;
}
export interface SignOutAnswer {
  signOutUrl: string | null;
}
export interface SignOutEverywhereAnswer {
  signOutUrl: string | null;
}
export interface ListAllConcertsAnswer {
  away?: string[];
  concerts: ConcertOfOperator[];
}
export interface AdminReadReservationAnswer {
  id: string;
  performanceId: string;
  state: 'held' | 'paying' | 'confirmed' | 'refunding' | 'released' | 'expired' | 'refunded';
  seats: string[];
  refundedSeats: string[];
  amount: number;
  createdAt: string;
  expiresAt: string;
  accountId: string;
  refundable: {
    seat: string;
    amount: number;
  }[];
}
export interface AdminReadSeatAnswer {
  performanceId: string;
  seat: string;
  state: 'held' | 'sold';
  price: number;
  reservationId: string;
  accountId: string;
}
export interface ListAccountReservationsAnswer {
  away?: string[];
  reservations: Reservation[];
  next: number | null;
}
export interface FindAccountsAnswer {
  accounts: Profile[];
  hasMore: boolean;
}
export interface EndSessionsAnswer {
  sessions: number;
}
export interface ReadBlockAnswer {
  accountId: string;
  blocked: boolean;
  reason: string | null;
  since: string | null;
}
export interface BlockAccountAnswer {
  accountId: string;
  blocked: boolean;
  reason: string | null;
  since: string | null;
  away?: string[];
  released: number;
  left: number;
}
export interface ReadCheckInListAnswer {
  performanceId: string;
  at: string;
  cancelled: boolean;
  tickets: {
    seat: string;
    reservationId: string;
    accountId: string;
  }[];
}
export interface ReadSalesAnswer {
  performanceId: string;
  at: string;
  seats: {
    free: number;
    held: number;
    sold: number;
  };
  reservations: {
    held: number;
    confirmed: number;
    refunded: number;
  };
  revenue: number;
  payments: number;
  refunds: number;
}
export interface ReadSalesOverTimeAnswer {
  performanceId: string;
  at: string;
  points: {
    at: string;
    seats: number;
    payments: number;
    refunds: number;
    revenue: number;
  }[];
}
export interface ReadActivityAnswer {
  at: string;
  process: {
    uptimeSeconds: number;
    strategies: {
      topUp: string;
      hold: string;
      pay: string;
    };
  };
  now: {
    waiting: number;
    pool: {
      total: number;
      idle: number;
      waiting: number;
    };
    watchers: number;
    inFlight: {
      attempts: number;
      oldestSeconds: number;
    };
  };
  seconds: {
    at: string;
    held: number;
    paid: number;
    toppedUp: number;
    refunded: number;
    released: number;
    revenue: number;
    outcomes: {
      [k: string]: number;
    };
    latencyMs: {
      p50: number;
      p99: number;
    } | null;
    groups: number;
    groupSize: {
      mean: number;
      max: number;
    } | null;
  }[];
}
export interface AuditAnswer {
  clean: boolean;
  checkedAt: string;
  counts: {
    performances: number;
    seats: number;
    reservations: number;
    wallets: number;
    entries: number;
  };
  servers?: {
    name: string;
    checkedAt: string;
  }[];
  invariants: {
    number: number;
    title: string;
    violations: number;
    examples: string[];
    checked: boolean;
  }[];
}
export interface ListActionsAnswer {
  away?: string[];
  actions: {
    id: number;
    server?: string;
    at: string;
    actor: string | null;
    action: string;
    performanceId: string | null;
    concertId: string | null;
    reservationId: string | null;
    accountId: string | null;
    details: {
      [k: string]: unknown;
    };
    requestId: string | null;
  }[];
  next: number | string | null;
}
export interface ReadHealthAnswer {
  status: 'ok';
}
export interface ReadinessAnswer {
  status: 'ready';
}
export interface ReadOpenapiAnswer {
  [k: string]: unknown;
}
export interface CreateDevelopmentTokenAnswer {
  token: string;
  accountId: string;
  expiresAt: string;
}
export interface ImportCatalogueAnswer {
  currency: {
    code: string;
    changed: boolean;
  };
  venues: {
    created: number;
    changed: number;
    unchanged: number;
  };
  seats: {
    created: number;
    changed: number;
    unchanged: number;
    removed: number;
  };
  concerts: {
    created: number;
    changed: number;
    unchanged: number;
  };
  performances: {
    created: number;
    changed: number;
    unchanged: number;
  };
  seatsOnSale: {
    added: number;
    removed: number;
    repriced: number;
  };
}
export interface CreateReservationBody {
  /**
   * @minItems 1
   * @maxItems 20
   */
  seats?: string[];
  bestAvailable?: {
    grade: string;
    quantity: number;
  };
}
export interface TopUpBody {
  amount: number;
  accountId?: string;
  createAccount?: boolean;
}
export interface ReverseTopUpBody {
  accountId: string;
  topUp: number;
}
export interface SetVisibilityBody {
  hidden: boolean;
}
export interface SetSaleBody {
  state: 'open' | 'paused' | 'closed';
}
export interface BlockAccountBody {
  blocked: boolean;
  reason?: string;
}
export interface ImportCatalogueBody {
  currency?: string;
  /**
   * @maxItems 100
   */
  venues: {
    id: string;
    name: {
      ko: string;
      en: string;
    };
    timeZone?: string;
    /**
     * @maxItems 200
     */
    outline?: (
      | {
          shape: 'rectangle';
          /**
           * @minItems 2
           * @maxItems 2
           */
          at: [number, number];
          /**
           * @minItems 2
           * @maxItems 2
           */
          size: [number, number];
          label?: {
            ko: string;
            en: string;
          };
        }
      | {
          shape: 'circle';
          /**
           * @minItems 2
           * @maxItems 2
           */
          centre: [number, number];
          radius: number;
          label?: {
            ko: string;
            en: string;
          };
        }
      | {
          shape: 'polygon';
          /**
           * @minItems 3
           * @maxItems 200
           */
          points: [number, number][];
          label?: {
            ko: string;
            en: string;
          };
        }
    )[];
    /**
     * @minItems 2
     * @maxItems 2
     */
    focus?: [number, number];
    /**
     * @minItems 1
     * @maxItems 1000
     */
    sections: (
      | {
          id: string;
          name?: {
            ko: string;
            en: string;
          };
          /**
           * @minItems 1
           * @maxItems 100
           */
          blocks: (
            | {
                grade: string;
                /**
                 * @minItems 1
                 * @maxItems 200
                 */
                rows: number[];
                firstRow?: number;
                /**
                 * @minItems 1
                 * @maxItems 200
                 */
                rowNames?: string[];
                firstSeat?: number;
                /**
                 * @minItems 2
                 * @maxItems 2
                 */
                origin: [number, number];
                /**
                 * @minItems 2
                 * @maxItems 2
                 */
                seatStep: [number, number];
                /**
                 * @minItems 2
                 * @maxItems 2
                 */
                rowStep: [number, number];
              }
            | {
                grade: string;
                /**
                 * @minItems 1
                 * @maxItems 200
                 */
                rows: number[];
                firstRow?: number;
                /**
                 * @minItems 1
                 * @maxItems 200
                 */
                rowNames?: string[];
                firstSeat?: number;
                arc: {
                  /**
                   * @minItems 2
                   * @maxItems 2
                   */
                  centre: [number, number];
                  radius: number;
                  angle: number;
                  rowPitch: number;
                  seatPitch: number;
                };
              }
          )[];
        }
      | {
          id: string;
          name?: {
            ko: string;
            en: string;
          };
          /**
           * @minItems 1
           * @maxItems 100000
           */
          seats: {
            row: string;
            seat: string;
            x: number;
            y: number;
            grade: string;
          }[];
        }
    )[];
  }[];
  /**
   * @maxItems 2000
   */
  concerts: {
    id: string;
    title: {
      ko: string;
      en: string;
    };
    description?: {
      ko: string;
      en: string;
    };
    /**
     * @maxItems 500
     */
    performances: {
      id: string;
      venue: string;
      startsAt: string;
      sale: {
        opensAt: string;
        closesAt?: string;
        state?: 'open' | 'paused' | 'closed';
      };
      refundableUntil?: string;
      holdSeconds: number;
      seatLimit?: number | null;
      holdBudget?: number | null;
      prices: {
        [k: string]: number;
      };
    }[];
  }[];
}
export interface Routes {
  'GET /v1/concerts': {
    answer: ListConcertsAnswer;
  };
  'GET /v1/concerts/{concertId}': {
    params: {
      concertId: string;
    };
    answer: Concert;
  };
  'GET /v1/performances/{performanceId}': {
    params: {
      performanceId: string;
    };
    answer: Performance;
  };
  'GET /v1/performances/{performanceId}/seat-map': {
    params: {
      performanceId: string;
    };
    answer: ReadSeatMapAnswer;
  };
  'GET /v1/performances/{performanceId}/seat-map/rows': {
    params: {
      performanceId: string;
    };
    answer: ReadSeatMapRowsAnswer;
  };
  'GET /v1/performances/{performanceId}/seats': {
    params: {
      performanceId: string;
    };
    answer: ReadSeatsAnswer;
  };
  'GET /v1/performances/{performanceId}/seats/events': {
    params: {
      performanceId: string;
    };
    query?: {
      cursor?: string;
    };
    answer: string;
  };
  'GET /v1/performances/{performanceId}/best-available': {
    params: {
      performanceId: string;
    };
    query?: {
      grade: string;
      quantity: number;
    };
    answer: ReadBestAvailableAnswer;
  };
  'POST /v1/performances/{performanceId}/reservations': {
    params: {
      performanceId: string;
    };
    body: CreateReservationBody;
    answer: CreateReservationAnswer;
  };
  'GET /v1/performances/{performanceId}/reservations/{reservationId}': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    answer: Reservation;
  };
  'DELETE /v1/performances/{performanceId}/reservations/{reservationId}': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    answer: undefined;
  };
  'POST /v1/performances/{performanceId}/reservations/{reservationId}/payment': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    answer: PayReservationAnswer;
  };
  'POST /v1/performances/{performanceId}/reservations/{reservationId}/refund': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    answer: Refund;
  };
  'GET /v1/performances/{performanceId}/reservations/{reservationId}/tickets': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    answer: ReadTicketsAnswer;
  };
  'GET /v1/ticket-keys': {
    answer: ReadTicketKeysAnswer;
  };
  'GET /v1/reservations': {
    query?: {
      before?: number;
      limit?: number;
    };
    answer: ListReservationsAnswer;
  };
  'POST /v1/wallet/top-ups': {
    body: TopUpBody;
    answer: TopUpAnswer;
  };
  'POST /v1/wallet/reversals': {
    body: ReverseTopUpBody;
    answer: ReverseTopUpAnswer;
  };
  'GET /v1/wallet': {
    answer: ReadWalletAnswer;
  };
  'GET /v1/wallet/entries': {
    query?: {
      before?: number;
      limit?: number;
    };
    answer: ListEntriesAnswer;
  };
  'GET /v1/session': {
    answer: ReadSessionAnswer;
  };
  'GET /v1/account': {
    answer: Profile;
  };
  'POST /sign-out': {
    answer: SignOutAnswer;
  };
  'POST /sign-out/everywhere': {
    answer: SignOutEverywhereAnswer;
  };
  'GET /v1/admin/concerts': {
    answer: ListAllConcertsAnswer;
  };
  'POST /v1/admin/concerts/{concertId}/visibility': {
    params: {
      concertId: string;
    };
    body: SetVisibilityBody;
    answer: ConcertOfOperator;
  };
  'POST /v1/admin/performances/{performanceId}/sale': {
    params: {
      performanceId: string;
    };
    body: SetSaleBody;
    answer: Performance;
  };
  'POST /v1/admin/performances/{performanceId}/cancellation': {
    params: {
      performanceId: string;
    };
    answer: Cancellation;
  };
  'GET /v1/admin/performances/{performanceId}/cancellation': {
    params: {
      performanceId: string;
    };
    answer: Cancellation;
  };
  'GET /v1/admin/performances/{performanceId}/reservations/{reservationId}': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    answer: AdminReadReservationAnswer;
  };
  'GET /v1/admin/performances/{performanceId}/seats/{seat}': {
    params: {
      performanceId: string;
      seat: string;
    };
    answer: AdminReadSeatAnswer;
  };
  'POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/refund': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    body?: AdminRefundBody;
    answer: Refund;
  };
  'POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/release': {
    params: {
      performanceId: string;
      reservationId: string;
    };
    answer: undefined;
  };
  'GET /v1/admin/accounts/{accountId}/reservations': {
    params: {
      accountId: string;
    };
    query?: {
      before?: number;
      limit?: number;
    };
    answer: ListAccountReservationsAnswer;
  };
  'GET /v1/admin/accounts': {
    query?: {
      query: string;
    };
    answer: FindAccountsAnswer;
  };
  'GET /v1/admin/accounts/{accountId}/profile': {
    params: {
      accountId: string;
    };
    answer: Profile;
  };
  'DELETE /v1/admin/accounts/{accountId}/profile': {
    params: {
      accountId: string;
    };
    answer: undefined;
  };
  'DELETE /v1/admin/accounts/{accountId}/sessions': {
    params: {
      accountId: string;
    };
    answer: EndSessionsAnswer;
  };
  'GET /v1/admin/accounts/{accountId}/block': {
    params: {
      accountId: string;
    };
    answer: ReadBlockAnswer;
  };
  'PUT /v1/admin/accounts/{accountId}/block': {
    params: {
      accountId: string;
    };
    body: BlockAccountBody;
    answer: BlockAccountAnswer;
  };
  'GET /v1/admin/performances/{performanceId}/check-in-list': {
    params: {
      performanceId: string;
    };
    answer: ReadCheckInListAnswer;
  };
  'GET /v1/admin/performances/{performanceId}/sales': {
    params: {
      performanceId: string;
    };
    answer: ReadSalesAnswer;
  };
  'GET /v1/admin/performances/{performanceId}/sales-over-time': {
    params: {
      performanceId: string;
    };
    query?: {
      points?: number;
    };
    answer: ReadSalesOverTimeAnswer;
  };
  'GET /v1/admin/performances/{performanceId}/sales.csv': {
    params: {
      performanceId: string;
    };
    query?: {
      language?: 'ko' | 'en';
    };
    answer: string;
  };
  'GET /v1/admin/activity': {
    answer: ReadActivityAnswer;
  };
  'POST /v1/admin/audit': {
    answer: AuditAnswer;
  };
  'GET /v1/admin/actions': {
    query?: {
      before?: string;
      limit?: number;
      performanceId?: string;
    };
    answer: ListActionsAnswer;
  };
  'GET /healthz': {
    answer: ReadHealthAnswer;
  };
  'GET /readyz': {
    answer: ReadinessAnswer;
  };
  'GET /errors/{outcome}': {
    params: {
      outcome:
        | 'unauthenticated'
        | 'forbidden'
        | 'account_blocked'
        | 'invalid_request'
        | 'rate_limited'
        | 'idempotency_key_missing'
        | 'not_found'
        | 'idempotency_key_reused'
        | 'sales_closed'
        | 'seat_taken'
        | 'seats_unavailable'
        | 'seat_limit_exceeded'
        | 'hold_budget_exceeded'
        | 'hold_expired'
        | 'reservation_not_payable'
        | 'reservation_not_releasable'
        | 'reservation_not_refundable'
        | 'insufficient_balance'
        | 'balance_limit_exceeded'
        | 'contended'
        | 'overloaded'
        | 'outcome_unknown'
        | 'internal';
    };
    answer: string;
  };
  'GET /openapi.json': {
    answer: ReadOpenapiAnswer;
  };
  'POST /v1/dev/tokens': {
    body?: CreateDevelopmentTokenBody;
    answer: CreateDevelopmentTokenAnswer;
  };
  'POST /v1/admin/catalogue': {
    query?: {
      server?: string;
    };
    body: ImportCatalogueBody;
    answer: ImportCatalogueAnswer;
  };
}
