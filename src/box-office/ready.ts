/** Checks that a box office is ready, that is, that its database takes writes. */
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
  writes: true,
  params: [],
  columns: {},
  text: `select from wallet as w where false for key share of w`,
});

/** Creates a check that writes to the database's WAL, at most once in two seconds for all callers. */
export function createReadiness(database: Database): () => Promise<boolean> {
  let readyUntilMs = -Infinity;
  const probe = sharedNextRun(async () => {
    if (performance.now() < readyUntilMs) return true;
    const isReady = await takesWrites(database);
    if (isReady) readyUntilMs = performance.now() + PROBED_FOR_MS;
    return isReady;
  });
  return () => probe('');
}

async function takesWrites(database: Database): Promise<boolean> {
  try {
    await database.connect((connection) =>
      connection.transaction({}, async (tx) => {
        await tx.run(asksForWrites, []);
        return commit(await tx.run(writeRecord, []));
      }),
    );
    return true;
  } catch (error) {
    if (!(error instanceof CommitUnknown)) refusalOf(error);
    return false;
  }
}
