import type { BoxOffice } from '../../src/box-office/box-office.ts';
import { createBoxOffice } from '../../src/box-office/box-office.ts';
import { movePerformance } from '../../src/box-office/moving/move.ts';
import type { Moved } from '../../src/box-office/moving/move.ts';
import { withPlaces } from '../../src/box-office/moving/places.ts';
import type { RacePoint } from '../../src/lib/race-point.ts';
import type { TestDatabase } from './database.ts';
import { until } from './gate.ts';
import type { TestServers } from './servers.ts';

export const SERVER_NAMES = ['home', 'seoul-1', 'seoul-2'] as const;

/** A box office over the servers that looks often, and an account `anna` with money. */
export async function openRich({ home, servers }: TestServers): Promise<BoxOffice> {
  const boxOffice = await createBoxOffice({
    databaseUrl: home.url,
    servers,
    database: { poolSize: 5 },
    sweepIntervalMs: 50,
    watchIntervalMs: 20,
    migrate: false,
  });
  await boxOffice.topUp({
    accountId: 'anna',
    amount: 10_000_000,
    idempotencyKey: 'all',
    createAccount: true,
  });
  return boxOffice;
}

/** The database of a server. */
export function databaseOf(several: TestServers, server: string): TestDatabase {
  return server === 'home' ? several.home : several.byName[server]!;
}

/** Moves a performance as the command does. */
export function move(
  several: TestServers,
  performanceId: string,
  target: string,
  racePoint?: RacePoint,
): Promise<Moved> {
  return withPlaces({ databaseUrl: several.home.url, servers: several.servers }, (places) =>
    movePerformance(places, { performanceId, target, racePoint }),
  );
}

/** Moves it once the home has seen that the process which moved it is gone. */
export async function moveAfterKill(
  several: TestServers,
  performanceId: string,
  target: string,
): Promise<Moved> {
  let moved: Moved | undefined;
  await until(async () => {
    moved = await move(several, performanceId, target).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith('another process is moving')) return undefined;
      throw error;
    });
    return moved !== undefined;
  });
  return moved!;
}

/** On which servers the performance has live rows. */
export async function liveAt(several: TestServers, performanceId: string): Promise<string[]> {
  const found = await Promise.all(
    SERVER_NAMES.map(async (server) => {
      const rows = await databaseOf(several, server).sql(
        `select from performance where performance_id = $1 union all select from seat where performance_id = $1`,
        [performanceId],
      );
      return rows.length > 0 ? [server] : [];
    }),
  );
  return found.flat();
}
