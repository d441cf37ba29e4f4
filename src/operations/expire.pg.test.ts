import { describe, expect, it } from 'vitest';
import { whileLocked } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { insist, tally } from '../../test/conformance/conformance.ts';
import { useDatabase } from '../../test/support/database.ts';
import { createGate, settledOrBlocked } from '../../test/support/gate.ts';
import {
  topUpCommand,
  expireHold,
  giveMoney,
  holdCommand,
  holdSeats,
  liveClaims,
  moveExpiry,
  passed,
  payCommand,
  refundCommand,
  seatOf,
  someAccount,
} from '../../test/support/fixture.ts';
import { pictureOf, reservationOf, violationsIn } from '../../test/support/state.ts';
import { sqlstateOf } from '../db/sqlstate.ts';
import { TOP_UP_STRATEGIES } from './top-up/strategies.ts';
import type { HoldCommand } from './hold/hold.ts';
import type { HoldStrategy } from './hold/hold.ts';
import { HOLD_STRATEGIES } from './hold/strategies.ts';
import type { PayStrategy } from './pay/pay.ts';
import { PAY_STRATEGIES } from './pay/strategies.ts';
import { refund } from './refund/refund.ts';
import { release } from './release.ts';
import { sweepExpired } from './expire.ts';
import type { SweepResult } from './expire.ts';
import { execute } from '../../test/support/execute.ts';

const database = useDatabase();
const START = new Date(0);
const holdStrategies = HOLD_STRATEGIES.filter((strategy) => strategy.use === 'service');
const payStrategies = PAY_STRATEGIES.filter((strategy) => strategy.use === 'service');

function sweep(batchSize = 1_000, from = START): Promise<SweepResult> {
  return sweepExpired({ database }, { from, batchSize });
}

/** An expired hold that no sweep has seen. */
async function expired(
  performanceId: string,
  seats: readonly number[],
  accountId?: string,
): Promise<HoldCommand> {
  const hold = await holdSeats(database, performanceId, seats, accountId);
  await expireHold(database, hold);
  return hold;
}

