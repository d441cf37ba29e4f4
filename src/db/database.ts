import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Pool } from './pool.ts';
import type { ParamsOf, RowOf, Statement } from './statement.ts';
import type { StatementSpans } from './spans.ts';
import { openStatementSpans } from './spans.ts';
import { prepareSession, types } from './session-settings.ts';
import { toQuery } from './statement.ts';
import { endsConnection, endsService, errorKindOf, makesConnectionUseless } from './sqlstate.ts';
import type { Deadline } from '../lib/deadline.ts';
import type { Client, ServerPool } from '../lib/pg-client.ts';
import { createPool } from '../lib/pg-client.ts';

/** The longest wait that both PostgreSQL and Node's timers accept. */
export const TIMEOUT_MS_MAX = 2_147_483_647;

/** Bounds of a database's pool. Every wait has one: nothing hangs. */
export interface DatabaseOptions {
  readonly url: string;
  readonly applicationName?: string;
  /** Connections at most. */
  readonly poolSize: number;
  /** How long a request waits for a connection before it is `contended`. */
  readonly acquireTimeoutMs: number;
  /** How many requests may wait for a connection before further ones are `overloaded`. */
  readonly waitersMax: number;
  /** `statement_timeout`: bounds a whole statement, lock waits included. */
  readonly statementTimeoutMs: number;
  /** `lock_timeout`: bounds each single lock wait; 0 leaves it to the statement timeout. */
  readonly lockTimeoutMs: number;
  /** `idle_in_transaction_session_timeout`: the server ends a session that forgets its transaction. */
  readonly idleInTransactionTimeoutMs: number;
}

export const DATABASE_DEFAULTS: Omit<DatabaseOptions, 'url'> = {
  applicationName: 'rowlock',
  poolSize: 20,
  acquireTimeoutMs: 5_000,
  waitersMax: 10_000,
  statementTimeoutMs: 5_000,
  lockTimeoutMs: 3_000,
  idleInTransactionTimeoutMs: 10_000,
};

/** The defaults, but for what is given; undefined gives nothing, or a wait would have no bound. */
export function databaseOptions(
  url: string,
  given: { readonly [Name in keyof Omit<DatabaseOptions, 'url'>]?: DatabaseOptions[Name] | undefined } = {},
): DatabaseOptions {
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DATABASE_DEFAULTS, ...Object.fromEntries(known), url };
}

/**
 * No connection could be acquired: `pool` waited too long, `queue` is full, `database` can't be reached, `server` is one of
 * several servers that can't be.
 */
export class ConnectionUnavailable extends Error {
  readonly reason: 'pool' | 'queue' | 'database' | 'server';
  constructor(reason: ConnectionUnavailable['reason'], options?: ErrorOptions) {
    super(`no database connection: ${reason}`, options);
    this.reason = reason;
  }
}

/** The request's time was up before a connection was acquired, or before a statement was sent: nothing was written. */
export class DeadlinePassed extends Error {}

/** The connection died before COMMIT was sent: the server rolls the transaction back. */
export class ConnectionLost extends Error {}

/**
 * The connection died while COMMIT, or a statement that commits by itself, was in flight; or the server stopped waiting for
 * its synchronous standby.
 */
export class CommitUnknown extends Error {
  /** The transaction, when it is known: ask `pg_xact_status`. */
  readonly xid: string | undefined;
  constructor(xid: string | undefined, options?: ErrorOptions) {
    super('what became of a COMMIT is unknown', options);
    this.xid = xid;
  }
}

/** What an operation asks of its transaction. */
export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
  /** Takes the place of the pool's `statementTimeoutMs` in this transaction: for long reads such as the audit's. */
  readonly statementTimeoutMs?: number;
  /** Takes the place of the pool's `lockTimeoutMs` in this transaction. */
  readonly lockTimeoutMs?: number;
  /**
   * Its statements find every row by a key. A plan that is made while a table is empty reads the table whole,
   * and is kept while the table fills: at the opening of a first sale that is when it matters most.
   */
  readonly byKeyOnly?: boolean;
  /**
   * Its first statement writes nothing, so that it is sent together with BEGIN: a round trip less. (Were
   * BEGIN to fail, that statement would run by itself; nothing follows it then.)
   */
  readonly readsFirst?: boolean;
}

