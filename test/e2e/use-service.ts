/** A running service with a catalogue of the test's own, and a way into its database. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import type { CatalogueDocument } from '../../src/catalogue/import/document/document.ts';
import { runningServerUrl } from '../../src/embedded-server/running-server.ts';
import { makeDataDir, runRowlock, startService } from '../support/rowlock-process.ts';
import type { ServiceClient } from './service-client.ts';
import { createServiceClient } from './service-client.ts';

export interface RunningService extends ServiceClient {
  readonly url: string;
  readonly dataDir: string;
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Moves a hold's expiry to so many milliseconds from now, everywhere it is written. */
  moveExpiry(reservationId: string, ms: number): Promise<void>;
}

/** Starts it before the tests around which this is called; `endRowlockProcesses` ends it. */
export function useService(catalogue: CatalogueDocument): RunningService {
  let running: { readonly url: string; readonly dataDir: string; readonly database: pg.Client };

  beforeAll(async () => {
    const dataDir = await makeDataDir();
    const file = join(dataDir, 'catalogue.json');
    await writeFile(file, JSON.stringify(catalogue));
    const imported = await runRowlock(['import', file, '--data-dir', dataDir]);
    if (imported.code !== 0) throw new Error(imported.stderr);
    const { url } = await startService(dataDir);
    const database = new pg.Client({ connectionString: (await runningServerUrl(dataDir))! });
    await database.connect();
    running = { url, dataDir, database };
  });
  afterAll(() => running?.database.end());

  const sql: RunningService['sql'] = async <Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ) => (await running.database.query<Row>(text, [...values])).rows;

  return {
    ...createServiceClient(() => running.url),
    get url() {
      return running.url;
    },
    get dataDir() {
      return running.dataDir;
    },
    sql,
    async moveExpiry(reservationId, ms) {
      await sql(
        `with expiry as materialized (
           select
             r.*, r.expires_at as before,
             date_trunc('milliseconds', clock_timestamp()) + $2 * interval '1 ms' as after
           from reservation as r where r.reservation_id = $1
         ), seats as (
           update seat as s set held_until = e.after from expiry as e
           where s.performance_id = e.performance_id and s.reservation_id = e.reservation_id and s.state = 'held'
         ), limits as (
           update claim_limit as l set claims = array_replace(l.claims, e.before, e.after) from expiry as e
           where l.performance_id = e.performance_id and l.account_id = e.account_id
         )
         update reservation as r set expires_at = e.after from expiry as e
         where r.performance_id = e.performance_id and r.reservation_id = e.reservation_id`,
        [reservationId, ms],
      );
    },
  };
}
