import type { ContendedSqlstate, OverloadedSqlstate } from '../domain/outcomes.ts';

/** What an SQLSTATE means to an operation (PostgreSQL manual, appendix A). Keyed by code, never by message text. */
export type ErrorKind =
  /** Somebody else's transaction was in the way; nothing was written; a new transaction may succeed. */
  | 'contended'
  /** The server can't take work now. */
  | 'overloaded'
  /** A unique constraint found the row already there. */
  | 'duplicate'
  /** An error of the program or the schema. */
  | 'internal';

const CONTENDED: readonly ContendedSqlstate[] = [
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available: lock_timeout or NOWAIT
  '57014', // query_canceled: statement_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25P04', // transaction_timeout
];

const OVERLOADED: readonly OverloadedSqlstate[] = [
  '25006', // read_only_sql_transaction: a standby, or a primary that became one
  '53100', // disk_full
  '53200', // out_of_memory
  '53300', // too_many_connections
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
];

/** What the migrations make is not there: dropped by hand, or not restored yet. */
const SCHEMA_LACKING: readonly string[] = [
  '42P01', // undefined_table
  '42703', // undefined_column
  '42704', // undefined_object: a type
  '42883', // undefined_function
];

/** The kind of a server error, or undefined when `error` did not come from the server. */
export function errorKindOf(error: unknown): ErrorKind | undefined {
  const code = sqlstateOf(error);
  if (code === undefined) return undefined;
  if (contendedSqlstateOf(error) !== undefined) return 'contended';
  if (overloadedSqlstateOf(error) !== undefined || lacksSchema(error)) return 'overloaded';
  return code === '23505' ? 'duplicate' : 'internal'; // unique_violation
}

/** The SQLSTATE of an error that makes a request `contended`. */
export function contendedSqlstateOf(error: unknown): ContendedSqlstate | undefined {
  const code = sqlstateOf(error);
  return CONTENDED.find((contended) => contended === code);
}

/** The SQLSTATE of an error that makes a request `overloaded`. */
export function overloadedSqlstateOf(error: unknown): OverloadedSqlstate | undefined {
  const code = sqlstateOf(error);
  return OVERLOADED.find((overloaded) => overloaded === code);
}

/** Whether a statement named a part of the schema that the database lacks. */
export function lacksSchema(error: unknown): error is Error {
  const code = sqlstateOf(error);
  return code !== undefined && SCHEMA_LACKING.includes(code);
}

/** The five-character SQLSTATE of an error that the server sent. */
export function sqlstateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Whether `lock_timeout` ended a wait. NOWAIT refuses with the same SQLSTATE, 55P03, but PostgreSQL names the routine
 * that raised an error: a timeout is an interrupt, a refusal comes from the locking of the row. Even a statement with
 * NOWAIT can time out, while it waits for its table.
 */
export function isLockTimeout(error: unknown): boolean {
  if (sqlstateOf(error) !== '55P03') return false;
  return (error as { readonly routine?: unknown }).routine === 'ProcessInterrupts';
}

/**
 * Whether an error ended the connection that it came on, so that the outcome of a statement in flight is not
 * known from it. Errors without an SQLSTATE come from the network, but for those of the program: a value that
 * can't be sent or read.
 */
export function endsConnection(error: unknown): boolean {
  if (error instanceof RangeError || error instanceof TypeError) return false;
  const code = sqlstateOf(error);
  return (
    code === undefined || code === '57P01' || code === '57P02' || code === '25P03' || code.startsWith('08')
  );
}

/**
 * Whether an error says that its statement did not run and that no other will do better on this connection.
 * After a failover the old primary answers on, read-only: only a new connection leads to the new one. A
 * session that was idle for too long was ended before it read the statement.
 */
export function makesConnectionUseless(error: unknown): boolean {
  const code = sqlstateOf(error);
  return code === '25006' || code === '57P05';
}

/**
 * Whether an error says that its server ends, or no longer takes writes: then the other connections to it are of no use
 * either. A session that was ended for being idle says nothing of its server.
 */
export function endsService(error: unknown): boolean {
  const code = sqlstateOf(error);
  if (code === '25P03') return false;
  return code === '25006' || code === '57P03' || endsConnection(error);
}
