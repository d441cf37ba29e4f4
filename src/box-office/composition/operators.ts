/** The methods of operators. */
import { sharedNextRun } from '../../lib/next-run.ts';
import { blockAccount, readBlock } from '../blocking/block-account.ts';
import type { BlockRequest } from '../blocking/block-account.ts';
import type { BlockedAccounts } from '../blocking/blocked-accounts.ts';
import type { ActionsRequest, BoxOffice, BoxOfficeOptions } from '../interface.ts';
import { listEveryAction } from '../operator/actions.ts';
import { audit } from '../operator/audit.ts';
import { cancelPerformance, readCancellation } from '../operator/cancellation.ts';
import type { CancelRequest } from '../operator/cancellation.ts';
import { readCheckInList } from '../operator/check-in-list.ts';
import type { Importer } from '../operator/import/importer.ts';
import { readAnyReservation, refundAny, releaseAny } from '../operator/reservations.ts';
import { setSale } from '../operator/sale.ts';
import type { SaleRequest } from '../operator/sale.ts';
import { readSalesOverTime } from '../operator/sales-over-time.ts';
import { listSales, readSales } from '../operator/sales.ts';
import { readTakenSeat } from '../operator/seat.ts';
import type { SeatRequest } from '../operator/seat.ts';
import { setVisibilityEverywhere } from '../operator/visibility.ts';
import type { Servers } from '../servers/servers.ts';
import type { Bounds } from './bounds.ts';
import { concertsReader } from './catalogue.ts';

/** What they work with besides a request's place. */
export interface OperatorsParts {
  readonly servers: Servers;
  readonly importer: Importer;
  readonly blocked: BlockedAccounts;
  readonly options: Pick<BoxOfficeOptions, 'databaseUrl' | 'servers'>;
}

export function operatorsMethods(
  { servers, importer, blocked, options }: OperatorsParts,
  { atHome, byPerformance }: Bounds,
): Omit<BoxOffice['operator'], 'readActivity'> {
  const readAllConcerts = sharedNextRun(concertsReader(servers, { withHidden: true }));
  const setSaleState = byPerformance.write((at, request: SaleRequest) => setSale(at, request));
  return {
    listConcerts: atHome.read(() => readAllConcerts('all')),
    setVisibility: (concertId, visibility, by = {}) =>
      atHome.write((at) => setVisibilityEverywhere(at, servers, concertId, visibility, by))(undefined),
    importCatalogue: (document, signal, by = {}, server) => importer.import(document, signal, { by, server }),
    setSaleState: (performanceId, state, by = {}) => setSaleState({ performanceId, state, by }),
    cancelPerformance: byPerformance.write(async (at, request: CancelRequest) => {
      const server = await servers.of(request.performanceId);
      return 'outcome' in server ? server : cancelPerformance(at, server.cancellations, request);
    }),
    readCancellation: byPerformance.read(readCancellation),
    readReservation: byPerformance.read(readAnyReservation),
    readSeat: byPerformance.read((at, request: SeatRequest) => readTakenSeat(at, request)),
    refund: byPerformance.writing('refund', refundAny),
    release: byPerformance.writing('release', releaseAny),
    blockAccount: atHome.write((at, request: BlockRequest) =>
      blockAccount(at, servers, request, blocked.validMs),
    ),
    readBlock: atHome.read(readBlock),
    audit: () => audit(servers.home.context, options),
    readCheckInList: byPerformance.read(readCheckInList),
    readSales: byPerformance.read(readSales),
    readSalesOverTime: byPerformance.read(readSalesOverTime),
    listSales: byPerformance.read(listSales),
    listActions: atHome.read((at, request: ActionsRequest) => listEveryAction(at, servers, request)),
  };
}
