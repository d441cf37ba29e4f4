/** What a group does for its members where one of them, or a stranger, is in the way. */
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../test/support/at-once.ts';
import { whileOpen } from '../../../test/support/blocker.ts';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { observed } from '../../../test/support/observed.ts';
import {
  topUpCommand,
  giveMoney,
  holdCommand,
  holdSeats,
  payCommand,
  someAccount,
  walletOf,
} from '../../../test/support/fixture.ts';
import { groupedTopUp } from '../top-up/grouped.ts';
import { groupedHold } from '../hold/grouped/grouped.ts';
import type { HoldCommand } from '../hold/hold.ts';
import { groupedPay } from '../pay/grouped/grouped.ts';
import { execute } from '../../../test/support/execute.ts';

const database = useDatabase();

describe('a row that another session has inserted and not committed', () => {
  it('keeps only its own account from being topped up, however many are in its group', async () => {
    const [slow, ...others] = Array.from({ length: 51 }, someAccount);
    for (const accountId of others) await giveMoney(database, accountId, 1);
    const topUp = (accountId: string) => execute(groupedTopUp, { database }, topUpCommand({ accountId }));
    let last: ReturnType<typeof topUp> | undefined;
    await whileOpen(database, ['insert into wallet (account_id) values ($1)', slow], async () => {
      last = topUp(slow!);
      expect(tally(await Promise.all(others.map(topUp)))).toEqual({ topped_up: 50 });
    });
    expect(await last).toMatchObject({ outcome: 'topped_up' });
    expect((await walletOf(database, slow!)).balance).toBe(1_000);
  });

  it('keeps only its own account from holding seats', async () => {
    const performanceId = await plantPerformance(database, { seats: 51 });
    const [slow, ...others] = Array.from({ length: 51 }, someAccount);
    const hold = (accountId: string, seat: number) =>
      execute(groupedHold, { database }, holdCommand({ performanceId, accountId, seats: [seat] }));
    let last: ReturnType<typeof hold> | undefined;
    const insert = 'insert into claim_limit (performance_id, account_id, claims) values ($1, $2, $3)';
    await whileOpen(database, [insert, performanceId, slow, []], async () => {
      last = hold(slow!, 51);
      const held = await Promise.all(others.map((accountId, seat) => hold(accountId, seat + 1)));
      expect(tally(held)).toEqual({ held: 50 });
    });
    expect(await last).toMatchObject({ outcome: 'held' });
  });
});

it('makes the wallets that free seats need by one statement, whichever accounts pay', async () => {
  const performanceId = await plantPerformance(database, { seats: 40, price: 0 });
  const holds: HoldCommand[] = [];
  for (let seat = 1; seat <= 40; seat += 1) holds.push(await holdSeats(database, performanceId, [seat]));
  const statements: string[] = [];
  const watched = observed(database, (name) => void statements.push(name));
  const paying = atOnce(() =>
    holds.map((hold) => execute(groupedPay, { database: watched }, payCommand(hold))),
  );
  const paid = await Promise.all(paying);
  expect(tally(paid)).toEqual({ paid: 40 });
  expect(statements).toEqual([
    'pay_grouped_read',
    'pay_grouped_confirm',
    'ledger_create_wallets',
    'pay_grouped_deduct',
  ]);
});
