/** One account that sends to both processes of a service at once. */
import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../../../test/support/database.ts';
import { startProcesses, tokenFor } from '../../../../test/support/processes.ts';
import { endRowlockProcesses } from '../../../../test/support/rowlock-process.ts';
import { openServiceClient } from '../../../load/http-client.ts';

const PER_SECOND = 10;
const BURST = 10;
/** Long enough that twice the rate differs from the rate and all that may pass beside it. */
const SECONDS = 4;
/** How long a process may not know of another one's uses, on a busy machine. */
const UNKNOWN_SECONDS = 1;

const SILENT = new URL('../../../../test/support/no-use-reports.ts', import.meta.url);

endRowlockProcesses();
const database = useDatabase();

interface Got {
  readonly admitted: number;
  readonly seconds: number;
}

/** Sends on a connection to each process, each request after the answer to the one before. */
async function sendToBoth(preloads: readonly URL[]): Promise<Got> {
  const env = { ROWLOCK_RATE: String(PER_SECOND), ROWLOCK_RATE_BURST: String(BURST) };
  const service = await startProcesses(database.url, env, { preloads });
  const clients = [openServiceClient(service.url, 1), openServiceClient(service.url, 1)];
  const token = tokenFor('anna', 'openid');
  let admitted = 0;
  const startedAt = performance.now();
  const endsAt = startedAt + SECONDS * 1_000;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() < endsAt) {
        const { status } = await client.send({ method: 'GET', path: '/v1/reservations', token });
        if (status !== 429) admitted += 1;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const client of clients) client.close();
  service.kill('SIGTERM');
  await service.ended;
  return { admitted, seconds };
}

/** A burst of each process, and the rate once. */
function most(seconds: number): number {
  return 2 * BURST + PER_SECOND * (seconds + UNKNOWN_SECONDS);
}

describe('an account that sends to both processes of a service', () => {
  it('gets its rate once', async () => {
    const { admitted, seconds } = await sendToBoth([]);
    expect(admitted).toBeLessThanOrEqual(most(seconds));
    expect(admitted).toBeGreaterThanOrEqual(BURST + PER_SECOND);
  });

  it('control: gets it twice where the processes do not tell each other', async () => {
    const { admitted, seconds } = await sendToBoth([SILENT]);
    expect(admitted).toBeGreaterThan(most(seconds));
  });
});
