/** The home's side of a move: the map, and one operator at a time. */
import type { Database, Reader } from '../../db/database.ts';
import { commit } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { ServersRefused } from '../servers/this-server.ts';

const switchPlace = statement({
  name: 'move_switch_map',
  group: 'home',
  writes: true,
  params: ['text', 'text', 'text'],
  columns: {},
  text: `
    insert into performance_server as m (performance_id, server)
    values ($1, $3)
    on conflict (performance_id) do update set server = $3 where m.server = $2`,
});

const takeMove = statement({
  name: 'move_take',
  group: 'home',
  params: ['text'],
  columns: { taken: 'boolean' },
  text: `select pg_try_advisory_xact_lock(hashtextextended('rowlock move ' || $1, 0)) as taken`,
});

/** Notes on the map that the performance is on the second server and not on the first. The home's may be on no map yet. */
export async function switchMap(
  home: Database,
  performanceId: string,
  from: string,
  to: string,
): Promise<void> {
  await home.connect((connection) => connection.autocommit(switchPlace, [performanceId, from, to]));
}

/** The idle transaction that keeps others away lasts as long as the move. */
const MOVE_TIMEOUT_MS = 3_600_000;

const waitIdle = statement({
  name: 'move_wait_idle',
  group: 'any',
  writes: true,
  params: ['text'],
  columns: { timeout: 'text' },
  text: `select set_config('idle_in_transaction_session_timeout', $1, true) as timeout`,
});

/**
 * Calls `work` while no other process moves the performance. The lock ends with its connection. Throws `ServersRefused`
 * when another has it. Where the connection is lost, every step is still safe: it asks the departure and the arrival.
 */
export function alone<T>(home: Database, performanceId: string, work: () => Promise<T>): Promise<T> {
  return home.connect((connection) =>
    connection.transaction({}, async (tx) => {
      await tx.run(waitIdle, [`${MOVE_TIMEOUT_MS}ms`]);
      const [lock] = await tx.run(takeMove, [performanceId]);
      if (lock?.taken !== true) {
        throw new ServersRefused(`another process is moving the performance "${performanceId}" right now`);
      }
      return commit(await work());
    }),
  );
}

const findState = statement({
  name: 'move_server_state',
  group: 'home',
  params: ['text'],
  columns: { state: 'text' },
  text: `select s.state from server as s where s.name = $1`,
});

/** Whether new performances may go to the server; undefined for one that the home does not know. */
export async function serverState(reader: Reader, name: string): Promise<'active' | 'draining' | undefined> {
  const [row] = await reader.read(findState, [name]);
  return row?.state as 'active' | 'draining' | undefined;
}