describe('a sweep', () => {
  it('writes what expiry left unwritten: the reservation is expired and its seats are free', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await expired(performanceId, [1, 2]);
    const { expires_at: expiresAt } = (
      await database.sql<{ expires_at: Date }>(
        `select expires_at from reservation where reservation_id = $1`,
        [hold.reservationId],
      )
    )[0]!;
    expect(await sweep()).toEqual({ outcome: 'swept', expired: 1, sweptUntil: expiresAt });
    expect(await reservationOf(database, hold)).toEqual({ state: 'expired', version: 1 });
    const free = { state: 'free', version: 2, reservation_id: null, held_until: null };
    expect(await seatOf(database, performanceId, 1)).toEqual(free);
    expect(await seatOf(database, performanceId, 2)).toEqual(free);
    expect(await liveClaims(database, hold)).toBe(0);
  });

  it('leaves alone what has not expired, is paid, released or refunded', async () => {
    const performanceId = await plantPerformance(database, { price: 0, seatLimit: null });
    await holdSeats(database, performanceId, [1]);
    const [paid, released, refunded] = [
      await holdSeats(database, performanceId, [2]),
      await holdSeats(database, performanceId, [3]),
      await holdSeats(database, performanceId, [4]),
    ];
    for (const hold of [paid, refunded]) await execute(PAY_STRATEGIES[0], { database }, payCommand(hold));
    await release({ database }, released);
    await refund({ database }, refundCommand(refunded));
    // Their holds would have expired by now.
    for (const hold of [paid, released, refunded]) await expireHold(database, hold);
    const before = await pictureOf(database, performanceId);
    expect(await sweep()).toEqual({ outcome: 'swept', expired: 0, sweptUntil: undefined });
    expect(await pictureOf(database, performanceId)).toEqual(before);
  });

  it('changes nothing the second time', async () => {
    const performanceId = await plantPerformance(database);
    await expired(performanceId, [1]);
    expect(await sweep()).toMatchObject({ expired: 1 });
    const before = await pictureOf(database, performanceId);
    expect(await sweep()).toMatchObject({ expired: 0 });
    expect(await pictureOf(database, performanceId)).toEqual(before);
  });

  it('is no larger than its batch, begins with what expired first, and can go on from there', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: null });
    const holds: HoldCommand[] = [];
    for (const [i, ms] of [-1_000, -5_000, -3_000, -2_000, -4_000].entries()) {
      const hold = await holdSeats(database, performanceId, [i + 1]);
      await moveExpiry(database, hold, ms);
      holds.push(hold);
    }
    const stateOfEach = async (): Promise<string[]> =>
      Promise.all(holds.map(async (hold) => (await reservationOf(database, hold)).state));
    const first = await sweep(2);
    expect(first).toMatchObject({ expired: 2 });
    expect(await stateOfEach()).toEqual(['held', 'expired', 'held', 'held', 'expired']);
    const second = await sweep(2, first.sweptUntil);
    expect(second).toMatchObject({ expired: 2 });
    expect(await stateOfEach()).toEqual(['held', 'expired', 'expired', 'expired', 'expired']);
    expect(await sweep(2, second.sweptUntil)).toMatchObject({ expired: 1 });
    expect(await sweep(2)).toMatchObject({ expired: 0 });
  });

  it('passes over what expired before it is to begin', async () => {
    const performanceId = await plantPerformance(database);
    const [older, newer] = [
      await holdSeats(database, performanceId, [1]),
      await holdSeats(database, performanceId, [2]),
    ];
    await moveExpiry(database, older, -60_000);
    const at = await moveExpiry(database, newer, -1_000);
    expect(await sweep(10, at)).toEqual({ outcome: 'swept', expired: 1, sweptUntil: at });
    expect(await reservationOf(database, older)).toMatchObject({ state: 'held' });
    expect(await sweep()).toMatchObject({ expired: 1 });
  });

  it('does not free a seat that a new hold or a new owner took over', async () => {
    const performanceId = await plantPerformance(database, { price: 0 });
    const hold = await expired(performanceId, [1, 2, 3]);
    const [held, sold] = [
      await holdSeats(database, performanceId, [2]),
      await holdSeats(database, performanceId, [3]),
    ];
    await execute(PAY_STRATEGIES[0], { database }, payCommand(sold));
    expect(await sweep()).toMatchObject({ expired: 1 });
    expect(await reservationOf(database, hold)).toMatchObject({ state: 'expired' });
    expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'free' });
    expect(await seatOf(database, performanceId, 2)).toMatchObject({ reservation_id: held.reservationId });
    expect(await seatOf(database, performanceId, 3)).toMatchObject({
      state: 'sold',
      reservation_id: sold.reservationId,
    });
  });

  it('leaves the limit to the next hold, which counts no expired claim', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: 2 });
    const hold = await expired(performanceId, [1, 2]);
    expect(await sweep()).toMatchObject({ expired: 1 });
    await holdSeats(database, performanceId, [3, 4], hold.accountId);
    expect(await liveClaims(database, hold)).toBe(2);
  });
});

describe('when things go wrong', () => {
  it('leaves nothing behind when it fails', async () => {
    const performanceId = await plantPerformance(database);
    await expired(performanceId, [1]);
    const before = await pictureOf(database, performanceId);
    const racePoint = async (): Promise<void> => {
      throw new Error('the program fails here');
    };
    const options = { from: START, batchSize: 10 };
    await expect(sweepExpired({ database, racePoint }, options)).rejects.toThrow('the program fails here');
    await database.sql(`alter table reservation add constraint broken check (state <> 'expired') not valid`);
    await expect(sweep()).rejects.toThrow('broken');
    await database.sql(`alter table reservation drop constraint broken`);
    expect(await pictureOf(database, performanceId)).toEqual(before);
    expect(await sweep()).toMatchObject({ expired: 1 });
  });

  it('fails when a seat is not acquired in time, and has changed nothing', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await expired(performanceId, [1, 2]);
    const before = await pictureOf(database, performanceId);
    const impatient = database.open({ poolSize: 1, lockTimeoutMs: 100 });
    const error = await whileLocked(database, 'seats', hold, () =>
      sweepExpired({ database: impatient }, { from: START, batchSize: 10 }).catch(
        (reason: unknown) => reason,
      ),
    );
    expect(sqlstateOf(error)).toBe('55P03');
    expect(await pictureOf(database, performanceId)).toEqual(before);
    expect(await sweepExpired({ database: impatient }, { from: START, batchSize: 10 })).toMatchObject({
      expired: 1,
    });
  });
});

