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
  sql<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** How a service differs from the usual one; read when it starts. */
export interface ServiceSetting {
  readonly env?: () => Readonly<Record<string, string>>;
}

/** Starts it before the tests around which this is called; `endRowlockProcesses` ends it. */
export function useService(
  catalogue: CatalogueDocument,
  { env = () => ({}) }: ServiceSetting = {},
): RunningService {
  let running: { readonly url: string; readonly dataDir: string; readonly database: pg.Client };

  beforeAll(async () => {
    const dataDir = await makeDataDir();
    const file = join(dataDir, 'catalogue.json');
    await writeFile(file, JSON.stringify(catalogue));
    const imported = await runRowlock(['import', file, '--data-dir', dataDir]);
    if (imported.code !== 0) throw new Error(imported.stderr);
    const { url } = await startService(dataDir, [], { env: env() });
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
  };
}
