/** Names and e-mail addresses of accounts, as the issuer says them. */
import type { Connection, Transaction } from '../db/database.ts';
import type { RowOf } from '../db/statement.ts';
import { statement } from '../db/statement.ts';

/** The most characters that are kept of a name. */
const NAME_LENGTH_MAX = 200;
/** The most characters of an e-mail address (RFC 5321 section 4.5.3.1); a longer one is none. */
const EMAIL_LENGTH_MAX = 320;
/** The fewest and the most characters of a look-up's query. */
export const QUERY_LENGTH_MIN = 2;
export const QUERY_LENGTH_MAX = 320;
/** The most accounts that a look-up returns. */
export const FOUND_ACCOUNTS_MAX = 20;

/** What an issuer says of an account, in any script. */
export interface ProfileFacts {
  readonly name: string | undefined;
  readonly email: string | undefined;
}

/** What is kept of an account. */
export interface Profile {
  readonly accountId: string;
  readonly name: string | null;
  readonly email: string | null;
  /** When the last sign-in wrote it. */
  readonly updatedAt: Date;
}

const columns = {
  account_id: 'text',
  name: 'text?',
  email: 'text?',
  updated_at: 'timestamp with time zone',
} as const;

const upsert = statement({
  name: 'profile_write',
  group: 'account',
  writes: true,
  params: ['text', 'text?', 'text?', 'text?', 'text?'],
  columns: {},
  text: `
    insert into profile (account_id, name, email, name_key, email_key, updated_at)
    values ($1::text, $2, $3, $4, $5, clock_timestamp())
    on conflict (account_id) do update
    set name = excluded.name, email = excluded.email, name_key = excluded.name_key, email_key = excluded.email_key,
      updated_at = excluded.updated_at`,
});

const selectOne = statement({
  name: 'profile_read',
  group: 'account',
  params: ['text'],
  columns,
  text: `
    select p.account_id::text as account_id, p.name, p.email, p.updated_at
    from profile as p where p.account_id = $1::text`,
});

// By ranges, not by LIKE: a prepared LIKE with a parameter uses no index.
const selectFound = statement({
  name: 'profile_find',
  group: 'account',
  params: ['text', 'text', 'text', 'bigint'],
  columns,
  text: `
    select p.account_id::text as account_id, p.name, p.email, p.updated_at
    from (
      (select e.account_id from profile as e where e.email_key >= $1 and e.email_key < $2 order by e.email_key limit $4)
      union
      (select n.account_id from profile as n where n.name_key >= $1 and n.name_key < $2 order by n.name_key limit $4)
      union
      (select a.account_id from profile as a where a.account_id = $3::text)
    ) as found
    join profile as p on p.account_id = found.account_id
    order by p.name_key, p.email_key, p.account_id
    limit $4`,
});

const deleteOne = statement({
  name: 'profile_erase',
  group: 'account',
  writes: true,
  params: ['text'],
  columns: { account_id: 'text' },
  text: `delete from profile where account_id = $1::text returning account_id::text as account_id`,
});

/** The form in which names and addresses are compared: letters of one case, composed. */
export function foldedText(text: string): string {
  return text.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
}

/** The first characters of a text, as PostgreSQL counts them: code points. */
function firstOf(text: string, count: number): string {
  return Array.from(text).slice(0, count).join('');
}

/** A name as it is kept: on one line, cut to its length; undefined where nothing is left. */
export function keptName(given: unknown): string | undefined {
  if (typeof given !== 'string') return undefined;
  const line = given.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const cut = firstOf(line, NAME_LENGTH_MAX).trim();
  return foldedText(cut) === '' ? undefined : cut;
}

/** An e-mail address as it is kept; undefined where it is none. */
export function keptEmail(given: unknown): string | undefined {
  if (typeof given !== 'string' || firstOf(given, EMAIL_LENGTH_MAX) !== given) return undefined;
  const isAddress = /^[^\s\p{Cc}\p{Cf}\p{Cs}@]+@[^\s\p{Cc}\p{Cf}\p{Cs}@]+$/u.test(given);
  return isAddress && foldedText(given) !== '' ? given : undefined;
}

/** Writes what the issuer says now in the place of what it said before. */
export async function writeProfile(
  connection: Connection,
  accountId: string,
  { name, email }: ProfileFacts,
): Promise<void> {
  const keyOf = (text: string | undefined, max: number): string | null =>
    text === undefined ? null : firstOf(foldedText(text), max);
  await connection.autocommit(upsert, [
    accountId,
    name ?? null,
    email ?? null,
    keyOf(name, 2 * NAME_LENGTH_MAX),
    keyOf(email, 2 * EMAIL_LENGTH_MAX),
  ]);
}

/** What is kept of an account; undefined where nothing is. */
export async function readProfile(connection: Connection, accountId: string): Promise<Profile | undefined> {
  const [row] = await connection.read(selectOne, [accountId]);
  return row && profileOf(row);
}

/** Accounts whose name or e-mail address begins so, and the account of this id; at most so many. */
export async function findProfiles(
  connection: Connection,
  query: string,
  limit: number,
): Promise<readonly Profile[]> {
  const from = foldedText(query);
  // The last code point comes after every text that begins so.
  const rows = await connection.read(selectFound, [from, `${from}\u{10ffff}`, query.trim(), limit]);
  return rows.map(profileOf);
}

/** Erases what is kept of an account; false where nothing was. */
export async function eraseProfile(tx: Transaction, accountId: string): Promise<boolean> {
  return (await tx.run(deleteOne, [accountId])).length > 0;
}

function profileOf(row: RowOf<typeof columns>): Profile {
  return { accountId: row.account_id, name: row.name, email: row.email, updatedAt: row.updated_at };
}
