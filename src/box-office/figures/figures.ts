/**
 * Figures of the whole database, for metrics: read by one process of a service, on a connection of its own, at most once
 * in `INTERVAL_MS`, however often they are asked for.
 */
import type { Connection, Database } from '../../db/database.ts';
import { databaseOptions, openDatabase } from '../../db/database.ts';
import { inTime } from '../../lib/in-time.ts';
import { writeRecord } from '../../operations/durability.ts';
import type { SeatCounts } from './seat-counts.ts';
import { createSeatCounts } from './seat-counts.ts';
import type { ServerFigures } from './server.ts';
import { readServerFigures } from './server.ts';
import { liveAttempts } from '../../operations/pay/settlement/live-attempts.ts';
import type { LiveAttempts } from '../../operations/pay/settlement/live-attempts.ts';
import { createSweeperLag } from './sweeper-lag.ts';

/** How long a reading counts. */
const INTERVAL_MS = 5_000;
/** How long a caller waits for a reading, and a reading for each of its statements. */
const PATIENCE_MS = 2_000;
/** How long seats are counted in one reading; a further hall is begun only within that. */
const SEATS_BUDGET_MS = 100;

export interface DatabaseFigures extends ServerFigures {
  /** Undefined where counting took too long; so is the next. */
  readonly seats: SeatCounts | undefined;
  readonly sweeperLagSeconds: number | undefined;
  /** Payments and refunds in flight; undefined when they could not be read. */
  readonly attempts: LiveAttempts | undefined;
  /** How far the database's clock is ahead of this machine's. */
  readonly clockOffsetSeconds: number;
  /** How long a small durable write took; undefined when the database took none. */
  readonly commitSeconds: number | undefined;
}

export interface Figures {
  /** The figures as they were lately; undefined when the database did not answer in time. */
  read(): Promise<DatabaseFigures | undefined>;
  /** Ends the connection. */
  close(): Promise<void>;
}

/** Opens the reading of a database's figures. The first call connects. */
export function openFigures(databaseUrl: string): Figures {
  const timeouts = {
    acquireTimeoutMs: PATIENCE_MS,
    statementTimeoutMs: PATIENCE_MS,
    lockTimeoutMs: PATIENCE_MS,
  };
  const database = openDatabase(
    databaseOptions(databaseUrl, { applicationName: 'rowlock metrics', poolSize: 1, ...timeouts }),
  );
  const readOnce = readingOf(database);
  let last: { readonly atMs: number; readonly figures: DatabaseFigures | undefined } | undefined;
  let reading: Promise<DatabaseFigures | undefined> | undefined;
  const refresh = async (): Promise<DatabaseFigures | undefined> => {
    const figures = await readOnce().catch(() => undefined);
    last = { atMs: performance.now(), figures };
    reading = undefined;
    return figures;
  };
  return {
    read: async () => {
      if (last !== undefined && performance.now() - last.atMs < INTERVAL_MS) return last.figures;
      return inTime((reading ??= refresh()), PATIENCE_MS);
    },
    close: () => database.close(),
  };
}

function readingOf(database: Database): () => Promise<DatabaseFigures> {
  const readSeats = createSeatCounts(SEATS_BUDGET_MS);
  const readLag = createSweeperLag();
  const readAttempts = liveAttempts();
  return () =>
    database.connect(async (connection) => {
      const askedAtMs = performance.now();
      const server = await readServerFigures(connection);
      const tookMs = performance.now() - askedAtMs;
      return {
        ...server,
        clockOffsetSeconds: (server.at.getTime() - (Date.now() - tookMs / 2)) / 1_000,
        commitSeconds: await commitSeconds(connection),
        sweeperLagSeconds: await readLag(connection).catch(() => undefined),
        attempts: await readAttempts(connection).catch(() => undefined),
        seats: await readSeats(connection).catch(() => undefined),
      };
    });
}

async function commitSeconds(connection: Connection): Promise<number | undefined> {
  const beganAtMs = performance.now();
  try {
    await connection.autocommit(writeRecord, []);
    return (performance.now() - beganAtMs) / 1_000;
  } catch {
    return undefined;
  }
}
