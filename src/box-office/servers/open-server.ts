/** Opens one server of performances: its pool, its reader of the halls, its strategies, and what it does in the background. */
import { createSeatMaps } from '../../catalogue/seat-map/seat-map.ts';
import { createSoldOut } from '../../catalogue/sold-out.ts';
import { databaseOptions, openDatabase } from '../../db/database.ts';
import type { Database } from '../../db/database.ts';
import { createBarrier } from '../../operations/durability.ts';
import { openSettlement } from '../../operations/pay/settlement/settlement.ts';
import type { SeatWatching } from '../../seats/watching.ts';
import { createBestSeats } from '../buyer/best-seats.ts';
import { earlierHolds } from '../buyer/hold.ts';
import { createCancellations } from '../cancellations.ts';
import type { Cancellations } from '../cancellations.ts';
import type { BoxOfficeContext } from '../context.ts';
import type { BoxOfficeOptions } from '../interface.ts';
import { openStrategies } from '../strategies.ts';
import type { Strategies } from '../strategies.ts';
import { openHalls } from './open-halls.ts';
import type { Presence } from './presence.ts';
import { startSettler } from './settler.ts';
import type { InFlight } from './settler.ts';
import { startSweeper } from './sweeper.ts';
import type { ServerAddress } from './this-server.ts';

/** How often expired holds are swept, and cancellations looked for, by default. */
export const SWEEP_INTERVAL_MS = 5_000;

/** How often payments and refunds in flight are looked at. */
const SETTLE_INTERVAL_MS = 1_000;

/** A server of performances at work. */
export interface PerformanceServer {
  readonly name: string;
  readonly context: BoxOfficeContext;
  readonly watching: SeatWatching;
  /** The connection of the readings of halls, which no buyer waits for. */
  readonly readings: Database;
  readonly cancellations: Cancellations;
  /** Payments and refunds on their way, as this process saw them lately. */
  readonly inFlight: () => InFlight;
  /** Undefined for the home, without which nothing works. */
  readonly presence: Presence | undefined;
  /** Finishes what is in flight. */
  close(): Promise<void>;
}

/** What a server is opened with. */
export interface ServerParts extends Pick<BoxOfficeContext, 'knownAccounts' | 'unpaidHolds'> {
  readonly address: ServerAddress;
  readonly options: BoxOfficeOptions;
  readonly strategies: Strategies;
  readonly groupDecided: (size: number) => void;
  /** Where the accounts are, if on another server. */
  readonly accounts?: Pick<BoxOfficeContext, 'database' | 'barrier'> | undefined;
  readonly presence?: Presence | undefined;
}

export function openServer(parts: ServerParts): PerformanceServer {
  const { address, options, strategies, groupDecided, accounts, presence, knownAccounts, unpaidHolds } =
    parts;
  const { observer } = options;
  const guard = (database: Database): Database => presence?.guard(database) ?? database;
  const database = guard(openDatabase(databaseOptions(address.url, options.database), observer));
  const seatMaps = createSeatMaps(database);
  const seats = openHalls(seatMaps, { ...options, databaseUrl: address.url, guard });
  const barrier = createBarrier(database, options.durability ?? 'local');
  const money = { accounts: accounts?.database, accountsBarrier: accounts?.barrier };
  const work = { database, ...money, groupDecided, barrier, halls: seats.halls };
  const opened = openStrategies(work, strategies, observer);
  const settlement = openSettlement(work);
  const context: BoxOfficeContext = {
    database,
    ...money,
    strategies: opened,
    settlement: strategies.pay.apart === true ? settlement : undefined,
    barrier,
    seatMaps,
    bestSeats: createBestSeats({ database, halls: seats.halls }),
    soldOut: createSoldOut(),
    earlierHold: earlierHolds(database),
    knownAccounts,
    unpaidHolds,
  };
  const sweepIntervalMs = options.sweepIntervalMs ?? SWEEP_INTERVAL_MS;
  const sweeper = startSweeper(context, sweepIntervalMs, observer?.swept);
  const settler = startSettler(context, settlement, Math.min(sweepIntervalMs, SETTLE_INTERVAL_MS));
  const cancellations = createCancellations(context, sweepIntervalMs);
  return {
    name: address.name,
    context,
    watching: seats.watching,
    readings: seats.database,
    cancellations,
    inFlight: () => settler.inFlight,
    presence,
    close: async () => {
      await seats.watching.close();
      await sweeper.stop();
      await cancellations.stop();
      await settler.stop();
      await settlement.close();
      await opened.close();
      await presence?.close();
      await seats.close();
      await database.close();
    },
  };
}
