/** What every strategy of `pay` promises, as tests. Each strategy runs all of them; controls must fail the races. */
import { describe, expect, it } from 'vitest';
import { expectMeanwhile, hasGap, insist, tally } from '../conformance.ts';
import { whileLocked } from '../../support/blocker.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { connected, createGate, settledOrBlocked } from '../../support/gate.ts';
import {
  expireHold,
  giveMoney,
  hasPassed,
  holdCommand,
  holdSeats,
  liveClaims,
  moveExpiry,
  passed,
  payCommand,
  refundCommand,
  seatOf,
  someAccount,
  walletOf,
} from '../../support/stage.ts';
import { sweepExpired } from '../../../src/operations/expire.ts';
import type { HoldCommand } from '../../../src/operations/hold/hold.ts';
import { optimisticHold } from '../../../src/operations/hold/optimistic.ts';
import { refund } from '../../../src/operations/refund.ts';
import { release } from '../../../src/operations/release.ts';
import type { PayCommand, PayOutcome, PayStrategy } from '../../../src/operations/pay/pay.ts';
import { execute } from '../../support/execute.ts';

const POINT = 'pay: between read and write';
const PRICE = 30_000;

/** A held reservation of a new account with just enough money to pay it once. */
export async function heldAndFunded(
  database: TestDatabase,
  options: { readonly seats?: readonly number[]; readonly money?: number } = {},
): Promise<HoldCommand> {
  const { seats = [1], money = PRICE * seats.length } = options;
  const performanceId = await plantPerformance(database, { price: PRICE });
  const hold = await holdSeats(database, performanceId, seats);
  if (money > 0) await giveMoney(database, hold.accountId, money);
  return hold;
}

/** What a payment changes; a refused one must leave it as it was. */
async function picture(database: TestDatabase, hold: HoldCommand): Promise<unknown> {
  return database.sql(
    `select
       (select jsonb_agg(to_jsonb(s) - 'changed_by' order by s.seat_number) from seat as s where s.performance_id = $1) as seats,
       (select jsonb_agg(to_jsonb(r) order by r.reservation_id) from reservation as r where r.performance_id = $1) as reservations,
       (select jsonb_agg(to_jsonb(l)) from claim_limit as l where l.performance_id = $1) as limits,
       (select to_jsonb(w) from wallet as w where w.account_id = $2) as wallet,
       (select count(*) from ledger_entry as e where e.account_id = $2) as entries`,
    [hold.performanceId, hold.accountId],
  );
}

