/** Writes `src/audit/schema/expected.ts`, which the audit compares a database with, from the migrations. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describeSchema } from '../src/audit/schema/describe.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { startTemporaryServer } from '../test/support/database-server.ts';

const FILE = fileURLToPath(new URL('../src/audit/schema/expected.ts', import.meta.url));

const server = await startTemporaryServer();
try {
  await migrate(server.url);
  const database = openDatabase({ ...DATABASE_DEFAULTS, url: server.url });
  const description = await database.connect(describeSchema);
  await database.close();
  writeFileSync(
    FILE,
    `/** Written by \`npm run schema\` from the migrations; a test compares it with what they make. */
import type { SchemaDescription } from './describe.ts';

export const EXPECTED_SCHEMA: SchemaDescription = ${JSON.stringify(description, undefined, 2)};
`,
  );
} finally {
  await server.stop();
}
