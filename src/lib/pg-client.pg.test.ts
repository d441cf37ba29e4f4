/** A pool keeps its connections, also those that are made for a request that has given up. */
import { callbackify } from 'node:util';
import pg from 'pg';
import { expect, it } from 'vitest';
import { useDatabase } from '../../test/support/database.ts';
import { createGate, until } from '../../test/support/gate.ts';
import { Client, createPool } from './pg-client.ts';

const database = useDatabase();

type Prepare = (client: pg.ClientBase) => Promise<void>;

/** Lets a request give up while its new connection is being prepared; resolves with whether the next request gets one. */
async function givesConnectionsAfterwards(open: (prepare: Prepare) => pg.Pool): Promise<boolean> {
  const gate = createGate();
  let prepared = 0;
  const pool = open(async (client) => {
    prepared += 1;
    if (prepared === 2) await gate.racePoint('hold: between read and write');
    await client.query('select');
  });
  const first = await pool.connect();
  const second = pool.connect();
  // It is broken: the second request gets a new connection, and gives up before that is prepared.
  first.release(true);
  await gate.arrived(1);
  await expect(second).rejects.toThrow(/timeout/);
  gate.open();
  await until(async () => pool.waitingCount === 0);
  const next = await pool.connect().catch(() => undefined);
  next?.release();
  // What is lost is never given back: then the pool does not end.
  if (next !== undefined) await pool.end();
  return next !== undefined;
}

const settings = () => ({ connectionString: database.url, max: 1, connectionTimeoutMillis: 1_000 });

it('gives a connection to the next request', async () => {
  expect(await givesConnectionsAfterwards((prepare) => createPool(settings(), prepare))).toBe(true);
});

it("control: by the pool's own verification the connection is lost, and with it the pool", async () => {
  let lost: pg.ClientBase | undefined;
  const open = (prepare: Prepare): pg.Pool => {
    const pool = new pg.Pool({ ...settings(), Client, verify: callbackify(prepare) });
    pool.on('connect', (client) => (lost = client));
    return pool;
  };
  expect(await givesConnectionsAfterwards(open)).toBe(false);
  await (lost as pg.Client).end();
});
