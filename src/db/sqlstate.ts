/** What an SQLSTATE means to an operation (PostgreSQL manual, appendix A). Keyed by code, never by message text. */
export type FaultKind =
  /** Somebody else's transaction was in the way; nothing was written; a new transaction may succeed. */
  | 'contended'
  /** The server can't take work now. */
  | 'overloaded'
  /** A unique constraint found the row already there. */
  | 'duplicate'
  /** A fault of the program or the schema. */
  | 'internal';

const KINDS: Readonly<Record<string, FaultKind>> = {
  '40001': 'contended', // serialization_failure
  '40P01': 'contended', // deadlock_detected
  '55P03': 'contended', // lock_not_available: lock_timeout or NOWAIT
  '57014': 'contended', // query_canceled: statement_timeout
  '25P03': 'contended', // idle_in_transaction_session_timeout
  '25P04': 'contended', // transaction_timeout
  '23505': 'duplicate', // unique_violation
  '25006': 'overloaded', // read_only_sql_transaction: a standby, or a primary that became one
  '53100': 'overloaded', // disk_full
  '53200': 'overloaded', // out_of_memory
  '53300': 'overloaded', // too_many_connections
  '57P01': 'overloaded', // admin_shutdown
  '57P02': 'overloaded', // crash_shutdown
  '57P03': 'overloaded', // cannot_connect_now
  '57P05': 'overloaded', // idle_session_timeout
};

/** The kind of a server error, or undefined when `error` did not come from the server. */
export function faultKindOf(error: unknown): FaultKind | undefined {
  const code = sqlstateOf(error);
  return code === undefined ? undefined : (KINDS[code] ?? 'internal');
}

/** The five-character SQLSTATE of an error that the server sent. */
export function sqlstateOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('severity' in error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Whether an error ended the connection that it came on, so that the outcome of a statement in flight is not known from it.
 * Errors without an SQLSTATE come from the network, but for those of the program: a value that can't be sent or read.
 */
export function endsConnection(error: unknown): boolean {
  if (error instanceof RangeError || error instanceof TypeError) return false;
  const code = sqlstateOf(error);
  return (
    code === undefined || code === '57P01' || code === '57P02' || code === '25P03' || code.startsWith('08')
  );
}

/**
 * Whether an error says that its statement did not run and that no other will do better on this connection. After a failover
 * the old primary answers on, read-only: only a new connection leads to the new one. A session that was idle for too long was
 * ended before it read the statement.
 */
export function makesConnectionUseless(error: unknown): boolean {
  const code = sqlstateOf(error);
  return code === '25006' || code === '57P05';
}
