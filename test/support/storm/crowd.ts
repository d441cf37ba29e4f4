/** Buyers that come one after another for as long as the storm lasts, and journal what they ask and hear. */
import { setMaxListeners } from 'node:events';
import { bearerToken } from '../../../src/bench/measure/tokens.ts';
import type { Buyer, CrowdTarget } from '../../../src/load/buyer.ts';
import { buy, planOf, topUp } from '../../../src/load/buyer.ts';
import { openServiceClient } from '../../../src/load/http-client.ts';
import type { ServiceClient } from '../../../src/load/http-client.ts';
import { openJournal } from '../../../src/load/journal.ts';
import { createRandom } from '../../../src/load/random.ts';
import { createRetryingClient, CrowdStopped } from '../../../src/load/retrying-client.ts';
import { createTally, NO_ANSWER } from '../../../src/load/tally.ts';
import type { Database } from '../../../src/db/database.ts';
import { plantPerformance } from '../../../src/load/plant.ts';
import { SECRET } from './service.ts';

const PRICE = 1_000;
const SEATS = 2_000;
/** A buyer takes two seats or so, and some come back. */
const BUYERS_PER_HALL = 800;
/** Halls on sale at a time: groups of different halls do not wait for each other. */
const HALLS_AT_ONCE = 6;
const ACCOUNT_PREFIX = 'storm-';

export interface CrowdResult {
  readonly buyers: number;
  /** Requests that got no answer at all. */
  readonly unanswered: number;
  /** Whether the service was gone. */
  readonly isStopped: boolean;
}

export interface CrowdOptions {
  readonly database: Pick<Database, 'pool'>;
  readonly serviceUrl: string;
  /** Instead of one for the service's address; it is closed with the crowd. */
  readonly client?: ServiceClient;
  readonly journalPath: string;
  readonly seed: number;
  /** How many buyers are at work at a time. */
  readonly atOnce: number;
  /** Ends the crowd: who is at work finishes. */
  readonly until: Promise<unknown>;
}

/** Sends buyers until the storm is over, and waits until each has its answers. */
export async function sendCrowd(options: CrowdOptions): Promise<CrowdResult> {
  const { database, serviceUrl, seed, atOnce } = options;
  const journal = openJournal(options.journalPath, { accountPrefix: ACCOUNT_PREFIX });
  const client = options.client ?? openServiceClient(serviceUrl, atOnce);
  const tally = createTally();
  const stop = new AbortController();
  setMaxListeners(0, stop.signal);
  const asking = createRetryingClient({ client, journal, tally, stop, waitMsMax: 20 });
  const halls: Promise<CrowdTarget>[] = [];
  const over = new AbortController();
  const end = (): void => {
    over.abort();
  };
  options.until.then(end, end);
  let buyers = 0;
  const worker = async (): Promise<void> => {
    while (!over.signal.aborted && !stop.signal.aborted) {
      const number = buyers;
      buyers += 1;
      const season = Math.floor(number / (BUYERS_PER_HALL * HALLS_AT_ONCE));
      const hall = season * HALLS_AT_ONCE + (number % HALLS_AT_ONCE);
      const target = await (halls[hall] ??= openHall(database, `storm-${hall + 1}`));
      const accountId = `${ACCOUNT_PREFIX}${number}`;
      const buyer: Buyer = {
        accountId,
        token: bearerToken(SECRET, accountId, 'rowlock:top-up'),
        random: createRandom(seed, accountId),
      };
      // More than in a sale are given back: those operations are to meet the faults as well.
      const plan = { ...planOf(buyer.random, target), refunds: buyer.random.chance(0.3) };
      await topUp(buyer, plan, asking);
      await buy(buyer, plan, target, asking);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, worker));
  journal.close();
  client.close();
  for (const ended of ends) {
    if (ended.status === 'rejected' && !(ended.reason instanceof CrowdStopped)) throw ended.reason;
  }
  const unanswered = tally
    .summary()
    .flatMap(({ outcomes }) => outcomes)
    .reduce((sum, [outcome, count]) => sum + (outcome === NO_ANSWER ? count : 0), 0);
  return { buyers, unanswered, isStopped: stop.signal.aborted };
}

async function openHall(database: Pick<Database, 'pool'>, performanceId: string): Promise<CrowdTarget> {
  await plantPerformance(database.pool, {
    performanceId,
    seats: SEATS,
    price: PRICE,
    holdSeconds: 3_600,
  });
  return {
    performanceId,
    grades: [{ grade: 'R', price: PRICE }],
    seatLimit: null,
    popularSeats: Array.from({ length: 60 }, (_, i) => ({ label: `A-1-${i + 1}`, row: 'A-1' })),
  };
}
