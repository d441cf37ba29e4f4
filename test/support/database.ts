import { afterAll, afterEach, beforeAll, inject } from 'vitest';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { Database, DatabaseOptions } from '../../src/db/database.ts';
import { administer, databaseUrlOf } from './administer.ts';
import { until } from './gate.ts';

export interface TestDatabase extends Database {
  readonly url: string;
  /** Another service's pool on the same database: requests of two services compete and never share a group. */
  readonly rival: Database;
  /** A further pool on the same database, closed with it. */
  open(options?: Partial<DatabaseOptions>): Database;
  /** Undeclared SQL, for a test's own checks and preparations. */
  sql<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

let databases = 0;

/**
 * The file's own database, cloned from the migrated template. It is dropped when the file's tests pass and kept for
 * inspection when one fails. A leaked connection fails the file.
 */
export function useDatabase(options: Partial<DatabaseOptions> = {}): TestDatabase {
  const handle = {} as TestDatabase;
  const opened: Database[] = [];
  let name = '';
  let failed = false;
  beforeAll(async () => {
    databases += 1;
    name = `rowlock_test_${process.pid}_${Date.now()}_${databases}`;
    const templateUrl = inject('templateUrl');
    const template = new URL(templateUrl).pathname.slice(1);
    await administer(databaseUrlOf(templateUrl, 'postgres'), `create database ${name} template ${template}`);
    const url = databaseUrlOf(templateUrl, name);
    const open = (more: Partial<DatabaseOptions> = {}): Database => {
      const database = openDatabase({ ...DATABASE_DEFAULTS, url, ...options, ...more });
      opened.push(database);
      return database;
    };
    const sql = async <Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]> =>
      (await handle.pool.query<Row>(text, values)).rows;
    Object.assign(handle, open(), { rival: open(), url, open, sql });
  });
  afterEach(({ task }) => {
    failed ||= task.result?.state === 'fail';
  });
  afterAll(async () => {
    // Statements that a test did not await may still be in flight.
    await until(async () => opened.every(isIdle)).catch(() => undefined);
    const leaked = opened.filter((database) => !isIdle(database));
    // A pool whose connection is never given back never closes.
    await Promise.all(opened.filter(isIdle).map((database) => database.close()));
    if (failed || leaked.length > 0) process.stderr.write(`the database ${name} is kept for a look\n`);
    else await administer(databaseUrlOf(inject('templateUrl'), 'postgres'), `drop database ${name}`);
    if (leaked.length > 0) throw new Error('a test leaked a connection');
  });
  return handle;
}

function isIdle({ pool }: Database): boolean {
  return pool.totalCount === pool.idleCount;
}
