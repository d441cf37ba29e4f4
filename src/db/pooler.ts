/** Finds out whether a pooler gives each transaction another server connection. */
import { Client } from '../lib/pg-client.ts';

/** Timeouts, prepared statements and settings belong to a session, which this pooler does not keep. */
export class TransactionPooling extends Error {
  constructor() {
    super(
      'the database is behind a pooler in transaction or statement mode; connect directly, or set pool_mode = session',
    );
  }
}

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Throws `TransactionPooling` when two open connections are given the same server process, or one is given two: a session
 * has one of its own. Throws what the driver throws when the database can't be reached.
 */
export async function refuseTransactionPooling(databaseUrl: string): Promise<void> {
  const clients = [0, 1].map(
    () =>
      new Client({
        connectionString: databaseUrl,
        application_name: 'rowlock',
        connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
        query_timeout: CONNECT_TIMEOUT_MS,
      }),
  );
  const [first, second] = clients as [Client, Client];
  try {
    await first.connect();
    const before = await serverProcessOf(first);
    await second.connect();
    const others = await serverProcessOf(second);
    const after = await serverProcessOf(first);
    if (before === others || before !== after) throw new TransactionPooling();
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

async function serverProcessOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]!.pid;
}
