/**
 * Traces a request from outside: a wrapped database notes what the operation does with it. The engine does
 * not know, so the lab measures exactly what the service runs.
 */
import type {
  Connection,
  Database,
  Ending,
  Run,
  Transaction,
  TransactionOptions,
} from '../../db/database.ts';
import { isLockTimeout, sqlstateOf } from '../../db/sqlstate.ts';
import type { Isolation } from './scenario.ts';

/** One loan of a connection; a strategy that retries takes one for each try. By `performance.now()`. */
export interface TracedTry {
  readonly connectedAt: number;
  /** When it reached the race point; undefined when it never did. */
  workedAt: number | undefined;
  /** When it gave the connection back. */
  endedAt: number | undefined;
}

/** What a request has done so far. */
export interface Trace {
  readonly tries: TracedTry[];
  poolWaitMs: number;
  /** Includes BEGIN, COMMIT and ROLLBACK. */
  statements: number;
  transactions: number;
  rollbacks: number;
  /** From BEGIN sent to COMMIT or ROLLBACK answered, summed over its transactions. */
  transactionMs: number;
  /** The longest statement; on a hot row, the one that waited for the lock. */
  longestStatementMs: number;
  /** The version that its last transaction read, if it read one. */
  version: number | undefined;
  sqlstates: string[];
  /** Why it last did not get a lock: both have the SQLSTATE 55P03. */
  lockFailure: 'lock_timeout' | 'nowait' | undefined;
}

export function createTrace(): Trace {
  return {
    tries: [],
    poolWaitMs: 0,
    statements: 0,
    transactions: 0,
    rollbacks: 0,
    transactionMs: 0,
    longestStatementMs: 0,
    version: undefined,
    sqlstates: [],
    lockFailure: undefined,
  };
}

export interface TraceOptions {
  readonly isolation?: Isolation | undefined;
  /** A prologue turns every autocommitted statement into a transaction. */
  readonly hasPrologue?: boolean;
  /** Runs just before a commit; if it throws, the transaction is rolled back. */
  readonly beforeCommit?: (() => Promise<void>) | undefined;
}

export function traced(database: Database, trace: Trace, options: TraceOptions): Database {
  return {
    ...database,
    withPrologue: (prologue) =>
      traced(
        database.withPrologue((tx) => prologue({ ...tx, run: watched(tx.run, trace) })),
        trace,
        { ...options, hasPrologue: true },
      ),
    connect: async (work, deadline) => {
      const askedAt = performance.now();
      let isWaiting = true;
      let current: TracedTry | undefined;
      const endWait = (): void => {
        if (isWaiting) trace.poolWaitMs += performance.now() - askedAt;
        isWaiting = false;
      };
      try {
        return await database.connect((connection) => {
          endWait();
          current = { connectedAt: performance.now(), workedAt: undefined, endedAt: undefined };
          trace.tries.push(current);
          return work(watchedConnection(connection, trace, options));
        }, deadline);
      } finally {
        // Also counts when no connection could be acquired.
        endWait();
        if (current !== undefined) current.endedAt = performance.now();
      }
    },
  };
}

function watchedConnection(connection: Connection, trace: Trace, options: TraceOptions): Connection {
  return {
    server: connection.server,
    read: watched(connection.read, trace),
    autocommit: async (declared, values) => {
      trace.transactions += 1;
      if (options.hasPrologue === true) trace.statements += 2;
      const startedAt = performance.now();
      try {
        return await timed(trace, () => connection.autocommit(declared, values));
      } catch (error) {
        trace.rollbacks += 1;
        throw error;
      } finally {
        trace.transactionMs += performance.now() - startedAt;
      }
    },
    transaction: (asked, work) => watchedTransaction(connection, trace, options, asked, work),
  };
}

async function watchedTransaction<T>(
  connection: Connection,
  trace: Trace,
  options: TraceOptions,
  asked: TransactionOptions,
  work: (tx: Transaction) => Promise<Ending<T>>,
): Promise<T> {
  const { isolation = asked.isolation, beforeCommit } = options;
  trace.transactions += 1;
  // BEGIN and COMMIT or ROLLBACK.
  trace.statements += 2;
  const startedAt = performance.now();
  let hasCommitted = false;
  try {
    return await connection.transaction(
      { ...asked, ...(isolation === undefined ? {} : { isolation }) },
      async (tx) => {
        const ending = await work({
          ...tx,
          run: watchedReads(watched(tx.run, trace), trace),
          read: watchedReads(watched(tx.read, trace), trace),
        });
        if (ending.end === 'commit') await beforeCommit?.();
        hasCommitted = ending.end === 'commit';
        return ending;
      },
    );
  } catch (error) {
    hasCommitted = false;
    throw error;
  } finally {
    if (!hasCommitted) trace.rollbacks += 1;
    trace.transactionMs += performance.now() - startedAt;
  }
}

function watched<Writes extends boolean>(run: Run<Writes>, trace: Trace): Run<Writes> {
  return (declared, values) => timed(trace, () => run(declared, values));
}

/** Only in a transaction: outside it, a loser that reads why it lost sees a later version. */
function watchedReads<Writes extends boolean>(run: Run<Writes>, trace: Trace): Run<Writes> {
  return async (declared, values) => {
    const rows = await run(declared, values);
    const version: unknown = (rows[0] as { version?: unknown } | undefined)?.version;
    if (typeof version === 'number') trace.version = version;
    return rows;
  };
}

async function timed<T>(trace: Trace, send: () => Promise<T>): Promise<T> {
  trace.statements += 1;
  const sentAt = performance.now();
  try {
    return await send();
  } catch (error) {
    const code = sqlstateOf(error);
    if (code !== undefined) trace.sqlstates.push(code);
    if (code === '55P03') trace.lockFailure = isLockTimeout(error) ? 'lock_timeout' : 'nowait';
    throw error;
  } finally {
    trace.longestStatementMs = Math.max(trace.longestStatementMs, performance.now() - sentAt);
  }
}