/** How a transaction's work ends: it says so itself, so that a loser can't be committed by falling through. */
export type Ending<T> = { readonly end: 'commit' | 'rollback'; readonly value: T };
export function commit<T>(value: T): Ending<T> {
  return { end: 'commit', value };
}
export function rollback<T>(value: T): Ending<T> {
  return { end: 'rollback', value };
}

/** Runs one statement: of one that writes, of one that does not, or of any. */
export type Run<Writes extends boolean> = <P extends Statement['params'], C extends Statement['columns']>(
  declared: Statement<P, C, Writes>,
  values: ParamsOf<P>,
) => Promise<RowOf<C>[]>;

/** Runs statements that write nothing: a connection that dies under one has changed nothing. */
export interface Reader {
  readonly read: Run<false>;
}

/** An open transaction. */
export interface Transaction extends Reader {
  /** Runs any statement, whether it writes or not. */
  readonly run: Run<boolean>;
  /**
   * Notes the transaction's id (`pg_current_xact_id()`, returned by a statement that writes), for the case
   * that COMMIT's answer is lost.
   */
  noteXid(xid: string): void;
}

/** One connection, lent for the duration of an operation. An operation never asks for a second one. */
export interface Connection extends Reader {
  /** Tells its server from others, and from itself before a restart: what was read here is true there. */
  readonly server: string;
  /**
   * Opens a transaction, runs `work` and ends it as `work` says. The only place that sends BEGIN, COMMIT and
   * ROLLBACK. A failed transaction is rolled back before the connection is used again.
   */
  transaction<T>(options: TransactionOptions, work: (tx: Transaction) => Promise<Ending<T>>): Promise<T>;
  /** Runs one writing statement, which commits by itself; `CommitUnknown` when the connection dies under it. */
  readonly autocommit: Run<true>;
}

/** Runs in every transaction before an operation's own work; a wrapper such as an advisory lock adds it. */
export type Prologue = (tx: Transaction) => Promise<void>;

/** The bounds of a database that its users must know. */
export type DatabaseBounds = Pick<DatabaseOptions, 'acquireTimeoutMs' | 'waitersMax' | 'statementTimeoutMs'>;

/** A PostgreSQL database behind a bounded pool. */
export interface Database {
  /**
   * Lends one connection to `work`. A request with a deadline waits no longer than that for the connection, and for each of
   * its statements. Throws `ConnectionUnavailable` and `DeadlinePassed`.
   */
  connect<T>(work: (connection: Connection) => Promise<T>, deadline?: Deadline): Promise<T>;
  /** The same database, on which `prologue` runs first in every transaction and every write runs in one. */
  withPrologue(prologue: Prologue): Database;
  /** For what is not a declared statement: migrations, bulk imports, administration. */
  readonly pool: Pool;
  /** How long, and how many, requests may wait for a connection; how long a statement may take. */
  readonly bounds: DatabaseBounds;
  /** Lends no more, waits for what is lent or waited for, and ends the pool. May be called more than once. */
  close(): Promise<void>;
}

/** Called with what a pool's work waits for, on its hot path. */
export interface DatabaseObserver {
  /** How long a request waited for a connection, whether it got one or not. */
  waitedForConnection(ms: number): void;
  /** How long a COMMIT took that the server answered. */
  committed(ms: number): void;
}

/** How long the client waits beyond the server's statement timeout: the server ends a statement first. */
const CLIENT_GRACE_MS = 2_000;

