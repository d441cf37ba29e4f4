import { describe, expect, it } from 'vitest';
import { tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { topUpCommand, giveMoney, someAccount, walletOf } from '../../../test/support/fixture.ts';
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { overlap } from '../../../test/conformance/top-up/interleavings.ts';
import { topUpRaces } from '../../../test/conformance/top-up/races.ts';
import { topUpConformance } from '../../../test/conformance/top-up/top-up.ts';
import { holdConformance, holdRaces } from '../../../test/conformance/hold/hold.ts';
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../registry.ts';
import { payConformance } from '../../../test/conformance/pay/pay.ts';
import { payRaces } from '../../../test/conformance/pay/races.ts';
import { RETRY_ATTEMPTS_MAX } from './retry.ts';
import { execute } from '../../../test/support/execute.ts';

const database = useDatabase();
const optimistic = topUpStrategyNamed('optimistic');
const retried = topUpStrategyNamed('optimistic+retry');

describe('top-up/optimistic+retry', () => {
  topUpConformance(database, retried);
  describe('in races', () => topUpRaces(database, retried));
});

describe('hold/pessimistic-nowait+retry', () => {
  const strategy = holdStrategyNamed('pessimistic-nowait+retry');
  holdConformance(database, strategy);
  describe('in races', () => holdRaces(database, strategy));
});

describe('pay/pessimistic-nowait+retry', () => {
  const strategy = payStrategyNamed('pessimistic-nowait+retry');
  payConformance(database, strategy);
  describe('in races', () => payRaces(database, strategy));
});

const currentXid = statement({
  name: 'retry_test_xid',
  group: 'any',
  params: [],
  columns: { xid: 'text' },
  text: `select pg_current_xact_id()::text as xid`,
});

/** The database, and the ids of the transactions that are begun on it. */
function watched(): { readonly watching: Database; readonly xids: string[] } {
  const xids: string[] = [];
  const watching = database.withPrologue(async (tx) => {
    const [row] = await tx.run(currentXid, []);
    xids.push(row!.xid);
  });
  return { watching, xids };
}

describe('a top-up whose wallet changes between its read and its write', () => {
  it('is contended without retry', async () => {
    const { outcomes } = await overlap(database, optimistic);
    expect(tally(outcomes)).toEqual({ topped_up: 1, contended: 1 });
  });

  it('succeeds with it, in a new transaction', async () => {
    const { outcomes, gained } = await overlap(database, retried);
    expect(tally(outcomes)).toEqual({ topped_up: 2 });
    expect(gained).toBe(2_000);
  });

  it('is topped up once, by the first transaction without a conflict', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 100);
    const { watching, xids } = watched();
    const racePoint = async (): Promise<void> => {
      if (xids.length < 4) await giveMoney(database, accountId, 1);
    };
    const toppedUp = await execute(retried, { database: watching, racePoint }, topUpCommand({ accountId }));
    expect(toppedUp).toMatchObject({ outcome: 'topped_up', balanceAfter: 1_103, seq: 5 });
    expect(xids).toHaveLength(4);
    expect(new Set(xids).size).toBe(4);
    expect(await walletOf(database, accountId)).toEqual({ balance: 1_103, ledger: 1_103, entries: 5 });
  });

  it('is contended when it never comes through: bounded, each attempt a transaction of its own, nothing written', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 100);
    const { watching, xids } = watched();
    const racePoint = (): Promise<void> => giveMoney(database, accountId, 1);
    const outcome = await execute(retried, { database: watching, racePoint }, topUpCommand({ accountId }));
    expect(outcome).toEqual({ outcome: 'contended', cause: 'retries' });
    expect(xids).toHaveLength(RETRY_ATTEMPTS_MAX);
    expect(new Set(xids).size).toBe(RETRY_ATTEMPTS_MAX);
    const balance = 100 + RETRY_ATTEMPTS_MAX;
    expect(await walletOf(database, accountId)).toEqual({
      balance,
      ledger: balance,
      entries: 1 + RETRY_ATTEMPTS_MAX,
    });
    const statuses = await database.sql(
      `select distinct pg_xact_status(xid::xid8) as status from unnest($1::text[]) as xid`,
      [xids],
    );
    expect(statuses).toEqual([{ status: 'aborted' }]);
  });

  it('gives its connection back between its attempts', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 100);
    const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 5_000 });
    const racePoint = (): Promise<void> => giveMoney(database, accountId, 1);
    const crowd = Array.from({ length: 5 }, () =>
      execute(retried, { database: narrow }, topUpCommand({ accountId })),
    );
    const [contended, ...others] = await Promise.all([
      execute(retried, { database: narrow, racePoint }, topUpCommand({ accountId })),
      ...crowd,
    ]);
    expect(contended).toEqual({ outcome: 'contended', cause: 'retries' });
    expect(tally(others)).toEqual({ topped_up: 5 });
  });
});
