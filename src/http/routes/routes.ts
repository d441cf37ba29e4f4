/** Every route, in the order of the documentation. */
import type { App, HttpContext } from '../app.ts';
import type { TokenIssuer } from '../edge/tokens/development.ts';
import { adminReadReservationRoute } from './admin-read-reservation/route.ts';
import { adminReadSeatRoute } from './admin-read-seat/route.ts';
import { adminRefundRoute } from './admin-refund/route.ts';
import { adminReleaseRoute } from './admin-release/route.ts';
import { auditRoute } from './audit/route.ts';
import { reverseTopUpRoute } from './reverse-top-up/route.ts';
import { topUpWalletRoute } from './top-up-wallet/route.ts';
import { blockAccountRoute } from './block-account/route.ts';
import { cancelPerformanceRoute } from './cancel-performance/route.ts';
import { createReservationRoute } from './create-reservation/route.ts';
import { devTokensRoute } from './dev-tokens/route.ts';
import { errorPageRoute } from './error-page/route.ts';
import { exportSalesRoute } from './export-sales/route.ts';
import { healthRoutes } from './health/route.ts';
import { importCatalogueRoute } from './import-catalogue/route.ts';
import { listAccountReservationsRoute } from './list-account-reservations/route.ts';
import { listActionsRoute } from './list-actions/route.ts';
import { listAllConcertsRoute } from './list-all-concerts/route.ts';
import { ConcertOfOperator } from './list-all-concerts/schema.ts';
import { listConcertsRoute } from './list-concerts/route.ts';
import { Concert } from './list-concerts/schema.ts';
import { listEntriesRoute } from './list-entries/route.ts';
import { listReservationsRoute } from './list-reservations/route.ts';
import { openapiRoute } from './openapi/route.ts';
import { payReservationRoute } from './pay-reservation/route.ts';
import { readActivityRoute } from './read-activity/route.ts';
import { readBestAvailableRoute } from './read-best-available/route.ts';
import { readBlockRoute } from './read-block/route.ts';
import { readCancellationRoute } from './read-cancellation/route.ts';
import { Cancellation } from './read-cancellation/schema.ts';
import { readConcertRoute } from './read-concert/route.ts';
import { readCheckInListRoute } from './read-check-in-list/route.ts';
import { readPerformanceRoute } from './read-performance/route.ts';
import { Performance } from './read-performance/schema.ts';
import { readReservationRoute } from './read-reservation/route.ts';
import { Reservation } from './read-reservation/schema.ts';
import { readSalesRoute } from './read-sales/route.ts';
import { readSalesOverTimeRoute } from './read-sales-over-time/route.ts';
import { readSeatMapRoute } from './read-seat-map/route.ts';
import { readSeatMapRowsRoute } from './read-seat-map-rows/route.ts';
import { readSeatsRoute } from './read-seats/route.ts';
import { readTicketsRoute } from './read-tickets/route.ts';
import { readWalletRoute } from './read-wallet/route.ts';
import { refundReservationRoute } from './refund-reservation/route.ts';
import { Refund } from './refund-reservation/schema.ts';
import { releaseReservationRoute } from './release-reservation/route.ts';
import { seatEventsRoute } from './seat-events/route.ts';
import { ResetEvent, SaleEvent, SeatsEvent } from './seat-events/schema.ts';
import { endSessionsRoute } from './end-sessions/route.ts';
import { eraseProfileRoute } from './erase-profile/route.ts';
import { findAccountsRoute } from './find-accounts/route.ts';
import { readAccountRoute } from './read-account/route.ts';
import { Profile } from './read-account/schema.ts';
import { readProfileRoute } from './read-profile/route.ts';
import { readSessionRoute } from './read-session/route.ts';
import { setSaleRoute } from './set-sale/route.ts';
import { signInRoutes } from './sign-in/route.ts';
import { signOutRoute } from './sign-out/route.ts';
import { signOutEverywhereRoute } from './sign-out-everywhere/route.ts';
import { setVisibilityRoute } from './set-visibility/route.ts';
import { ticketKeysRoute } from './ticket-keys/route.ts';

const ROUTES: readonly ((app: App, context: HttpContext) => void)[] = [
  listConcertsRoute,
  readConcertRoute,
  readPerformanceRoute,
  readSeatMapRoute,
  readSeatMapRowsRoute,
  readSeatsRoute,
  seatEventsRoute,
  readBestAvailableRoute,
  createReservationRoute,
  readReservationRoute,
  payReservationRoute,
  releaseReservationRoute,
  refundReservationRoute,
  readTicketsRoute,
  ticketKeysRoute,
  listReservationsRoute,
  topUpWalletRoute,
  reverseTopUpRoute,
  readWalletRoute,
  listEntriesRoute,
  readSessionRoute,
  readAccountRoute,
  signOutRoute,
  signOutEverywhereRoute,
  importCatalogueRoute,
  listAllConcertsRoute,
  setVisibilityRoute,
  setSaleRoute,
  cancelPerformanceRoute,
  readCancellationRoute,
  adminReadReservationRoute,
  adminReadSeatRoute,
  adminRefundRoute,
  adminReleaseRoute,
  listAccountReservationsRoute,
  findAccountsRoute,
  readProfileRoute,
  eraseProfileRoute,
  endSessionsRoute,
  readBlockRoute,
  blockAccountRoute,
  readCheckInListRoute,
  readSalesRoute,
  readSalesOverTimeRoute,
  exportSalesRoute,
  readActivityRoute,
  auditRoute,
  listActionsRoute,
  healthRoutes,
  errorPageRoute,
  openapiRoute,
];

/** What the document defines once, under its `$id`. */
const NAMED_SCHEMAS = [
  Concert,
  ConcertOfOperator,
  Performance,
  Reservation,
  Refund,
  Cancellation,
  Profile,
  SeatsEvent,
  SaleEvent,
  ResetEvent,
];

/** Registers the routes; those of development tokens and of an issuer's sign-in only where there are some. */
export function registerRoutes(app: App, context: HttpContext, issueToken: TokenIssuer | undefined): void {
  for (const schema of NAMED_SCHEMAS) app.addSchema(schema);
  for (const route of ROUTES) route(app, context);
  if (context.signIn !== undefined) signInRoutes(app, context, context.signIn);
  if (issueToken !== undefined) devTokensRoute(app, issueToken);
}
