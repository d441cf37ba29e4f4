/**
 * The sessions of browsers. A session is found by the SHA-256 of its cookie's random value, so that a copy of the table signs
 * nobody in. All times are the database's.
 */
import { hash } from 'node:crypto';
import type { Connection, Transaction } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Bytes } from '../lib/bytes.ts';

/** A session ends when it was not used for so long. */
export const SESSION_IDLE_HOURS = 12;
/** A session ends so long after its sign-in, however much it is used. */
export const SESSION_DAYS = 7;
/** A longer ID token is not kept: it would not fit into the address of a sign-out at the issuer. */
const ID_TOKEN_LENGTH_MAX = 4_096;

/** What a browser's session says of its requests. */
export interface Session {
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** How long the session lasts if it is not used any more. */
  readonly secondsLeft: number;
  /** Whether its last use was noted so long ago that this one should be. */
  readonly isUseDue: boolean;
}

/** A session that a sign-in opens. */
export interface OpenedSession {
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** The issuer's, for a sign-out there. */
  readonly idToken: string | undefined;
}

/** The key of the session or sign-in that a browser knows by this secret. */
export function keyOfSecret(secret: string): Bytes {
  return Buffer.from(hash('sha256', secret, 'hex'), 'hex');
}

const insertSession = statement({
  name: 'session_open',
  group: 'account',
  writes: true,
  params: ['bytea', 'text', 'text[]', 'text?', 'integer', 'integer'],
  columns: {},
  text: `
    insert into session (
      session_key, account_id, scopes, id_token, created_at, last_used_at, idle_ends_at, ends_at)
    select $1, $2::text, $3, $4::text, now.at, now.at, now.at + make_interval(hours => $5), now.at + make_interval(days => $6)
    from (select clock_timestamp() as at) as now
    on conflict (session_key) do nothing`,
});

const selectSession = statement({
  name: 'session_find',
  group: 'account',
  params: ['bytea'],
  columns: {
    account_id: 'text',
    scopes: 'text[]',
    seconds_left: 'double precision',
    is_use_due: 'boolean',
  },
  text: `
    select s.account_id::text as account_id, s.scopes,
      extract(epoch from s.idle_ends_at - now.at)::double precision as seconds_left,
      s.last_used_at < now.at - interval '1 minute' as is_use_due
    from (select clock_timestamp() as at) as now
    join session as s on s.session_key = $1
    where s.idle_ends_at > now.at`,
});

const updateUse = statement({
  name: 'session_use',
  group: 'account',
  writes: true,
  params: ['bytea', 'integer'],
  columns: {},
  text: `
    update session as s
    set last_used_at = now.at, idle_ends_at = least(s.ends_at, now.at + make_interval(hours => $2))
    from (select clock_timestamp() as at) as now
    where s.session_key = $1 and s.idle_ends_at > now.at and s.last_used_at < now.at - interval '1 minute'`,
});

const deleteSession = statement({
  name: 'session_end',
  group: 'account',
  writes: true,
  params: ['bytea'],
  columns: { id_token: 'text?' },
  text: `delete from session where session_key = $1 returning id_token`,
});

const deleteSessionsOf = statement({
  name: 'session_end_all',
  group: 'account',
  writes: true,
  params: ['text'],
  columns: { session_key: 'bytea', id_token: 'text?' },
  text: `delete from session where account_id = $1::text returning session_key, id_token`,
});

// By ends_at, which is indexed: an idle session stays as a row that nobody finds until then.
const deleteEnded = statement({
  name: 'session_sweep',
  group: 'account',
  writes: true,
  params: ['bigint'],
  columns: { session_key: 'bytea' },
  text: `
    delete from session
    where session_key in (
      select s.session_key from session as s where s.ends_at < statement_timestamp()
      order by s.ends_at limit $1 for update skip locked)
    returning session_key`,
});

/** Opens a session. It may be sent again: the second one changes nothing. */
export async function openSession(
  connection: Connection,
  key: Bytes,
  { accountId, scopes, idToken }: OpenedSession,
): Promise<void> {
  const kept = idToken !== undefined && idToken.length <= ID_TOKEN_LENGTH_MAX ? idToken : null;
  await connection.autocommit(insertSession, [
    key,
    accountId,
    scopes,
    kept,
    SESSION_IDLE_HOURS,
    SESSION_DAYS,
  ]);
}

/** The session with this key; undefined when there is none, or it has ended. */
export async function findSession(connection: Connection, key: Bytes): Promise<Session | undefined> {
  const [row] = await connection.read(selectSession, [key]);
  if (row === undefined) return undefined;
  const { account_id: accountId, scopes, seconds_left: secondsLeft, is_use_due: isUseDue } = row;
  return { accountId, scopes, secondsLeft, isUseDue };
}

/** Moves the idle end, unless that was done within the last minute. */
export async function noteSessionUse(connection: Connection, key: Bytes): Promise<void> {
  await connection.autocommit(updateUse, [key, SESSION_IDLE_HOURS]);
}

/** What a session leaves behind: the issuer's ID token, where it was kept. */
export interface EndedSession {
  readonly idToken: string | undefined;
}

/** Ends a session; undefined when there was none. */
export async function endSession(connection: Connection, key: Bytes): Promise<EndedSession | undefined> {
  const [row] = await connection.autocommit(deleteSession, [key]);
  return row === undefined ? undefined : { idToken: row.id_token ?? undefined };
}

/** Ends every session of an account, and returns their keys. */
export async function endSessionsOf(
  tx: Transaction,
  accountId: string,
): Promise<readonly (EndedSession & { readonly key: Bytes })[]> {
  const rows = await tx.run(deleteSessionsOf, [accountId]);
  return rows.map((row) => ({ key: row.session_key, idToken: row.id_token ?? undefined }));
}

/** Removes sessions that are past their absolute end, at most so many; returns how many. */
export async function sweepSessions(connection: Connection, limit: number): Promise<number> {
  return (await connection.autocommit(deleteEnded, [limit])).length;
}
