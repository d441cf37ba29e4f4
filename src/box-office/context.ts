import type { Settlement } from '../operations/pay/settlement/settlement.ts';
import type { SeatMap, SeatMaps } from '../catalogue/seat-map/seat-map.ts';
import type { SoldOut } from '../catalogue/sold-out.ts';
import type { Connection, Database } from '../db/database.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refusalOf } from '../db/refusal.ts';
import type { Deadline } from '../lib/deadline.ts';
import type { WeightedCache } from '../lib/weighted-cache.ts';
import type { EarlierHold, HoldCommand } from '../operations/hold/hold.ts';
import type { BestSeats } from './buyer/best-seats.ts';
import type { UnpaidHolds } from './buyer/unpaid-holds.ts';
import type { Barrier, Read } from '../operations/durability.ts';
import type { OpenStrategies } from './strategies.ts';

/** The dependencies of the box office and, as their context, of the operations; made in one place. */
export interface BoxOfficeContext {
  /** Where the performances are. */
  readonly database: Database;
  /** Where the accounts are, if on another server: `accountsOf` gives either. */
  readonly accounts?: Database | undefined;
  /** The barrier of that database, if on another server. */
  readonly accountsBarrier?: Barrier | undefined;
  readonly strategies: OpenStrategies;
  /** Awaited before an answer from rows of other transactions; undefined for local durability. */
  readonly barrier?: Barrier | undefined;
  readonly seatMaps: SeatMaps;
  readonly bestSeats: BestSeats;
  readonly soldOut: SoldOut;
  /** What a request's key has made before; requests of one moment share a reading. Throws the database's errors. */
  readonly earlierHold: (command: HoldCommand) => Promise<Read<EarlierHold>>;
  /** Accounts known to have a wallet. */
  readonly knownAccounts: WeightedCache<true>;
  readonly unpaidHolds: UnpaidHolds;
  /** Settles refunds in several transactions, where payments are. */
  readonly settlement?: Settlement | undefined;
  /** When the request that is served must be answered; undefined for work that no request waits for. */
  readonly deadline?: Deadline | undefined;
}

/** The refusals of a read: a database that can't answer in time. */
export type ReadRefusal = Refusal<'contended' | 'overloaded'>;

/** Does the work, and turns the error of a database that can't answer into a refusal. */
export async function asking<T>(work: () => Promise<T>): Promise<T | ReadRefusal> {
  try {
    return await work();
  } catch (error) {
    return refusalOf(error);
  }
}

/** Runs a read on a connection: see `asking`. */
export function reading<T>(
  context: Pick<BoxOfficeContext, 'database' | 'deadline'>,
  work: (connection: Connection) => Promise<T>,
): Promise<T | ReadRefusal> {
  return asking(() => context.database.connect(work, context.deadline));
}

/**
 * The performance's seat map, from memory if possible; undefined for an unknown performance. A cached map may
 * lack new seats: `needed` are those that the caller needs.
 */
export function seatMapOf(
  context: Pick<BoxOfficeContext, 'seatMaps'>,
  performanceId: string,
  needed: readonly (string | number)[] = [],
): SeatMap | Promise<SeatMap | undefined | ReadRefusal> {
  const { seatMaps } = context;
  // No promise for what nearly every request finds.
  return seatMaps.known(performanceId, needed) ?? asking(() => seatMaps.get(performanceId, needed));
}
