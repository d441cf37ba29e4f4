/** A failover between two readings of one request: what one server says must not be taken for what the other has. */
import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { startTemporaryServer } from '../../test/support/database-server.ts';
import { until } from '../../test/support/gate.ts';
import type { Connection, Database } from '../db/database.ts';
import { databaseOptions, openDatabase } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import { behind, createBarrier } from './durability.ts';
import { createLostCommits } from './lost-commit.ts';

const database = useDatabase();

const readRow = statement({
  name: 'test_read_effect',
  group: 'any',
  params: [],
  columns: { found: 'boolean' },
  text: 'select true as found from effect',
});

async function replay(connection: Connection): Promise<{ readonly outcome: 'found' } | undefined> {
  const rows = await connection.read(readRow, []);
  return rows.length === 0 ? undefined : { outcome: 'found' };
}

it('a transaction that is over on one server is not taken for over on the other', async () => {
  const server = await startTemporaryServer();
  const other = openDatabase(databaseOptions(server.url, { poolSize: 1 }));
  await database.sql('create table effect ()');
  const client = await database.pool.connect();
  await client.query('begin; insert into effect default values');
  const { rows } = await client.query<{ xid: string }>('select pg_current_xact_id()::text as xid');
  const { xid } = rows[0]!;
  // There it is of the future: no such transaction is open.
  await expect(other.pool.query(`select pg_xact_status('${xid}')`)).rejects.toMatchObject({ code: '22023' });

  let readings = 0;
  const changing: Database = {
    ...database,
    connect: (work, deadline) => {
      readings += 1;
      return (readings === 1 ? other : database).connect(work, deadline);
    },
  };
  let answer: unknown;
  const resolving = createLostCommits(changing)
    .resolve(xid, replay)
    .then((resolved) => (answer = resolved));
  await until(async () => readings > 2 || answer !== undefined);
  expect(answer).toBeUndefined();
  // The control: the row says nothing yet, and a request that read it now would be told that it changed nothing.
  expect(await database.connect(replay)).toBeUndefined();
  await client.query('commit');
  client.release();
  expect(await resolving).toEqual({ outcome: 'found' });
  await other.close();
  await server.stop();
});

it('a barrier on one server is none for what was read from the other', async () => {
  const barrier = createBarrier(database, 'replicated');
  const answer = { outcome: 'held' } as const;
  const server = await database.connect(async (connection) => connection.server);
  expect(await behind(barrier, { answer, server })).toEqual(answer);
  expect(await behind(barrier, { answer, server: 'replaced' })).toEqual({ outcome: 'outcome_unknown' });
});