/** Opens a pool; the first connection is made by the first use. */
export function openDatabase(options: DatabaseOptions, observer?: DatabaseObserver): Database {
  const pool = createPool(
    {
      connectionString: options.url,
      application_name: options.applicationName ?? 'rowlock',
      max: options.poolSize,
      connectionTimeoutMillis: options.acquireTimeoutMs,
      // This ends the wait for a server that does not answer at all.
      query_timeout: options.statementTimeoutMs + CLIENT_GRACE_MS,
      keepAlive: true,
      // A statement need not wait for the answer to BEGIN (`readsFirst`).
      pipeline: true,
      types,
    },
    (client) => prepareSession(client, options),
  );
  const loans = { open: 0, onAllReturned: undefined, closed: undefined };
  return databaseOn({ pool, bounds: options, loans, observer, spans: openStatementSpans() }, undefined);
}

/**
 * Counts the requests that have a connection of the pool or wait for one. A pool that ends forgets the
 * waiting ones.
 */
interface Loans {
  open: number;
  onAllReturned: (() => void) | undefined;
  /** Set when no more are given. */
  closed: Promise<void> | undefined;
}

/** What a database shares with those that a prologue makes of it. */
interface Shared {
  readonly pool: ServerPool;
  readonly bounds: DatabaseBounds;
  readonly loans: Loans;
  readonly observer: DatabaseObserver | undefined;
  readonly spans: StatementSpans | undefined;
}

function databaseOn(shared: Shared, prologue: Prologue | undefined): Database {
  const { pool, bounds, loans, observer, spans } = shared;
  return {
    pool,
    bounds,
    connect: async (work, deadline) => {
      if (loans.closed !== undefined) throw new ConnectionUnavailable('database');
      loans.open += 1;
      try {
        return await lend(pool, { bounds, observer, spans, prologue, deadline }, work);
      } finally {
        loans.open -= 1;
        if (loans.open === 0) loans.onAllReturned?.();
      }
    },
    withPrologue: (inner) =>
      databaseOn(shared, async (tx) => {
        await prologue?.(tx);
        await inner(tx);
      }),
    close: () => (loans.closed ??= closeWhenReturned(pool, loans)),
  };
}

async function closeWhenReturned(pool: ServerPool, loans: Loans): Promise<void> {
  if (loans.open > 0) await new Promise<void>((resolve) => (loans.onAllReturned = resolve));
  await pool.end();
}

/** What bounds and precedes the work of one loan. */
interface Terms {
  readonly bounds: DatabaseBounds;
  readonly observer: DatabaseObserver | undefined;
  readonly spans: StatementSpans | undefined;
  readonly prologue: Prologue | undefined;
  readonly deadline: Deadline | undefined;
}

async function lend<T>(
  pool: ServerPool,
  terms: Terms,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  if (pool.waitingCount >= terms.bounds.waitersMax) throw new ConnectionUnavailable('queue');
  const client = await (terms.observer === undefined
    ? acquire(pool, terms)
    : observedAcquire(pool, terms, terms.observer));
  const session = new Session(client, terms);
  // A connection that dies while it is lent says so twice: the statement in flight, or the next one, fails;
  // and the client emits an error, which would end the process if nobody listened.
  const markBroken = (): void => {
    session.broken = true;
    session.isServerGoing = true;
  };
  client.on('error', markBroken);
  try {
    return await work(session);
  } finally {
    if (session.isServerGoing) pool.leave(client);
    client.release(session.broken || pool.isLeft(client));
    client.off('error', markBroken);
  }
}

async function observedAcquire(
  pool: ServerPool,
  terms: Terms,
  observer: DatabaseObserver,
): Promise<PoolClient> {
  const beganAtMs = performance.now();
  try {
    return await acquire(pool, terms);
  } finally {
    observer.waitedForConnection(performance.now() - beganAtMs);
  }
}

async function acquire(pool: ServerPool, { bounds, deadline }: Terms): Promise<PoolClient> {
  const leftMs = deadline?.leftMs ?? Infinity;
  if (leftMs === 0) throw new DeadlinePassed('no time is left to wait for a connection');
  try {
    const connecting = pool.connect();
    return leftMs < bounds.acquireTimeoutMs ? await inTime(connecting, leftMs) : await connecting;
  } catch (error) {
    if (error instanceof ConnectionUnavailable) throw error;
    const kind = errorKindOf(error);
    if (kind === 'internal') throw error;
    // pg has no code for its own acquire timeout, so its one message is compared here and nowhere else.
    const timedOut = error instanceof Error && error.message === 'timeout exceeded when trying to connect';
    throw new ConnectionUnavailable(timedOut ? 'pool' : 'database', { cause: error });
  }
}

