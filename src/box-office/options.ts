/** Checks the options of a box office: a mistake in them fails at once and by name, not later and somewhere else. */
import { TIMEOUT_MS_MAX } from '../db/database.ts';
import type { BoxOfficeOptions } from './box-office.ts';

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
  if (typeof options?.databaseUrl !== 'string' || !/^postgres(ql)?:/.test(options.databaseUrl)) {
    throw new TypeError('databaseUrl must look like postgres://user:password@host:port/database');
  }
  checkRanges(options, RANGES, '');
  checkRanges(options.database ?? {}, DATABASE_RANGES, 'database.');
  const { durability } = options;
  if (durability !== undefined && durability !== 'local' && durability !== 'replicated') {
    throw new TypeError("durability must be 'local' or 'replicated'");
  }
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
