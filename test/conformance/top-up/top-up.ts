/** What every strategy of `top-up` promises, as tests. Each strategy runs all of them; controls must fail the races. */
import { describe, expect, it } from 'vitest';
import { expectContention, expectMeanwhile, hasGap, insist, tally } from '../conformance.ts';
import { whileOpen } from '../../support/blocker.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { connected, createGate, settledOrBlocked } from '../../support/gate.ts';
import {
  topUpCommand,
  giveMoney,
  holdSeats,
  payCommand,
  someAccount,
  walletOf,
} from '../../support/stage.ts';
import { requestHashOf } from '../../../src/domain/ids.ts';
import { BALANCE_MAX } from '../../../src/domain/money.ts';
import { optimisticPay } from '../../../src/operations/pay/optimistic.ts';
import type { TopUpCommand, TopUpOutcome, TopUpStrategy } from '../../../src/operations/top-up/top-up.ts';
import { execute } from '../../support/execute.ts';

const POINT = 'topUp: between read and write';

export function topUpConformance(database: TestDatabase, strategy: TopUpStrategy): void {
  const topUp = (command: TopUpCommand): Promise<TopUpOutcome> => execute(strategy, { database }, command);

  describe('one after another', () => {
    it('adds the amount and numbers the entries without gaps', async () => {
      const accountId = someAccount();
      expect(await topUp(topUpCommand({ accountId, amount: 700 }))).toMatchObject({
        outcome: 'topped_up',
        accountId,
        seq: 1,
        amount: 700,
        balanceAfter: 700,
      });
      expect(await topUp(topUpCommand({ accountId, amount: 50 }))).toMatchObject({
        seq: 2,
        balanceAfter: 750,
      });
      expect(await walletOf(database, accountId)).toEqual({ balance: 750, ledger: 750, entries: 2 });
    });

    it('fills a wallet to its limit and not a won further', async () => {
      const accountId = someAccount();
      await giveMoney(database, accountId, BALANCE_MAX - 10);
      const tooMuch = await topUp(topUpCommand({ accountId, amount: 11 }));
      expect(tooMuch).toEqual({
        outcome: 'balance_limit_exceeded',
        limit: BALANCE_MAX,
        balance: BALANCE_MAX - 10,
      });
      expect(await topUp(topUpCommand({ accountId, amount: 10 }))).toMatchObject({
        balanceAfter: BALANCE_MAX,
      });
      expect(await walletOf(database, accountId)).toEqual({
        balance: BALANCE_MAX,
        ledger: BALANCE_MAX,
        entries: 2,
      });
    });
  });

  describe('exactly once', () => {
    it('answers a repeated request as the first time, whatever came after it', async () => {
      const command = topUpCommand({ accountId: someAccount() });
      const first = await topUp(command);
      await giveMoney(database, command.accountId, 5);
      expect(await topUp(command)).toEqual(first);
      expect((await walletOf(database, command.accountId)).entries).toBe(2);
    });

    it('refuses the key of another request', async () => {
      const command = topUpCommand({ accountId: someAccount(), amount: 100 });
      const first = await topUp(command);
      const other = { ...command, amount: 200, requestHash: requestHashOf('topUp', 200) };
      expect(await topUp(other)).toEqual({ outcome: 'idempotency_key_reused' });
      // Also when both come at once, and may be decided together.
      const both = await Promise.all([command, other].map((each) => insist(() => topUp(each))));
      expect(both).toEqual([first, { outcome: 'idempotency_key_reused' }]);
      expect((await walletOf(database, command.accountId)).balance).toBe(100);
    });

    it('gives fifty twins at once one effect and one answer', async () => {
      const command = topUpCommand({ accountId: someAccount() });
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => topUp(command))));
      expect(tally(outcomes)).toEqual({ topped_up: 50 });
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
      expect(await walletOf(database, command.accountId)).toEqual({
        balance: 1_000,
        ledger: 1_000,
        entries: 1,
      });
    });
  });

  describe('when things go wrong', () => {
    it('leaves nothing behind when it fails half-way, and its connection is clean', async () => {
      const accountId = someAccount();
      await giveMoney(database, accountId, 1);
      const narrow = database.open({ poolSize: 1 });
      const racePoint = async (): Promise<void> => {
        throw new Error('the program fails here');
      };
      const command = topUpCommand({ accountId });
      await expect(execute(strategy, { database: narrow, racePoint }, command)).rejects.toThrow('fails here');
      expect(await walletOf(database, accountId)).toEqual({ balance: 1, ledger: 1, entries: 1 });
      expect(await execute(strategy, { database: narrow }, command)).toMatchObject({
        outcome: 'topped_up',
        seq: 2,
      });
    });

    it('answers contended when the wallet is not had in time', async () => {
      const accountId = someAccount();
      await giveMoney(database, accountId, 1);
      const impatient = database.open({ poolSize: 1, lockTimeoutMs: 150, statementTimeoutMs: 400 });
      const command = topUpCommand({ accountId });
      const toppingUp = (): Promise<TopUpOutcome> => execute(strategy, { database: impatient }, command);
      await whileOpen(
        database,
        ['select from wallet where account_id = $1 for update', accountId],
        async () => {
          expect((await toppingUp()).outcome).toBe('contended');
        },
      );
      // Its timeouts are short for a busy machine also when nobody has the lock.
      expect(await insist(toppingUp)).toMatchObject({ outcome: 'topped_up' });
    });

    it('answers contended when the pool is exhausted', async () => {
      const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 150 });
      // The timeout bounds making the connection as well, which takes longer on a busy machine.
      await connected(narrow);
      const gate = createGate();
      const context = { database: narrow, racePoint: gate.racePoint };
      const first = execute(strategy, context, topUpCommand({ accountId: someAccount() }));
      await gate.arrived(1);
      const second = await execute(
        strategy,
        { database: narrow },
        topUpCommand({ accountId: someAccount() }),
      );
      expect(second).toMatchObject({ outcome: 'contended' });
      gate.open();
      expect(await first).toMatchObject({ outcome: 'topped_up' });
    });
  });
}