export function payConformance(database: TestDatabase, strategy: PayStrategy): void {
  const pay = (command: PayCommand): Promise<PayOutcome> => execute(strategy, { database }, command);

  describe('one after another', () => {
    it('confirms the reservation, sells its seats, deducts its amount and writes one entry', async () => {
      const hold = await heldAndFunded(database, { seats: [2, 3], money: 100_000 });
      const outcome = await pay(payCommand(hold));
      expect(outcome).toMatchObject({
        outcome: 'paid',
        reservationId: hold.reservationId,
        seats: [2, 3],
        amount: 60_000,
        seq: 2,
        balanceAfter: 40_000,
      });
      const seat = await seatOf(database, hold.performanceId, 2);
      expect(seat).toEqual({
        state: 'sold',
        version: 2,
        reservation_id: hold.reservationId,
        held_until: null,
      });
      expect(await walletOf(database, hold.accountId)).toEqual({
        balance: 40_000,
        ledger: 40_000,
        entries: 2,
      });
      expect(await liveClaims(database, hold)).toBe(2);
      const [limit] = await database.sql<{ forever: boolean }>(
        `select 'infinity' = all(claims) as forever from claim_limit where account_id = $1`,
        [hold.accountId],
      );
      expect(limit?.forever).toBe(true);
    });

    it('pays what costs nothing, without a wallet beforehand', async () => {
      const performanceId = await plantPerformance(database, { price: 0 });
      const hold = await holdSeats(database, performanceId, [1]);
      expect(await pay(payCommand(hold))).toMatchObject({
        outcome: 'paid',
        amount: 0,
        balanceAfter: 0,
        seq: 1,
      });
    });

    it('refuses a balance that is too small, says what is missing, and changes nothing', async () => {
      const hold = await heldAndFunded(database, { money: PRICE - 1 });
      const before = await picture(database, hold);
      const command = payCommand(hold);
      const refused = { outcome: 'insufficient_balance', required: PRICE, available: PRICE - 1 };
      expect(await pay(command)).toEqual(refused);
      expect(await picture(database, hold)).toEqual(before);
      await giveMoney(database, hold.accountId, 1);
      expect(await pay(command)).toMatchObject({ outcome: 'paid', balanceAfter: 0 });
    });

    it('does not find the reservation of another account', async () => {
      const hold = await heldAndFunded(database);
      const thief = someAccount();
      await giveMoney(database, thief, PRICE);
      const theft = payCommand({ ...hold, accountId: thief });
      expect(await pay(theft)).toEqual({ outcome: 'not_found', what: 'reservation' });
      expect((await walletOf(database, thief)).balance).toBe(PRICE);
    });

    it('refuses an expired hold, swept or not', async () => {
      const hold = await heldAndFunded(database);
      await expireHold(database, hold);
      const before = await picture(database, hold);
      expect(await pay(payCommand(hold))).toEqual({ outcome: 'hold_expired' });
      expect(await picture(database, hold)).toEqual(before);
      await sweepExpired({ database }, { from: new Date(0), batchSize: 1_000 });
      expect(await pay(payCommand(hold))).toEqual({ outcome: 'hold_expired' });
    });

    it('refuses what is paid, released or refunded already', async () => {
      const hold = await heldAndFunded(database, { money: PRICE * 2 });
      expect(await pay(payCommand(hold))).toMatchObject({ outcome: 'paid' });
      expect(await pay(payCommand(hold))).toEqual({ outcome: 'reservation_not_payable', state: 'confirmed' });
      await refund({ database }, refundCommand(hold));
      expect(await pay(payCommand(hold))).toEqual({ outcome: 'reservation_not_payable', state: 'refunded' });
      const released = await heldAndFunded(database);
      await release({ database }, released);
      expect(await pay(payCommand(released))).toEqual({
        outcome: 'reservation_not_payable',
        state: 'released',
      });
      expect((await walletOf(database, released.accountId)).balance).toBe(PRICE);
    });
  });

  describe('exactly once', () => {
    it('answers a repeated request as the first time, also after a refund', async () => {
      const command = payCommand(await heldAndFunded(database));
      const first = await pay(command);
      expect(first.outcome).toBe('paid');
      expect(await pay(command)).toEqual(first);
      const { performanceId, reservationId, accountId } = command;
      const refunding = refundCommand({
        performanceId,
        reservationId,
        accountId,
        seats: [],
        requestHash: Buffer.alloc(0),
      });
      expect(await refund({ database }, refunding)).toMatchObject({ outcome: 'refunded' });
      expect(await pay(command)).toEqual(first);
      expect((await walletOf(database, accountId)).entries).toBe(3);
    });

    it('refuses the key of another request', async () => {
      const first = await heldAndFunded(database);
      const command = payCommand(first);
      const paid = await pay(command);
      const second = await holdSeats(database, first.performanceId, [2], first.accountId);
      const reused = payCommand(second, command.idempotencyKey);
      expect(await pay(reused)).toEqual({ outcome: 'idempotency_key_reused' });
      // Also when both come at once, and may be decided together.
      const both = await Promise.all([command, reused].map((each) => insist(() => pay(each))));
      expect(both).toEqual([paid, { outcome: 'idempotency_key_reused' }]);
    });

    it('gives fifty twins at once one effect and one answer', async () => {
      const command = payCommand(await heldAndFunded(database, { money: PRICE * 3 }));
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => pay(command))));
      expect(tally(outcomes)).toEqual({ paid: 50 });
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
      expect(await walletOf(database, command.accountId)).toMatchObject({ balance: PRICE * 2, entries: 2 });
    });
  });

  describe('when things go wrong', () => {
    it('leaves nothing behind when it fails half-way, and its connection is clean', async () => {
      const hold = await heldAndFunded(database);
      const before = await picture(database, hold);
      const narrow = database.open({ poolSize: 1 });
      const racePoint = async (): Promise<void> => {
        throw new Error('the program fails here');
      };
      const command = payCommand(hold);
      await expect(execute(strategy, { database: narrow, racePoint }, command)).rejects.toThrow('fails here');
      expect(await picture(database, hold)).toEqual(before);
      expect(await execute(strategy, { database: narrow }, command)).toMatchObject({ outcome: 'paid' });
    });

    it.each(['reservation', 'wallet'] as const)(
      'answers contended when the %s is not had in time, and changes nothing',
      async (row) => {
        const hold = await heldAndFunded(database);
        const before = await picture(database, hold);
        const impatient = database.open({ poolSize: 1, lockTimeoutMs: 150, statementTimeoutMs: 400 });
        const command = payCommand(hold);
        const paying = (): Promise<PayOutcome> => execute(strategy, { database: impatient }, command);
        await whileLocked(database, row, hold, async () => {
          expect((await paying()).outcome).toBe('contended');
        });
        expect(await picture(database, hold)).toEqual(before);
        // Its timeouts are short for a busy machine also when nobody has the lock.
        expect(await insist(paying)).toMatchObject({ outcome: 'paid' });
      },
    );

    it('answers contended when the pool is exhausted', async () => {
      const [one, two] = [await heldAndFunded(database), await heldAndFunded(database)];
      const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 150 });
      // The timeout bounds making the connection as well, which takes longer on a busy machine.
      await connected(narrow);
      const gate = createGate();
      const first = execute(strategy, { database: narrow, racePoint: gate.racePoint }, payCommand(one));
      await gate.arrived(1);
      const second = await execute(strategy, { database: narrow }, payCommand(two));
      expect(second).toMatchObject({ outcome: 'contended' });
      gate.open();
      expect(await first).toMatchObject({ outcome: 'paid' });
    });
  });
}

