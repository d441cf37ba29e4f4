/** The methods of buyers and their accounts. */
import type { BlockedAccounts } from '../blocking/blocked-accounts.ts';
import { holdUnlessBlocked, unlessBlocked } from '../blocking/unless-blocked.ts';
import { holdBestAvailable, holdSeats } from '../buyer/hold.ts';
import { previewBestAvailable } from '../buyer/preview.ts';
import type { PreviewRequest } from '../buyer/preview.ts';
import {
  payReservation,
  readReservationOf,
  refundReservation,
  releaseReservation,
} from '../buyer/reservation-actions.ts';
import type { ReservationRequest } from '../buyer/reservation-actions.ts';
import { reservationsOf } from '../buyer/reservation-list.ts';
import { ticketsOf } from '../buyer/tickets.ts';
import type { TicketKeys } from '../buyer/tickets.ts';
import { listLedger, readWalletOf, reverseWalletTopUp, topUpWallet } from '../buyer/wallet.ts';
import { reading } from '../context.ts';
import type { BoxOffice, Page } from '../interface.ts';
import type { Servers } from '../servers/servers.ts';
import type { Bounds } from './bounds.ts';

type BuyersMethods =
  | 'hold'
  | 'holdBestAvailable'
  | 'previewBestAvailable'
  | 'readReservation'
  | 'release'
  | 'pay'
  | 'refund'
  | 'listReservations'
  | 'readTickets'
  | 'topUp'
  | 'reverseTopUp'
  | 'readWallet'
  | 'listLedger';

export function buyersMethods(
  { servers, blocked, ticketKeys }: BuyersParts,
  { atHome, byPerformance }: Bounds,
): Pick<BoxOffice, BuyersMethods> {
  return {
    hold: byPerformance.writing('hold', holdUnlessBlocked(blocked, holdSeats, releaseReservation)),
    holdBestAvailable: byPerformance.writing(
      'hold_best_available',
      holdUnlessBlocked(blocked, holdBestAvailable, releaseReservation),
    ),
    previewBestAvailable: byPerformance.read((at, request: PreviewRequest) =>
      previewBestAvailable(at, request),
    ),
    readReservation: byPerformance.read((at, request: ReservationRequest) => readReservationOf(at, request)),
    release: byPerformance.writing('release', releaseReservation),
    pay: byPerformance.writing('pay', unlessBlocked(blocked, payReservation)),
    refund: byPerformance.writing('refund', (at, request) =>
      refundReservation(at, { ...request, byOperator: false }),
    ),
    readTickets: byPerformance.read((at, request: ReservationRequest) => ticketsOf(at, ticketKeys, request)),
    listReservations: atHome.read((at, accountId: string, page: Page) =>
      reservationsOf(at, servers, accountId, page),
    ),
    topUp: atHome.writing('top_up', topUpWallet),
    reverseTopUp: atHome.writing('reversal', reverseWalletTopUp),
    readWallet: atHome.read((at, accountId: string) => readWalletOf(at, accountId)),
    listLedger: atHome.read((at, accountId: string, { before, limit }: Page) =>
      reading(at, (connection) => listLedger(connection, accountId, { before, limit })),
    ),
  };
}

/** What they work with besides a request's place. */
export interface BuyersParts {
  readonly servers: Servers;
  readonly blocked: BlockedAccounts;
  readonly ticketKeys: TicketKeys;
}
