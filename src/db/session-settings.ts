/** Settings of a new connection: its timeouts, and how its values are read. */
import type pg from 'pg';
import type { Client } from '../lib/pg-client.ts';
import { driverTypes } from '../lib/pg-client.ts';
import type { DatabaseOptions } from './database.ts';

type SessionBounds = Pick<
  DatabaseOptions,
  'statementTimeoutMs' | 'lockTimeoutMs' | 'idleInTransactionTimeoutMs'
>;

/** The settings of a new connection are not those that were set: a wait without a bound could follow. */
class SessionSettingsLost extends Error {}

/**
 * Sets what every session needs and reads it back. A startup parameter would be shorter, but a pooler refuses it, or
 * ignores it silently. Asks which server it is, too. The driver reads no other dates than ISO, whatever the database or its role prefers.
 */
export async function prepareSession(client: Client, options: SessionBounds): Promise<void> {
  const wanted = {
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: options.lockTimeoutMs,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs,
  };
  const names = Object.keys(wanted);
  const settings = Object.entries(wanted).map(([name, ms]) => `set ${name} = ${ms}`);
  const columns = names.map(
    (name) => `extract(epoch from current_setting('${name}')::interval) * 1000 as ${name}`,
  );
  // Two messages, sent at once: behind a pooler they may reach two servers.
  const [, { rows }] = await Promise.all([
    client.query([...settings, `set datestyle = 'ISO'`].join('; ')),
    // No two servers have started in the same microsecond, and none restarts without losing its connections.
    client.query<Record<string, string>>(
      `select ${columns.join(', ')}, extract(epoch from pg_postmaster_start_time())::text as server`,
    ),
  ]);
  client.server = rows[0]?.['server'] ?? '';
  const lost = Object.entries(wanted).find(([name, ms]) => Number(rows[0]?.[name]) !== ms);
  if (lost !== undefined) throw new SessionSettingsLost(`${lost[0]} was set and is not in force`);
}

const INT8 = 20;
const INT8_ARRAY = 1016;
const FLOAT4 = 700;

/** bigint is parsed to a number and refused when it does not fit: losing a unit silently is worse than failing. */
export const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return parseSafeInteger;
    // No element is null in any array that a statement gives.
    if (oid === INT8_ARRAY) {
      return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(parseSafeInteger));
    }
    if (oid === FLOAT4) return Number;
    return driverTypes.getTypeParser(oid, format);
  }) as pg.CustomTypesConfig['getTypeParser'],
};

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is not a safe integer`);
  return value;
}
