/** Checks that a box office is ready, that is, that its database takes writes. */
import { TABLES } from '../audit/schema/compare.ts';
import type { Database } from '../db/database.ts';
import { commit, CommitUnknown } from '../db/database.ts';
import { refusalOf } from '../db/refusal.ts';
import { statement } from '../db/statement.ts';
import { writeRecord } from '../operations/durability.ts';
import { sharedNextRun } from '../lib/next-run.ts';

/** How long a successful probe counts: each costs a flush. */
const PROBED_FOR_MS = 2_000;

// Locks nothing; a standby refuses it, although it answers every read.
const asksForWrites = statement({
  name: 'ready_probe',
  group: 'account',
  writes: true,
  params: [],
  columns: {},
  text: `select from wallet as w where false for key share of w`,
});

const findMissingTables = statement({
  name: 'ready_missing_tables',
  group: 'any',
  params: ['text[]'],
  columns: { missing: 'text[]' },
  text: `
    select coalesce(array_agg(t.name order by t.name), '{}') as missing
    from unnest($1::text[]) as t (name)
    where to_regclass(t.name) is null`,
});

/** Why the service cannot sell now, in a sentence for its operator; undefined when it is ready. */
export type NotReady = string | undefined;

const NO_WRITES = 'The database takes no writes now.';

/** Creates a check that writes to the database's WAL, at most once in two seconds for all callers. */
export function createReadiness(database: Database): () => Promise<NotReady> {
  let readyUntilMs = -Infinity;
  const probe = sharedNextRun(async () => {
    if (performance.now() < readyUntilMs) return undefined;
    const reason = await obstacleIn(database);
    if (reason === undefined) readyUntilMs = performance.now() + PROBED_FOR_MS;
    return reason;
  });
  return () => probe('');
}

async function obstacleIn(database: Database): Promise<NotReady> {
  try {
    return await database.connect(async (connection) => {
      const [tables] = await connection.read(findMissingTables, [TABLES]);
      const missing = tables?.missing ?? [];
      if (missing.length > 0)
        return `The database lacks the ${inWords(missing)}; "rowlock audit" names what else.`;
      return connection.transaction<NotReady>({}, async (tx) => {
        await tx.run(asksForWrites, []);
        await tx.run(writeRecord, []);
        return commit(undefined);
      });
    });
  } catch (error) {
    if (!(error instanceof CommitUnknown)) refusalOf(error);
    return NO_WRITES;
  }
}

function inWords(tables: readonly string[]): string {
  return `${tables.length === 1 ? 'table' : 'tables'} ${tables.join(', ')}`;
}
