import { expect, it } from 'vitest';
import type { BoxOfficeOptions } from './box-office.ts';
import { createBoxOffice } from './box-office.ts';

const databaseUrl = 'postgres://127.0.0.1:1/none';

it.each<[string, unknown, string]>([
  ['nothing', undefined, 'databaseUrl must look like postgres://user:password@host:port/database'],
  ['no database', {}, 'databaseUrl must look like postgres://user:password@host:port/database'],
  ['another database', { databaseUrl: 'mysql://x' }, 'databaseUrl must look like'],
  [
    'a negative pool',
    { databaseUrl, database: { poolSize: -1 } },
    'database.poolSize must be a whole number from 1 to',
  ],
  [
    'a pool of NaN',
    { databaseUrl, database: { poolSize: Number.NaN } },
    'database.poolSize must be a whole number',
  ],
  [
    'a text',
    { databaseUrl, database: { lockTimeoutMs: '5' } },
    'database.lockTimeoutMs must be a whole number from 0',
  ],
  [
    'no bound of a statement',
    { databaseUrl, database: { statementTimeoutMs: 0 } },
    'database.statementTimeoutMs must',
  ],
  [
    'a fraction',
    { databaseUrl, requestDeadlineMs: 0.5 },
    'requestDeadlineMs must be a whole number from 1 to',
  ],
  [
    'an endless sweep',
    { databaseUrl, sweepIntervalMs: Infinity },
    'sweepIntervalMs must be a whole number from 0 to',
  ],
  [
    'another durability',
    { databaseUrl, durability: 'eternal' },
    "durability must be 'local' or 'replicated'",
  ],
])('a box office is not opened with %s, and the error names the option', async (_what, options, message) => {
  await expect(createBoxOffice(options as BoxOfficeOptions)).rejects.toThrow(message);
});
