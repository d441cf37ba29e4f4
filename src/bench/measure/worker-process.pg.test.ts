import { expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { startWorker } from './worker-process.ts';

const database = useDatabase({ poolSize: 1 });

async function sessions(): Promise<number> {
  const [row] = await database.sql<{ sessions: number }>(
    `select count(*)::int as sessions from pg_stat_activity where datname = current_database()`,
  );
  return row!.sessions;
}

it('opens connections before the load, and refuses work once it has ended', async () => {
  const worker = await startWorker(database.url);
  const before = await sessions();
  await worker.open(3);
  expect((await sessions()) - before).toBe(3);
  await worker.open(3);
  expect((await sessions()) - before).toBe(3);
  await worker.stop();
  await expect(worker.open(3)).rejects.toThrow("a worker that has ended can't be open");
});