/** The races: with the guard they end well. The controls show each without it. */
export function topUpRaces(database: TestDatabase, strategy: TopUpStrategy): void {
  const topUp = (command: TopUpCommand): Promise<TopUpOutcome> => execute(strategy, { database }, command);

  it('tries again what a serializable transaction could not finish, and nothing else', () => {
    const tries = /(^|\+)serializable$|\+retry$/.test(strategy.name);
    expect(strategy.retries === true).toBe(tries);
  });

  it('keeps every won of a hundred top-ups of one wallet at once', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 1_000);
    const commands = Array.from({ length: 100 }, () => topUpCommand({ accountId }));
    const outcomes = await Promise.all(commands.map(topUp));
    expectContention(strategy.contention, outcomes, { won: 'topped_up', gone: 'seat_taken' });
    const toppedUp = tally(outcomes)['topped_up'] ?? 0;
    const balance = 1_000 * (toppedUp + 1);
    expect(await walletOf(database, accountId)).toEqual({ balance, ledger: balance, entries: toppedUp + 1 });
  });

  it('loses none of two top-ups whose reads came before both writes', async () => {
    const { outcomes, gained } = await overlap(database, strategy);
    expect(gained).toBe(1_000 * (tally(outcomes)['topped_up'] ?? 0));
    const onlyOne =
      strategy.contention === 'one-wins-rest-retry' &&
      strategy.meanwhile !== 'waits' &&
      strategy.retries !== true;
    expect(gained).toBe(onlyOne ? 1_000 : 2_000);
  });

  it.runIf(hasGap(strategy))(
    'lets a second top-up into its gap wait, fail or work, as it declares; one statement behind a lock has none',
    async () => {
      const accountId = someAccount();
      await giveMoney(database, accountId, 1);
      await expectMeanwhile(database, strategy, [topUpCommand({ accountId }), topUpCommand({ accountId })]);
    },
  );

  it('makes one wallet of two first top-ups at once, and keeps both', async () => {
    const accountId = someAccount();
    const gate = createGate(POINT);
    const two = [database, database.rival].map((service) =>
      execute(strategy, { database: service, racePoint: gate.racePoint }, topUpCommand({ accountId })),
    );
    await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
    gate.open();
    const toppedUp = tally(await Promise.all(two))['topped_up'] ?? 0;
    expect(toppedUp).toBeGreaterThanOrEqual(1);
    if (strategy.contention === 'all-succeed') expect(toppedUp).toBe(2);
    const balance = 1_000 * toppedUp;
    expect(await walletOf(database, accountId)).toEqual({ balance, ledger: balance, entries: toppedUp });
  });

  it('loses no payment that comes between its read and its write', async () => {
    const { toppedUp, paid, balance } = await topUpBesidePayment(database, strategy);
    expect(paid).toBe('paid');
    expect(balance).toBe(toppedUp === 'topped_up' ? 1_000 : 0);
  });
}

/** Two top-ups of one wallet, both past their read before either writes (or one waiting for the other's lock). */
export async function overlap(
  database: TestDatabase,
  strategy: TopUpStrategy,
): Promise<{ outcomes: TopUpOutcome[]; gained: number }> {
  const accountId = someAccount();
  await giveMoney(database, accountId, 500);
  const gate = createGate(POINT);
  const two = [database, database.rival].map((service) =>
    execute(strategy, { database: service, racePoint: gate.racePoint }, topUpCommand({ accountId })),
  );
  await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
  gate.open();
  const outcomes = await Promise.all(two);
  return { outcomes, gained: (await walletOf(database, accountId)).balance - 500 };
}

/** A top-up that pauses at its race point while a payment spends the wallet's whole balance. */
export async function topUpBesidePayment(
  database: TestDatabase,
  strategy: TopUpStrategy,
): Promise<{ toppedUp: string; paid: string; balance: number }> {
  const performanceId = await plantPerformance(database, { price: 500 });
  const hold = await holdSeats(database, performanceId, [1]);
  await giveMoney(database, hold.accountId, 500);
  const gate = createGate(POINT);
  const toppingUp = execute(
    strategy,
    { database, racePoint: gate.racePoint },
    topUpCommand({ accountId: hold.accountId }),
  );
  await gate.arrived(1);
  const paying = execute(optimisticPay, { database }, payCommand(hold));
  await settledOrBlocked(database, paying);
  gate.open();
  const [toppedUp, paid] = await Promise.all([toppingUp, paying]);
  return {
    toppedUp: toppedUp.outcome,
    paid: paid.outcome,
    balance: (await walletOf(database, hold.accountId)).balance,
  };
}
