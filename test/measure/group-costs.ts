/**
 * What a member of a group costs the database, by the size of its group: `npm run group-costs`. It counts instead of timing:
 * statements, rows updated (heap-only or not), entries written to indexes, and bytes of WAL, on an embedded
 * server of its own without full-page images, which depend on checkpoints and not on groups.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { countStatements } from '../../src/bench/measure/worker-pool.ts';
import { plantedReservationId, plantFixture } from '../../src/bench/fixture.ts';
import type { FixtureSize } from '../../src/bench/fixture.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { Database } from '../../src/db/database.ts';
import { startEmbeddedServer } from '../../src/embedded-server/server.ts';
import { migrate } from '../../src/db/migrate.ts';
import { requestHashOf, reservationIdOf } from '../../src/domain/ids.ts';
import { groupedTopUp } from '../../src/operations/top-up/grouped.ts';
import { groupedHold } from '../../src/operations/hold/grouped/grouped.ts';
import { groupedPay } from '../../src/operations/pay/grouped/grouped.ts';
import { execute } from '../support/execute.ts';

const SIZES = [1, 10, 100, 1_000];
/** Members of each size, so that what happens now and then is spread evenly. */
const MEMBERS = 4_000;
const SCENE = { performanceId: 'bench', accountPrefix: 'buyer-' };

type Send = (database: Database, member: number) => Promise<{ readonly outcome: string }>;

const OPERATIONS: readonly { readonly name: string; readonly stage: FixtureSize; readonly send: Send }[] = [
  {
    name: 'top-up, one wallet',
    stage: { operation: 'topUp', wallets: 1 },
    send: (database, member) => topUpOf(database, member, 0),
  },
  {
    name: 'top-up, a wallet each',
    stage: { operation: 'topUp', wallets: MEMBERS },
    send: (database, member) => topUpOf(database, member, member),
  },
  {
    name: 'hold, one seat',
    stage: { operation: 'hold', rows: MEMBERS, seatsPerHold: 1 },
    send: (database, member) => {
      const { performanceId } = SCENE;
      const accountId = `${SCENE.accountPrefix}${member}`;
      const seats = [member + 1];
      const reservationId = reservationIdOf(performanceId, accountId, 'hold');
      const requestHash = requestHashOf('hold', ...seats);
      return execute(
        groupedHold,
        { database },
        { performanceId, accountId, seats, reservationId, requestHash },
      );
    },
  },
  {
    name: 'pay, one seat',
    stage: { operation: 'pay', rows: MEMBERS, seatsPerHold: 1 },
    send: (database, member) => {
      const { performanceId } = SCENE;
      const accountId = `${SCENE.accountPrefix}${member}`;
      const reservationId = plantedReservationId(member);
      const requestHash = requestHashOf('pay', performanceId, reservationId);
      const command = {
        performanceId,
        reservationId,
        accountId,
        idempotencyKey: `pay-${member}`,
        requestHash,
      };
      return execute(groupedPay, { database }, command);
    },
  },
];

function topUpOf(database: Database, member: number, wallet: number): ReturnType<Send> {
  const accountId = `${SCENE.accountPrefix}${wallet}`;
  const requestHash = requestHashOf('topUp', 1);
  return execute(
    groupedTopUp,
    { database },
    { accountId, amount: 1, idempotencyKey: `top-up-${member}`, requestHash },
  );
}

interface Counters {
  readonly wal: number;
  readonly updated: number;
  readonly hot: number;
  readonly indexed: number;
}

// An update that is not heap-only writes every index of its table, as an insert does.
// The ledger's partial index has payments and refunds only, and a block range index has no entry per row.
const COUNTERS = `
  select
    (select wal_bytes from pg_stat_wal)::float8 as wal,
    (select sum(n_tup_upd) from pg_stat_user_tables)::float8 as updated,
    (select sum(n_tup_hot_upd) from pg_stat_user_tables)::float8 as hot,
    (
      select sum((t.n_tup_ins + t.n_tup_upd - t.n_tup_hot_upd) * i.indexes)
      from pg_stat_user_tables as t
      join (
        select x.indrelid, count(*) as indexes
        from pg_index as x
        join pg_class as c on c.oid = x.indexrelid
        join pg_am as m on m.oid = c.relam and m.amname = 'btree'
        where x.indpred is null or $1
        group by x.indrelid
      ) as i on i.indrelid = t.relid
    )::float8 as indexed`;

async function read(url: string, pays: boolean): Promise<Counters> {
  // A session of its own: another one's counters are reported when it has been idle for a while, or ends.
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('select pg_stat_force_next_flush()');
    return (await client.query<Counters>(COUNTERS, [pays])).rows[0]!;
  } finally {
    await client.end();
  }
}

async function costsOf(url: string, operation: (typeof OPERATIONS)[number], size: number): Promise<string> {
  const control = openDatabase({ ...DATABASE_DEFAULTS, url, poolSize: 1, statementTimeoutMs: 60_000 });
  await plantFixture(control.pool, operation.stage);
  await control.close();
  const pays = operation.stage.operation === 'pay';
  const before = await read(url, pays);
  const database = openDatabase({ ...DATABASE_DEFAULTS, url, poolSize: 2 });
  const statements = countStatements(database);
  for (let from = 0; from < MEMBERS; from += size) {
    const members = Array.from({ length: size }, (_, i) => operation.send(database, from + i));
    for (const { outcome } of await Promise.all(members)) {
      if (!['topped_up', 'held', 'paid'].includes(outcome)) throw new Error(`${operation.name}: ${outcome}`);
    }
  }
  const sent = statements();
  await database.close();
  const after = await read(url, pays);
  const per = (value: number, digits: number): string => (value / MEMBERS).toFixed(digits);
  return [
    operation.name.padEnd(22),
    String(size).padStart(5),
    per(sent, 3).padStart(11),
    per(after.updated - before.updated, 2).padStart(8),
    per(after.hot - before.hot, 2).padStart(6),
    per(after.indexed - before.indexed, 2).padStart(8),
    per(after.wal - before.wal, 0).padStart(8),
  ].join(' ');
}

const dataDir = await mkdtemp(join(tmpdir(), 'rowlock-costs-'));
// As root, the server runs as another user, who must be able to enter.
await chmod(dataDir, 0o711);
const server = await startEmbeddedServer({ dataDir });
try {
  await migrate(server.url);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query('alter system set full_page_writes = off');
  await admin.query('alter system set autovacuum = off');
  await admin.query('select pg_reload_conf()');
  await admin.end();
  process.stdout.write('per member              size  statements  updates    HOT  indexes  WAL B\n');
  for (const operation of OPERATIONS) {
    for (const size of SIZES) process.stdout.write(`${await costsOf(server.url, operation, size)}\n`);
  }
} finally {
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
}
