/** Checks the options of a box office: a mistake in them fails at once and by name, not later and somewhere else. */
import { TIMEOUT_MS_MAX } from '../db/database.ts';
import { HOME_SERVER, SERVER_NAME_PATTERN } from '../domain/ids.ts';
import type { BoxOfficeOptions } from './interface.ts';

const POSTGRES_URL = /^postgres(ql)?:/;

/** Servers besides the home: each has a pool. */
export const SERVERS_MAX = 63;

const DATABASE_RANGES = {
  poolSize: [1, 10_000],
  acquireTimeoutMs: [1, TIMEOUT_MS_MAX],
  waitersMax: [1, 1_000_000],
  statementTimeoutMs: [1, TIMEOUT_MS_MAX],
  lockTimeoutMs: [0, TIMEOUT_MS_MAX],
  idleInTransactionTimeoutMs: [1, TIMEOUT_MS_MAX],
} as const;

const RANGES = {
  requestDeadlineMs: [1, TIMEOUT_MS_MAX],
  holdBudget: [0, 1_000],
  sweepIntervalMs: [0, TIMEOUT_MS_MAX],
  watchIntervalMs: [1, TIMEOUT_MS_MAX],
} as const;

/** Throws `TypeError` or `RangeError`, which names the option and its rule. */
export function checkOptions(options: BoxOfficeOptions): void {
  if (typeof options?.databaseUrl !== 'string' || !POSTGRES_URL.test(options.databaseUrl)) {
    throw new TypeError('databaseUrl must look like postgres://user:password@host:port/database');
  }
  checkServers(options);
  checkRanges(options, RANGES, '');
  checkRanges(options.database ?? {}, DATABASE_RANGES, 'database.');
  const { durability } = options;
  if (durability !== undefined && durability !== 'local' && durability !== 'replicated') {
    throw new TypeError("durability must be 'local' or 'replicated'");
  }
}

const isServerName = new RegExp(SERVER_NAME_PATTERN);

/** What is wrong with servers by name, in words that repeat no address; undefined for nothing. */
export function faultInServers(servers: unknown): string | undefined {
  if (typeof servers !== 'object' || servers === null || Array.isArray(servers))
    return 'must be addresses by name';
  const entries = Object.entries(servers as Readonly<Record<string, unknown>>);
  if (entries.length > SERVERS_MAX) return `must be at most ${SERVERS_MAX} besides the home`;
  const addresses = new Set<unknown>();
  for (const [name, url] of entries) {
    if (!isServerName.test(name) || name === HOME_SERVER) {
      return `must have names of lower-case letters, digits and hyphens that begin with a letter and are not "${HOME_SERVER}", not ${JSON.stringify(name.slice(0, 70))}`;
    }
    if (typeof url !== 'string' || !POSTGRES_URL.test(url)) {
      return `must have for "${name}" an address like postgres://user:password@host:port/database`;
    }
    if (addresses.has(url)) return `must have an address of its own for "${name}"`;
    addresses.add(url);
  }
  return undefined;
}

function checkServers({ servers = {}, databaseUrl }: BoxOfficeOptions): void {
  const fault = faultInServers(servers);
  if (fault !== undefined) throw new TypeError(`servers ${fault}`);
  const [home] = Object.entries(servers).filter(([, url]) => url === databaseUrl);
  if (home !== undefined)
    throw new TypeError(`servers must not have the address of the home for "${home[0]}"`);
}

function checkRanges(
  given: object,
  ranges: Readonly<Record<string, readonly [min: number, max: number]>>,
  prefix: string,
): void {
  for (const [name, [min, max]] of Object.entries(ranges)) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if (value === undefined) continue;
    if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
      throw new RangeError(`${prefix}${name} must be a whole number from ${min} to ${max}`);
    }
  }
}
