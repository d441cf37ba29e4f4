/** The rows of the map at home: which performance is on which server, and which servers there are. */
import type { Database, Reader } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

const listPlaces = statement({
  name: 'performance_server_list',
  group: 'home',
  params: [],
  columns: { performance_id: 'text', server: 'text' },
  text: `
    select m.performance_id::text as performance_id, m.server::text as server
    from performance_server as m`,
});

const findPlace = statement({
  name: 'performance_server_find',
  group: 'home',
  params: ['text'],
  columns: { server: 'text' },
  text: `select m.server::text as server from performance_server as m where m.performance_id = $1`,
});

const listServers = statement({
  name: 'server_list',
  group: 'home',
  params: [],
  columns: { name: 'text', state: 'text' },
  text: `select s.name::text as name, s.state from server as s order by s.added_at, s.name`,
});

/** A server as the home knows it. `draining`: no new performance goes there. */
export interface KnownServer {
  readonly name: string;
  readonly state: 'active' | 'draining';
}

/** The server of each performance. */
export async function readPlaces(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const rows = await reader.read(listPlaces, []);
  return new Map(rows.map((row) => [row.performance_id, row.server]));
}

/** The server of the performance; undefined for one that no import has made. */
export async function readPlace(reader: Reader, performanceId: string): Promise<string | undefined> {
  const [row] = await reader.read(findPlace, [performanceId]);
  return row?.server;
}

/** The servers in the order in which they were added, the home first. */
export async function readServers(reader: Reader): Promise<readonly KnownServer[]> {
  const rows = await reader.read(listServers, []);
  return rows.map(({ name, state }) => ({ name, state: state as KnownServer['state'] }));
}

const listInUse = statement({
  name: 'server_list_in_use',
  group: 'home',
  params: [],
  columns: { name: 'text', state: 'text', performances: 'integer' },
  text: `
    select
      s.name::text as name,
      s.state,
      (select count(*)::integer from performance_server as m where m.server = s.name) as performances
    from server as s
    order by s.added_at, s.name`,
});

/** A server, and how many performances are on it. */
export interface ServerInUse extends KnownServer {
  readonly performances: number;
}

/** The servers with their performances, the home first. */
export async function readServersInUse(reader: Reader): Promise<readonly ServerInUse[]> {
  const rows = await reader.read(listInUse, []);
  return rows.map((row) => ({ ...row, state: row.state as KnownServer['state'] }));
}

const setState = statement({
  name: 'server_set_state',
  group: 'home',
  writes: true,
  params: ['text', 'text'],
  columns: { name: 'text' },
  text: `update server as s set state = $2 where s.name = $1 returning s.name::text as name`,
});

/** Sets whether new performances go to a server. False for a server that the home does not know. */
export async function drainServer(
  home: Pick<Database, 'connect'>,
  name: string,
  state: KnownServer['state'],
): Promise<boolean> {
  const rows = await home.connect((connection) => connection.autocommit(setState, [name, state]));
  return rows.length > 0;
}
