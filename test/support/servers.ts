import { beforeAll } from 'vitest';
import { addServer } from '../../src/box-office/servers/add-server.ts';
import { useDatabase } from './database.ts';
import type { TestDatabase } from './database.ts';

/** A home and two servers of performances, each a database of its own. */
export interface TestServers {
  readonly home: TestDatabase;
  readonly byName: Readonly<Record<string, TestDatabase>>;
  /** The addresses of the servers, for a box office. */
  readonly servers: Readonly<Record<string, string>>;
}

/** Makes a home and two servers, `seoul-1` and `seoul-2`. */
export function useServers(): TestServers {
  const home = useDatabase();
  const byName = { 'seoul-1': useDatabase(), 'seoul-2': useDatabase() };
  const servers: Record<string, string> = {};
  beforeAll(async () => {
    for (const [name, { url }] of Object.entries(byName)) {
      await addServer(home.url, { name, url });
      servers[name] = url;
    }
  });
  return { home, byName, servers };
}

/** Plants a performance on one of the servers, and its place on the map. */
export async function placePerformance(
  { home }: TestServers,
  server: string,
  performanceId: string,
): Promise<void> {
  await home.sql(`insert into performance_server (performance_id, server) values ($1, $2)`, [
    performanceId,
    server,
  ]);
}