/** The races: with the guard they end well. The controls show each without it. */
export function payRaces(database: TestDatabase, strategy: PayStrategy): void {
  const pay = (command: PayCommand): Promise<PayOutcome> => execute(strategy, { database }, command);

  it('tries again what a serializable transaction could not finish, and nothing else', () => {
    const tries = /(^|\+)serializable$|\+retry$/.test(strategy.name);
    expect(strategy.retries === true).toBe(tries);
  });

  it('takes the money once of fifty payments of one reservation with fifty keys', async () => {
    const hold = await heldAndFunded(database, { money: PRICE * 100 });
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => pay(payCommand(hold)))));
    expect(tally(outcomes)).toEqual({ paid: 1, reservation_not_payable: 49 });
    const balance = PRICE * 99;
    expect(await walletOf(database, hold.accountId)).toEqual({ balance, ledger: balance, entries: 2 });
  });

  it('takes the money once of two whose reads came before both writes', async () => {
    const { outcomes, spent } = await overlap(database, strategy);
    expect(tally(outcomes)['paid']).toBe(1);
    expect(spent).toBe(PRICE);
  });

  it.runIf(hasGap(strategy))(
    'lets a second payment into its gap wait, fail or work, as it declares; one statement behind a lock has none',
    async () => {
      const hold = await heldAndFunded(database, { money: PRICE * 2 });
      await expectMeanwhile(database, strategy, [payCommand(hold), payCommand(hold)]);
    },
  );

  it('notices that the reservation was written between its read and its write, when it goes by versions', async () => {
    const hold = await heldAndFunded(database);
    const gate = createGate(POINT);
    const paying = execute(strategy, { database, racePoint: gate.racePoint }, payCommand(hold));
    await gate.arrived(1);
    const writing = database.sql(`update reservation set version = version + 1 where performance_id = $1`, [
      hold.performanceId,
    ]);
    await settledOrBlocked(database, writing);
    gate.open();
    const outcome = await paying;
    await writing;
    const byVersions =
      /(^|\+)(optimistic|optimistic-rollback|guard-last)$/.test(strategy.name) && strategy.retries !== true;
    expect(outcome.outcome).toBe(byVersions ? 'contended' : 'paid');
    expect((await walletOf(database, hold.accountId)).balance).toBe(byVersions ? PRICE : 0);
  });

  it('does not spend the same money on two reservations', async () => {
    const { outcomes, balance } = await overlapOfOneWallet(database, strategy);
    expect(tally(outcomes)['paid']).toBe(1);
    expect(balance).toBe(0);
  });

  it('refuses a hold that expires while the payment waits for its row', async () => {
    expect(await payAcrossExpiry(database, strategy)).toEqual({ outcome: 'hold_expired' });
  });

  it('refuses a hold that is released while the payment is under way', async () => {
    const { paid, released, balance } = await payBesideRelease(database, strategy);
    const both = [paid, released];
    expect([
      ['paid', 'reservation_not_releasable'],
      ['reservation_not_payable', 'released'],
      ['contended', 'released'],
    ]).toContainEqual(both);
    expect(balance).toBe(paid === 'paid' ? 0 : PRICE);
  });

  it('pays beside the sweeper and beside holds of the same seats at the moment of expiry, one of them', async () => {
    for (let round = 0; round < 10; round += 1) {
      const hold = await heldAndFunded(database, { seats: [1, 2] });
      await moveExpiry(database, hold, 5 * round);
      const rival = holdCommand({
        performanceId: hold.performanceId,
        accountId: someAccount(),
        seats: [2, 3],
      });
      const [paid, held] = await Promise.all([
        insist(() => pay(payCommand(hold))),
        insist(() => execute(optimisticHold, { database }, rival)),
        sweepExpired({ database }, { from: new Date(0), batchSize: 10 }),
      ]);
      expect(['paid', 'hold_expired']).toContain(paid.outcome);
      const seat = await seatOf(database, hold.performanceId, 2);
      if (paid.outcome === 'paid')
        expect(seat).toMatchObject({ state: 'sold', reservation_id: hold.reservationId });
      else expect((await walletOf(database, hold.accountId)).balance).toBe(PRICE * 2);
      expect(paid.outcome === 'paid' && held.outcome === 'held').toBe(false);
    }
  });
}

