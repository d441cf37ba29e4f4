import { describe, expect, it } from 'vitest';
import { tally } from '../../../test/support/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { chargeCommand, giveMoney, someAccount, walletOf } from '../../../test/support/stage.ts';
import type { Database } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import { chargeConformance, chargeRaces, overlap } from '../charge/conformance.ts';
import { holdConformance, holdRaces } from '../hold/conformance.ts';
import { chargeStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../named-strategy.ts';
import { payConformance, payRaces } from '../pay/conformance.ts';
import { RETRY_ATTEMPTS_MAX } from './retry.ts';

const database = useDatabase();
const optimistic = chargeStrategyNamed('optimistic');
const retried = chargeStrategyNamed('optimistic+retry');

describe('charge/optimistic+retry', () => {
  chargeConformance(database, retried);
  describe('in races', () => chargeRaces(database, retried));
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

describe('a charge whose wallet changes between its read and its write', () => {
  it('is contended without retry', async () => {
    const { outcomes } = await overlap(database, optimistic);
    expect(tally(outcomes)).toEqual({ charged: 1, contended: 1 });
  });

  it('succeeds with it, in a new transaction', async () => {
    const { outcomes, gained } = await overlap(database, retried);
    expect(tally(outcomes)).toEqual({ charged: 2 });
    expect(gained).toBe(2_000);
  });

  it('is charged once, by the first transaction that nobody disturbs', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 100);
    const { watching, xids } = watched();
    const racePoint = async (): Promise<void> => {
      if (xids.length < 4) await giveMoney(database, accountId, 1);
    };
    const charged = await retried.execute({ database: watching, racePoint }, chargeCommand({ accountId }));
    expect(charged).toMatchObject({ outcome: 'charged', balanceAfter: 1_103, seq: 5 });
    expect(xids).toHaveLength(4);
    expect(new Set(xids).size).toBe(4);
    expect(await walletOf(database, accountId)).toEqual({ balance: 1_103, ledger: 1_103, entries: 5 });
  });

  it('is contended when it never comes through: bounded, each attempt a transaction of its own, nothing written', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 100);
    const { watching, xids } = watched();
    const racePoint = (): Promise<void> => giveMoney(database, accountId, 1);
    const outcome = await retried.execute({ database: watching, racePoint }, chargeCommand({ accountId }));
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
      retried.execute({ database: narrow }, chargeCommand({ accountId })),
    );
    const [contended, ...others] = await Promise.all([
      retried.execute({ database: narrow, racePoint }, chargeCommand({ accountId })),
      ...crowd,
    ]);
    expect(contended).toEqual({ outcome: 'contended', cause: 'retries' });
    expect(tally(others)).toEqual({ charged: 5 });
  });
});
