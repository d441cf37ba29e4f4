/** What happens to a primary, how the standby takes its place, and how the failed server comes back. */
import { databaseOptions, openDatabase } from '../../src/db/database.ts';
import { eventually } from '../support/rowlock-process.ts';
import type { Node } from './node.ts';
import type { Sale } from './sale.ts';

export interface Pair {
  readonly primary: Node;
  readonly standby: Node;
}

export interface Fault {
  readonly name: string;
  /** Ends the primary's service to the sale. */
  readonly strike: (pair: Pair, sale: Sale) => Promise<void> | void;
  /** Whether the standby takes its place before the repair. */
  readonly isReplaced: boolean;
  /** Lets what has failed come back. */
  readonly repair: (pair: Pair) => Promise<void> | void;
}

const start = ({ primary }: Pair): void => primary.start();

/** Short runs strike by the first of them only. */
export const FAULTS: readonly Fault[] = [
  { name: 'killed', strike: ({ primary }) => primary.kill(), isReplaced: true, repair: start },
  {
    name: 'stopped',
    strike: ({ primary }) => primary.signal('SIGSTOP'),
    isReplaced: true,
    repair: ({ primary }) => primary.signal('SIGCONT'),
  },
  {
    name: 'cut off',
    strike: ({ primary }) => primary.cut(),
    isReplaced: true,
    repair: ({ primary }) => primary.mend(),
  },
  {
    name: 'its PostgreSQL killed',
    strike: ({ primary }) => primary.killPostgres(),
    isReplaced: true,
    repair: () => undefined,
  },
  {
    name: 'its disk full',
    strike: fillDisk,
    isReplaced: true,
    // What it had written when the room ended went beyond its successor's history, and Patroni may not notice.
    repair: async ({ primary }) => {
      primary.emptyDisk();
      await primary.reinitialize();
    },
  },
  {
    name: 'killed when its log no longer came to the standby',
    strike: strikeUnreplicated,
    isReplaced: true,
    repair: ({ primary }) => {
      primary.mend();
      primary.start();
    },
  },
  {
    name: 'its PostgreSQL killed while the standby was away',
    strike: strikeAlone,
    isReplaced: false,
    repair: ({ standby }) => standby.start(),
  },
];

/**
 * The log no longer comes to the standby, COMMITs wait for it, and an administrator cuts their waits: what they wrote is
 * visible, and only on the primary. Then the primary dies with it.
 */
async function strikeUnreplicated({ primary }: Pair, sale: Sale): Promise<void> {
  primary.loseReplication();
  await sellNothing(primary, sale);
  await primary.kill();
}

/** The standby dies, and then the primary's PostgreSQL: nobody may take its place, and nothing be acknowledged meanwhile. */
async function strikeAlone({ primary, standby }: Pair, sale: Sale): Promise<void> {
  await standby.kill();
  await sellNothing(primary, sale);
  primary.killPostgres();
}

async function sellNothing(primary: Node, sale: Sale): Promise<void> {
  await cutWaits(primary);
  const before = sale.successes;
  // The clients have sent what was cut once more, and wait again.
  await cutWaits(primary);
  if (sale.successes > before + IN_FLIGHT_MAX) throw new Error('the sale went on without its standby');
}

/** What had been replicated when the standby stopped may still be answered. */
const IN_FLIGHT_MAX = 12;

/** Cuts the waits of all COMMITs that wait for the standby, once some do. */
async function cutWaits(primary: Node): Promise<void> {
  await onServer(primary, async (query) => {
    await eventually(async () => {
      const cut = await query(
        `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'SyncRep' and usename = 'rowlock'`,
      );
      return cut > 0;
    });
  });
}

/** Fills the disk, and then the server's log until there is no room for it. */
async function fillDisk({ primary }: Pair): Promise<void> {
  primary.fillDisk();
  const writeLog = `select pg_logical_emit_message(false, 'fill', repeat('x', 4000000))`;
  await onServer(primary, async (query) => {
    while ((await query(writeLog).catch(() => 0)) > 0);
  });
}

async function onServer(
  node: Node,
  work: (query: (text: string) => Promise<number>) => Promise<void>,
): Promise<void> {
  const url = `postgres://postgres:change-me-superuser@127.0.0.1:${node.port}/postgres`;
  const database = openDatabase(databaseOptions(url, { poolSize: 1 }));
  try {
    await work(async (text) => (await database.pool.query(text)).rowCount ?? 0);
  } finally {
    await database.close();
  }
}