describe('beside others', () => {
  it('shares the work with another sweep: each reservation is swept once', async () => {
    const performanceId = await plantPerformance(database, { seats: 40, seatLimit: null });
    const holds = await Promise.all(Array.from({ length: 40 }, (_, i) => expired(performanceId, [i + 1])));
    const results = await Promise.all(Array.from({ length: 8 }, () => sweep(10)));
    const swept = results.reduce((sum, result) => sum + result.expired, 0);
    expect(swept + (await sweep()).expired).toBe(40);
    for (const hold of holds) {
      expect(await reservationOf(database, hold)).toEqual({ state: 'expired', version: 1 });
    }
  });

  it('does not wait for a reservation that somebody has locked, and takes it the next time', async () => {
    const performanceId = await plantPerformance(database);
    const [locked, other] = [await expired(performanceId, [1]), await expired(performanceId, [2])];
    await whileLocked(database, 'reservation', locked, async () => {
      expect(await sweep()).toMatchObject({ expired: 1 });
    });
    expect(await reservationOf(database, locked)).toMatchObject({ state: 'held' });
    expect(await reservationOf(database, other)).toMatchObject({ state: 'expired' });
    expect(await sweep()).toMatchObject({ expired: 1 });
  });

  it.each(payStrategies.map((strategy) => [strategy.name, strategy] as const))(
    'leaves pay/%s to finish what was decided before the expiry',
    async (_, strategy) => {
      for (const ms of [300, 1_500, 7_500]) {
        const { swept, paid, seat } = await sweepBesidePayment(strategy, ms);
        // The machine was so slow that the hold expired before the payment came to its decision; a group,
        // which does not wait long for the wallet, decides more than once.
        if (paid === 'hold_expired') continue;
        expect({ swept, paid, seat }).toEqual({ swept: 0, paid: 'paid', seat: 'sold' });
        return;
      }
      throw new Error('no payment was decided in time');
    },
  );

  it.each(payStrategies.map((strategy) => [strategy.name, strategy] as const))(
    'and pay/%s agree on a hold that expires between its read and its write',
    async (_, strategy) => {
      const performanceId = await plantPerformance(database, { price: 700, seatLimit: null });
      const hold = await holdSeats(database, performanceId, [1]);
      await giveMoney(database, hold.accountId, 700);
      const gate = createGate('pay: between read and write');
      const paying = execute(strategy, { database, racePoint: gate.racePoint }, payCommand(hold));
      await gate.arrived(1);
      // Where the payment has the row locked already, the expiry comes after its decision and the sweep passes over it.
      const expiring = expireHold(database, hold);
      await settledOrBlocked(database, expiring);
      const { expired: swept } = await sweep();
      gate.open();
      const { outcome } = await paying;
      await expiring;
      expect([
        ['hold_expired', 1],
        ['paid', 0],
      ]).toContainEqual([outcome, swept]);
    },
  );

  it.each(holdStrategies.map((strategy) => [strategy.name, strategy] as const))(
    'does not free the seat that hold/%s is just taking over',
    async (_, strategy) => {
      const { swept, held, seat, next } = await sweepBesideHold(strategy, () => sweep());
      expect(held).toBe('held');
      expect(swept).toMatchObject({ expired: 1 });
      expect(seat).toMatchObject({ state: 'held', reservation_id: next.reservationId });
    },
  );
});

/**
 * A sweep of a hold that expires in `ms` and whose payment is decided and not finished: it waits for its
 * wallet. Another sweep follows when the payment is over.
 */
async function sweepBesidePayment(
  strategy: PayStrategy,
  ms: number,
): Promise<{ swept: number; paid: string; seat: string }> {
  const performanceId = await plantPerformance(database, { price: 700, seatLimit: null });
  const hold = await holdSeats(database, performanceId, [1]);
  await giveMoney(database, hold.accountId, 700);
  // It waits for longer than any hold here lasts.
  const patient = database.open({ acquireTimeoutMs: 20_000, lockTimeoutMs: 0, statementTimeoutMs: 20_000 });
  const [paid, beside] = await whileLocked(database, 'wallet', hold, async (letGo) => {
    const expiresAt = await moveExpiry(database, hold, ms);
    const paying = execute(strategy, { database: patient }, payCommand(hold));
    await settledOrBlocked(database, paying);
    await passed(database, expiresAt);
    const result = await sweep();
    await letGo();
    return [await paying, result] as const;
  });
  const after = await sweep();
  const { state: seat } = await seatOf(database, performanceId, 1);
  return { swept: beside.expired + after.expired, paid: paid.outcome, seat };
}