/** The connection, if it comes in time. The pool has no way to leave its line: one that comes later is given back. */
function inTime(connecting: Promise<PoolClient>, ms: number): Promise<PoolClient> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new ConnectionUnavailable('pool'));
    }, ms);
    connecting.then(
      (client) => {
        clearTimeout(timer);
        if (isLate) client.release();
        else resolve(client);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

class Session implements Connection {
  readonly #client: PoolClient;
  readonly #terms: Terms;
  /** The client's own timeout in a transaction that states a longer statement timeout than the pool's. */
  #queryTimeoutMs: number | undefined;
  /** Set when the connection may not be used again. */
  broken = false;
  /** Set when its server goes away, or is no longer the one that takes writes. */
  isServerGoing = false;

  constructor(client: PoolClient, terms: Terms) {
    this.#client = client;
    this.#terms = terms;
  }

  get server(): string {
    return (this.#client as PoolClient & Pick<Client, 'server'>).server;
  }

  read: Run<boolean> = (declared, values) => {
    // Only BEGIN can carry a shorter bound. By then the request is so late that two more messages do not matter.
    if (this.#shorterBoundMs() === undefined) return this.#send(declared, values);
    return this.#transact({ readsFirst: true }, undefined, async (tx) =>
      rollback(await tx.run(declared, values)),
    );
  };

  /**
   * How long a statement may take, where the request has less time left than a statement has otherwise. Throws
   * `DeadlinePassed` when it has none.
   */
  #shorterBoundMs(ownMs = this.#terms.bounds.statementTimeoutMs): number | undefined {
    const { deadline } = this.#terms;
    if (deadline === undefined) return undefined;
    const { leftMs } = deadline;
    if (leftMs === 0) throw new DeadlinePassed('no time is left for a statement');
    return leftMs < ownMs ? Math.ceil(leftMs) : undefined;
  }

  #send: Run<boolean> = (declared, values) => {
    const { spans } = this.#terms;
    if (spans === undefined) return this.#query(declared, values);
    return spans(declared.name, () => this.#query(declared, values));
  };

  #query: Run<boolean> = async (declared, values) => {
    const query: QueryConfig<unknown[]> & { query_timeout?: number } = toQuery(declared, values);
    if (this.#queryTimeoutMs !== undefined) query.query_timeout = this.#queryTimeoutMs;
    try {
      const result: QueryResult = await this.#client.query(query);
      return result.rows;
    } catch (error) {
      this.#judge(error);
      if (!endsConnection(error)) throw error;
      throw new ConnectionLost('the connection died under a statement', { cause: error });
    }
  };

  autocommit: Run<true> = async (declared, values) => {
    if (this.#terms.prologue !== undefined || this.#shorterBoundMs() !== undefined) {
      return this.transaction({}, async (tx) => commit(await tx.run(declared, values)));
    }
    let rows;
    try {
      rows = await this.#send(declared, values);
    } catch (error) {
      throw error instanceof ConnectionLost ? new CommitUnknown(undefined, { cause: error.cause }) : error;
    }
    this.#refuseUnreplicated(undefined);
    return rows;
  };

  transaction<T>(options: TransactionOptions, work: (tx: Transaction) => Promise<Ending<T>>): Promise<T> {
    return this.#transact(options, this.#terms.prologue, work);
  }

  async #transact<T>(
    options: TransactionOptions,
    prologue: Prologue | undefined,
    work: (tx: Transaction) => Promise<Ending<T>>,
  ): Promise<T> {
    let xid: string | undefined;
    const statementTimeoutMs = this.#shorterBoundMs(options.statementTimeoutMs) ?? options.statementTimeoutMs;
    const begun = this.#control(beginText(options, statementTimeoutMs));
    // Its rejection is handled where it is awaited; an earlier error may return before that.
    begun.catch(() => undefined);
    const run: Run<boolean> = async (declared, values) => {
      this.#shorterBoundMs();
      const [rows] = await Promise.all([this.#send(declared, values), begun]);
      return rows;
    };
    const tx: Transaction = {
      run,
      read: run,
      noteXid: (noted) => {
        xid = noted;
      },
    };
    let ending: Ending<T>;
    try {
      if (options.readsFirst !== true) await begun;
      if (statementTimeoutMs !== undefined) this.#queryTimeoutMs = statementTimeoutMs + CLIENT_GRACE_MS;
      await prologue?.(tx);
      ending = await work(tx);
      await begun;
    } catch (error) {
      await this.#rollback();
      throw error;
    } finally {
      this.#queryTimeoutMs = undefined;
    }
    if (ending.end === 'rollback') await this.#rollback();
    else await this.#commit(xid);
    return ending.value;
  }

  #judge(error: unknown): void {
    if (makesConnectionUseless(error) || endsConnection(error)) this.broken = true;
    if (endsService(error)) this.isServerGoing = true;
  }

  #control(text: string): Promise<QueryResult> {
    const { spans } = this.#terms;
    if (spans === undefined) return this.#sendText(text);
    // BEGIN's settings are no part of the name.
    return spans(text.split(' ', 1)[0]!, () => this.#sendText(text));
  }

  async #sendText(text: string): Promise<QueryResult> {
    try {
      return await this.#client.query(text);
    } catch (error) {
      this.#judge(error);
      if (!endsConnection(error)) throw error;
      throw new ConnectionLost(`the connection died under ${text}`, { cause: error });
    }
  }

  async #commit(xid: string | undefined): Promise<void> {
    const { observer } = this.#terms;
    try {
      const beganAtMs = observer === undefined ? 0 : performance.now();
      const result = await this.#control('commit');
      observer?.committed(performance.now() - beganAtMs);
      // A transaction that failed answers COMMIT with ROLLBACK (PostgreSQL manual, COMMIT, notes).
      if (result.command !== 'COMMIT') throw new Error('COMMIT rolled back: a failed statement was ignored');
      this.#refuseUnreplicated(xid);
    } catch (error) {
      if (error instanceof CommitUnknown) throw error;
      if (error instanceof ConnectionLost) throw new CommitUnknown(xid, { cause: error.cause });
      // The server answered. An ordinary error rolled the transaction back and left the connection alive; a
      // server that dies while it commits may have written the commit before it said so.
      await this.#rollback();
      throw this.broken ? new CommitUnknown(xid, { cause: error }) : error;
    }
  }

  /** A commit whose wait for the standby was cancelled is on this server, and may be lost with it. */
  #refuseUnreplicated(xid: string | undefined): void {
    const client = this.#client as PoolClient & Pick<Client, 'isUnreplicated'>;
    if (!client.isUnreplicated) return;
    client.isUnreplicated = false;
    throw new CommitUnknown(xid);
  }

  /** Leaves the connection clean, or marks it broken so that the pool drops it: nothing poisoned goes back. */
  async #rollback(): Promise<void> {
    if (this.broken) return;
    try {
      await this.#control('rollback');
    } catch {
      this.broken = true;
    }
  }
}

/** One message, one round trip, whatever the transaction asks for. */
function beginText(options: TransactionOptions, statementTimeoutMs: number | undefined): string {
  const { isolation = 'read committed', readOnly, lockTimeoutMs, byKeyOnly } = options;
  const texts = [`begin isolation level ${isolation}${readOnly === true ? ' read only' : ''}`];
  if (statementTimeoutMs !== undefined) texts.push(`set local statement_timeout = ${statementTimeoutMs}`);
  if (lockTimeoutMs !== undefined) texts.push(`set local lock_timeout = ${lockTimeoutMs}`);
  if (byKeyOnly === true) texts.push('set local enable_seqscan = off');
  return texts.join('; ');
}
