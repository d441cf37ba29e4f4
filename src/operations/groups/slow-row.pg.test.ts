/**
 * One slow lock never stalls a thousand: a request for the locked row waits for it, and the rest of its group
 * does not.
 */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { atOnce } from '../../../test/support/at-once.ts';
import { whileLocked } from '../../../test/support/blocker.ts';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import {
  topUpCommand,
  expireHold,
  giveMoney,
  holdCommand,
  holdSeats,
  payCommand,
  someAccount,
} from '../../../test/support/fixture.ts';
import { groupedTopUp } from '../top-up/grouped.ts';
import { groupedHold } from '../hold/grouped/grouped.ts';
import type { HoldCommand } from '../hold/hold.ts';
import { groupedPay } from '../pay/grouped/grouped.ts';
import type { OperationContext } from '../strategy.ts';
import { execute } from '../../../test/support/execute.ts';

// A request that waits for the row waits as long as the test needs it to.
const LONG_MS = 50_000;
const database = useDatabase({
  acquireTimeoutMs: LONG_MS,
  lockTimeoutMs: LONG_MS,
  statementTimeoutMs: LONG_MS,
  idleInTransactionTimeoutMs: LONG_MS,
});

const OTHERS = 100;

type Send = (context: OperationContext) => Promise<{ readonly outcome: string }>;

/** Sends the one that wants the locked rows in the midst of the others, all at once. */
async function expectOnlyOneWaits(
  locked: readonly [Parameters<typeof whileLocked>[1], Parameters<typeof whileLocked>[2]],
  slow: Send,
  others: readonly Send[],
  won: string,
): Promise<void> {
  const groups: number[] = [];
  const context: OperationContext = { database, groupDecided: (size) => groups.push(size) };
  await whileLocked(database, ...locked, async (letGo) => {
    let isAnswered = false;
    const { answers, last } = atOnce(() => {
      const first = others.slice(0, OTHERS / 2).map((send) => send(context));
      const waiting = slow(context).finally(() => (isAnswered = true));
      const rest = others.slice(OTHERS / 2).map((send) => send(context));
      return { answers: [...first, ...rest], last: waiting };
    });
    expect(tally(await Promise.all(answers))).toEqual({ [won]: OTHERS });
    expect(isAnswered).toBe(false);
    await letGo();
    expect(await last).toMatchObject({ outcome: won });
  });
  expect(groups).toEqual([OTHERS + 1, 1]);
}

async function accountsWith(money: number): Promise<readonly string[]> {
  const accounts = Array.from({ length: OTHERS + 1 }, someAccount);
  await Promise.all(accounts.map((accountId) => giveMoney(database, accountId, money)));
  return accounts;
}

it('a top-up of a locked wallet waits alone', async () => {
  const [slow, ...others] = await accountsWith(1);
  const topUp =
    (accountId: string): Send =>
    (context) =>
      execute(groupedTopUp, context, topUpCommand({ accountId }));
  const wallet = { performanceId: 'none', reservationId: randomUUID(), accountId: slow! };
  await expectOnlyOneWaits(['wallet', wallet], topUp(slow!), others.map(topUp), 'topped_up');
});

it('a hold of a locked seat waits alone', async () => {
  const performanceId = await plantPerformance(database, { seats: OTHERS + 1 });
  const expired = await holdSeats(database, performanceId, [1]);
  await expireHold(database, expired);
  const hold =
    (seat: number): Send =>
    (context) =>
      execute(groupedHold, context, holdCommand({ performanceId, accountId: someAccount(), seats: [seat] }));
  const others = Array.from({ length: OTHERS }, (_, index) => hold(index + 2));
  await expectOnlyOneWaits(['seats', expired], hold(1), others, 'held');
});

it.each(['reservation', 'wallet'] as const)('a payment whose %s is locked waits alone', async (rows) => {
  const performanceId = await plantPerformance(database, { seats: OTHERS + 1, price: 700 });
  const accounts = await accountsWith(700);
  const [slow, ...others] = await Promise.all(
    accounts.map((accountId, index) => holdSeats(database, performanceId, [index + 1], accountId)),
  );
  const pay =
    (hold: HoldCommand): Send =>
    (context) =>
      execute(groupedPay, context, payCommand(hold));
  await expectOnlyOneWaits([rows, slow!], pay(slow!), others.map(pay), 'paid');
});