/** A sweep of an expired hold whose seat another hold has taken and not committed: it waits for its limit row. */
async function sweepBesideHold<Result>(
  strategy: HoldStrategy,
  sweeping: (old: HoldCommand) => Promise<Result>,
): Promise<{ swept: Result; held: string; seat: unknown; next: HoldCommand }> {
  const performanceId = await plantPerformance(database);
  const accountId = someAccount();
  const other = await holdSeats(database, performanceId, [2], accountId);
  const old = await expired(performanceId, [1]);
  const next = holdCommand({ performanceId, accountId, seats: [1] });
  const [held, swept] = await whileLocked(database, 'limit', other, async (letGo) => {
    const holding = execute(strategy, { database }, next);
    await settledOrBlocked(database, holding);
    const tidying = sweeping(old);
    await settledOrBlocked(database, tidying, 2);
    await letGo();
    return Promise.all([holding, tidying]);
  });
  return { swept, held: held.outcome, seat: await seatOf(database, performanceId, 1), next };
}

it('is harmless to everything at once', async () => {
  const performanceId = await plantPerformance(database, { seats: 24, price: 100, seatLimit: 6 });
  const accounts = Array.from({ length: 8 }, someAccount);
  for (const accountId of accounts) await giveMoney(database, accountId, 1_000);
  const sold = new AbortController();
  const sweeping = (async () => {
    let swept = 0;
    while (!sold.signal.aborted) swept += (await sweep(3)).expired;
    return swept;
  })();
  const buyers = accounts.map(async (accountId, buyer) => {
    for (let round = 0; round < 12; round += 1) await buy(performanceId, accountId, buyer * 12 + round);
  });
  await Promise.all(buyers).finally(() => sold.abort());
  expect(await sweeping).toBeGreaterThan(0);
  expect(await violationsIn(database)).toEqual([]);
});

/** One purchase, which ends in one of the ways that purchases end. */
async function buy(performanceId: string, accountId: string, number: number): Promise<void> {
  const first = 1 + ((number * 7) % 23);
  const hold = holdCommand({ performanceId, accountId, seats: [first, first + 1] });
  const topUp = TOP_UP_STRATEGIES[0];
  await execute(topUp, { database }, topUpCommand({ accountId, amount: 100 }));
  const strategy = holdStrategies[number % holdStrategies.length]!;
  const held = await insist(() => execute(strategy, { database }, hold));
  if (held.outcome !== 'held') return;
  const pay = payStrategies[number % payStrategies.length]!;
  const ending = number % 4;
  if (ending === 0) await release({ database }, hold);
  // An expiry of a moment lets payment, sweep and the next hold meet.
  if (ending === 1) await moveExpiry(database, hold, number % 3);
  if (ending === 2) await moveExpiry(database, hold, -1);
  const paid = await insist(() => execute(pay, { database }, payCommand(hold)));
  expect(Object.keys(tally([paid]))).not.toContain('contended');
  if (number % 3 === 0) await refund({ database }, refundCommand(hold));
}

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});

describe('without its conditions', () => {
  it('frees the seat that another is just taking over, which is then sold twice', async () => {
    const { held, seat, next } = await sweepBesideHold(HOLD_STRATEGIES[0], async (old) => {
      await database.sql(
        `update reservation set state = 'expired', version = version + 1 where reservation_id = $1`,
        [old.reservationId],
      );
      await database.sql(
        `update seat set state = 'free', version = version + 1, held_until = null, reservation_id = null
         where performance_id = $1 and seat_number = any($2)`,
        [old.performanceId, old.seats],
      );
    });
    expect(held).toBe('held');
    expect(seat).toMatchObject({ state: 'free' });
    await holdSeats(database, next.performanceId, [1]);
    expect(await violationsIn(database)).toContainEqual(
      expect.stringMatching(/^1: seat 1 of .* is claimed 2 times/),
    );
  });
});
