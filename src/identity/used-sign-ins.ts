/** Sign-ins that have come back from the issuer. Each may come back once. */
import type { Connection } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Bytes } from '../lib/bytes.ts';

/** How long a browser may take from the sign-in's start until it comes back from the issuer. */
export const SIGN_IN_SECONDS_MAX = 600;

const insertUsed = statement({
  name: 'sign_in_use',
  group: 'account',
  writes: true,
  params: ['bytea'],
  columns: { sign_in_key: 'bytea' },
  text: `
    insert into used_sign_in (sign_in_key, used_at) values ($1, clock_timestamp())
    on conflict (sign_in_key) do nothing returning sign_in_key`,
});

// Ten times as long as a sign-in may take: the clock of the process that looks at its age may be behind the database's.
const deleteOld = statement({
  name: 'sign_in_sweep',
  group: 'account',
  writes: true,
  params: ['integer', 'bigint'],
  columns: { sign_in_key: 'bytea' },
  text: `
    delete from used_sign_in
    where sign_in_key in (
      select u.sign_in_key from used_sign_in as u
      where u.used_at < statement_timestamp() - 10 * make_interval(secs => $1::integer)
      order by u.used_at limit $2 for update skip locked)
    returning sign_in_key`,
});

/** Notes that a sign-in came back; false when it had come back before. */
export async function noteSignInUse(connection: Connection, key: Bytes): Promise<boolean> {
  return (await connection.autocommit(insertUsed, [key])).length > 0;
}

/** Forgets sign-ins that are too old to come back, at most so many; returns how many. */
export async function sweepUsedSignIns(connection: Connection, limit: number): Promise<number> {
  return (await connection.autocommit(deleteOld, [SIGN_IN_SECONDS_MAX, limit])).length;
}