/** Two payments of one reservation, both past their read before either writes (or one waiting for the other's lock). */
export async function overlap(
  database: TestDatabase,
  strategy: PayStrategy,
): Promise<{ outcomes: { outcome: string }[]; spent: number }> {
  const hold = await heldAndFunded(database, { money: PRICE * 10 });
  const gate = createGate(POINT);
  const two = [database, database.rival].map((service) =>
    execute(strategy, { database: service, racePoint: gate.racePoint }, payCommand(hold)),
  );
  await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
  gate.open();
  const outcomes = await Promise.all(two);
  const [row] = await database.sql<{ spent: number }>(
    `select coalesce(-sum(amount), 0)::int8 as spent from ledger_entry where account_id = $1 and kind = 'payment'`,
    [hold.accountId],
  );
  return { outcomes, spent: row!.spent };
}

/** Payments of two reservations from a wallet that has enough for one. */
export async function overlapOfOneWallet(
  database: TestDatabase,
  strategy: PayStrategy,
): Promise<{ outcomes: { outcome: string }[]; balance: number }> {
  const one = await heldAndFunded(database);
  const other = await holdSeats(database, one.performanceId, [2], one.accountId);
  const gate = createGate(POINT);
  const [first, second] = [database, database.rival].map((service) => ({
    database: service,
    racePoint: gate.racePoint,
  }));
  const two = [execute(strategy, first!, payCommand(one)), execute(strategy, second!, payCommand(other))];
  await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
  gate.open();
  const outcomes = await Promise.all(two);
  return { outcomes, balance: (await walletOf(database, one.accountId)).balance };
}

/**
 * A payment that read the hold alive and then waits for its row, which another transaction has locked until the hold is
 * over. The other transaction changes nothing, so that PostgreSQL does not check the update's condition again.
 */
export async function payAcrossExpiry(database: TestDatabase, strategy: PayStrategy): Promise<PayOutcome> {
  const patient = database.open({ lockTimeoutMs: 0, statementTimeoutMs: 20_000 });
  for (const ms of [400, 2_000, 8_000]) {
    const hold = await heldAndFunded(database);
    const expiresAt = await moveExpiry(database, hold, ms);
    const { paying, isInTime } = await whileLocked(database, 'reservation', hold, async () => {
      const payment = execute(strategy, { database: patient }, payCommand(hold));
      await settledOrBlocked(database, payment);
      const wasAlive = !(await hasPassed(database, expiresAt));
      await passed(database, expiresAt);
      return { paying: payment, isInTime: wasAlive };
    });
    const outcome = await paying;
    // The machine was so slow that the hold was over before the payment came to its row.
    if (!isInTime) continue;
    // Whoever does not wait is told to try again, and then hears how it is.
    return outcome.outcome === 'contended'
      ? await execute(strategy, { database }, payCommand(hold))
      : outcome;
  }
  throw new Error('no payment came to its row in time');
}

/** A payment that pauses at its race point while its hold is released. */
export async function payBesideRelease(
  database: TestDatabase,
  strategy: PayStrategy,
): Promise<{ paid: string; released: string; balance: number }> {
  const hold = await heldAndFunded(database);
  const gate = createGate(POINT);
  const paying = execute(strategy, { database, racePoint: gate.racePoint }, payCommand(hold));
  await gate.arrived(1);
  const releasing = release({ database }, hold);
  await settledOrBlocked(database, releasing);
  gate.open();
  const [paid, released] = await Promise.all([paying, releasing]);
  return {
    paid: paid.outcome,
    released: released.outcome,
    balance: (await walletOf(database, hold.accountId)).balance,
  };
}
