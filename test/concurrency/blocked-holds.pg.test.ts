/** A block against a hold in flight, in this process or in another one whose memory is older. */
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../support/catalogue.ts';
import { useDatabase } from '../support/database.ts';
import { execute } from '../support/execute.ts';
import { holdCommand, someAccount } from '../support/fixture.ts';
import { createGate } from '../support/gate.ts';
import { blockAccount } from '../../src/box-office/blocking/block-account.ts';
import type { BlockSet } from '../../src/box-office/blocking/block-account.ts';
import { createBlockedAccounts } from '../../src/box-office/blocking/blocked-accounts.ts';
import type { BlockedRefusal } from '../../src/box-office/blocking/blocked-accounts.ts';
import { holdUnlessBlocked, unlessBlocked } from '../../src/box-office/blocking/unless-blocked.ts';
import type { Outcome } from '../../src/domain/outcomes.ts';
import type { RacePoint } from '../../src/lib/race-point.ts';
import { ConnectionUnavailable } from '../../src/db/database.ts';
import { groupedHold } from '../../src/operations/hold/grouped/grouped.ts';
import type { HoldCommand } from '../../src/operations/hold/hold.ts';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import { release } from '../../src/operations/release.ts';

const database = useDatabase();
/** Short, so that a block does not wait long; the argument does not depend on it. */
const TIMES = { refreshMs: 20, validMs: 40 };

type Hold = (racePoint: RacePoint | undefined, command: HoldCommand) => Promise<Outcome | BlockedRefusal>;

/** A box office's hold; each has a memory of its own. */
function guardedHold(strategy: (typeof HOLD_STRATEGIES)[number] = groupedHold): Hold {
  const hold = (racePoint: RacePoint | undefined, command: HoldCommand): Promise<Outcome> =>
    execute(strategy, { database, ...(racePoint && { racePoint }) }, command);
  const blocked = createBlockedAccounts(database, TIMES);
  return holdUnlessBlocked(blocked, hold, (_at, made) => release({ database }, made));
}

const block = async (accountId: string, blocked = true): Promise<BlockSet> => {
  const set = await blockAccount(
    { database },
    { all: [{ name: 'home', context: { database } }] },
    { accountId, blocked, actor: 'boss' },
    TIMES.validMs,
  );
  if ('outcome' in set) throw new Error(set.outcome);
  return set;
};

const liveHolds = async (accountId: string): Promise<number> => {
  const [row] = await database.sql<{ count: string }>(
    `select count(*) as count from reservation
     where account_id = $1 and state = 'held' and expires_at > clock_timestamp()`,
    [accountId],
  );
  return Number(row?.count);
};

async function newCommand(): Promise<HoldCommand> {
  return holdCommand({
    performanceId: await plantPerformance(database),
    accountId: someAccount(),
    seats: [1, 2],
  });
}

/** Blocks the account while its hold is past its first question and before its write; the hold's answer. */
async function blockDuring(hold: Hold, held: HoldCommand): Promise<Outcome | BlockedRefusal> {
  const gate = createGate('hold: between read and write');
  const answer = hold(gate.racePoint, held);
  await gate.arrived(1);
  expect(await block(held.accountId)).toMatchObject({ blocked: true, released: 0, left: 0 });
  gate.open();
  return answer;
}

describe('a hold in flight while its account is blocked', () => {
  it.each(HOLD_STRATEGIES.filter(({ use }) => use === 'service'))(
    'does not survive: $name',
    async (strategy) => {
      const held = await newCommand();
      expect(await blockDuring(guardedHold(strategy), held)).toEqual({ outcome: 'account_blocked' });
      expect(await liveHolds(held.accountId)).toBe(0);
      // Its seats are for others again.
      const other = { ...(await newCommand()), performanceId: held.performanceId };
      expect(await guardedHold()(undefined, other)).toMatchObject({ outcome: 'held' });
    },
  );

  it('would survive if it asked only before it is written: the control', async () => {
    const held = await newCommand();
    const blocked = createBlockedAccounts(database, TIMES);
    const asksOnce = unlessBlocked(blocked, (racePoint: RacePoint | undefined, given: HoldCommand) =>
      execute(groupedHold, { database, ...(racePoint && { racePoint }) }, given),
    );
    expect(await blockDuring(asksOnce, held)).toMatchObject({ outcome: 'held' });
    expect(await liveHolds(held.accountId)).toBe(1);
    // The same request again releases what was left.
    expect(await block(held.accountId)).toMatchObject({ released: 1, left: 0 });
    expect(await liveHolds(held.accountId)).toBe(0);
  });
});

describe('a blocked account', () => {
  it('loses its holds of every performance, at once for every box office, until it is unblocked', async () => {
    const offices = [guardedHold(), guardedHold()] as const;
    const first = await newCommand();
    const second = { ...(await newCommand()), accountId: first.accountId };
    expect(await offices[0](undefined, first)).toMatchObject({ outcome: 'held' });
    expect(await offices[1](undefined, second)).toMatchObject({ outcome: 'held' });
    expect(await block(first.accountId)).toMatchObject({ released: 2, left: 0, reason: null });
    for (const office of offices) {
      const again = holdCommand({ ...first, seats: [3] });
      expect(await office(undefined, again)).toEqual({ outcome: 'account_blocked' });
    }
    expect(await liveHolds(first.accountId)).toBe(0);
    expect(await block(first.accountId, false)).toMatchObject({ blocked: false, released: 0 });
    // An unblocked account is known by the next reading: at the latest when the memory is too old.
    await expect
      .poll(async () => (await offices[0](undefined, holdCommand({ ...first, seats: [3] }))).outcome)
      .toBe('held');
  });

  it('is noted once, however often it is blocked', async () => {
    const accountId = someAccount();
    for (let sent = 0; sent < 2; sent += 1) await block(accountId);
    for (let sent = 0; sent < 2; sent += 1) await block(accountId, false);
    const actions = await database.sql<{ action: string }>(
      'select action from operator_action where account_id = $1 order by action_id',
      [accountId],
    );
    expect(actions.map(({ action }) => action)).toEqual(['account_blocked', 'account_unblocked']);
  });

  it('is found by the memory even if the block commits after a later one', async () => {
    const early = someAccount();
    const late = someAccount();
    const memory = createBlockedAccounts(database, TIMES);
    const slow = await database.pool.connect();
    await slow.query('begin');
    await slow.query(
      'insert into blocked_account values ($1, true, null, clock_timestamp(), pg_current_xact_id())',
      [early],
    );
    await block(late);
    await expect.poll(() => memory.refusalOf(late)).toEqual({ outcome: 'account_blocked' });
    expect(await memory.refusalOf(early)).toBe(undefined);
    await slow.query('commit');
    slow.release();
    await expect.poll(() => memory.refusalOf(early)).toEqual({ outcome: 'account_blocked' });
  });
});

describe('a memory that cannot be read again', () => {
  it('refuses, rather than to trust what is too old', async () => {
    let isAway = false;
    const connect: typeof database.connect = (work) =>
      isAway ? Promise.reject(new ConnectionUnavailable('database')) : database.connect(work);
    const memory = createBlockedAccounts({ connect }, TIMES);
    const accountId = someAccount();
    expect(await memory.refusalOf(accountId)).toBe(undefined);
    isAway = true;
    await expect.poll(() => memory.refusalOf(accountId)).toMatchObject({ outcome: 'overloaded' });
  });
});
