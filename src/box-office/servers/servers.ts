/** The servers of a box office: the home, and others that have performances only. */
import { refusalOf } from '../../db/refusal.ts';
import { errorKindOf } from '../../db/sqlstate.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { ReadRefusal } from '../context.ts';
import { openServer } from './open-server.ts';
import type { PerformanceServer, ServerParts } from './open-server.ts';
import { createPerformanceMap } from './performance-map.ts';
import type { PerformanceMap } from './performance-map.ts';
import { prepareHome, prepareServer } from './prepare.ts';
import { createPresence } from './presence.ts';
import { ServersRefused } from './this-server.ts';
import type { ServerAddress } from './this-server.ts';

/** A performance's server, or why it can't be known. */
export type FoundServer = PerformanceServer | ReadRefusal;

export interface Servers {
  /** It has the accounts, the map, and performances, too. */
  readonly home: PerformanceServer;
  /** The home first. */
  readonly all: readonly PerformanceServer[];
  /** The server of a performance; the home for one that nobody knows. A promise only where memory does not know. */
  of(performanceId: string): FoundServer | Promise<FoundServer>;
  /** Forgets where a performance is: it has moved. */
  forget(performanceId: string): void;
  /** Closes the servers, the home last: the others need its accounts. */
  close(): Promise<void>;
}

/** What servers are opened with. */
export type ServersParts = Omit<ServerParts, 'address' | 'accounts' | 'presence'>;

/**
 * Prepares and opens the servers of the options. One that is away at the start is tried until it is there. Throws
 * `TransactionPooling`, `ServersRefused`, and the error of a migration.
 */
export async function openServers(parts: ServersParts): Promise<Servers> {
  const { options } = parts;
  const others = Object.entries(options.servers ?? {}).map(([name, url]) => ({ name, url }));
  const shallMigrate = options.migrate !== false;
  const homeId = await prepareHome(options.databaseUrl, others, shallMigrate);
  const prepare = (server: ServerAddress): Promise<void> => prepareServer(server, homeId, shallMigrate);
  const isThere = await Promise.all(others.map((server) => isPrepared(server, prepare)));
  const home = openServer({ ...parts, address: { name: HOME_SERVER, url: options.databaseUrl } });
  if (others.length === 0) return alone(home);
  const opened = others.map((address, i) => {
    const presence = createPresence(() => prepare(address));
    if (isThere[i] === false) {
      presence.noteAway();
      options.onWarning?.(
        `the server "${address.name}" is away; its performances are refused until it is back`,
      );
    }
    return openServer({ ...parts, address, presence, accounts: home.context });
  });
  const map = createPerformanceMap(home.context.database);
  // A home that is away now is asked again by the first request.
  await map.load().catch(() => undefined);
  return several(home, opened, map);
}

/** Whether the server is there. Throws `ServersRefused` for a wrong one. */
async function isPrepared(
  server: ServerAddress,
  prepare: (server: ServerAddress) => Promise<void>,
): Promise<boolean> {
  try {
    await prepare(server);
    return true;
  } catch (error) {
    // The server answered, and what it said no time will mend.
    if (error instanceof ServersRefused || errorKindOf(error) === 'internal') throw error;
    return false;
  }
}

/** One server: nothing has to be looked up. */
function alone(home: PerformanceServer): Servers {
  return { home, all: [home], of: () => home, forget: () => undefined, close: () => home.close() };
}

function several(
  home: PerformanceServer,
  others: readonly PerformanceServer[],
  map: PerformanceMap,
): Servers {
  const all = [home, ...others];
  const byName = new Map(all.map((server) => [server.name, server]));
  // The map may name a server that was added after this process began.
  const named = (name: string): FoundServer => byName.get(name) ?? refuse('overloaded', { cause: 'server' });
  const find = async (performanceId: string): Promise<FoundServer> => {
    try {
      const name = await map.find(performanceId);
      return name === undefined ? home : named(name);
    } catch (error) {
      return refusalOf(error);
    }
  };
  return {
    home,
    all,
    of: (performanceId) => {
      const name = map.known(performanceId);
      return name === undefined ? find(performanceId) : named(name);
    },
    forget: (performanceId) => map.forget(performanceId),
    close: async () => {
      await Promise.all(others.map((server) => server.close()));
      await home.close();
    },
  };
}
