import { describe, expect, it } from 'vitest';
import { whileLocked } from '../../../test/support/blocker.ts';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import type { PlantedPerformance } from '../../load/plant.ts';
import { expectOneEffect, tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { createGate, settledOrBlocked, until } from '../../../test/support/gate.ts';
import {
  buySeats,
  topUpCommand,
  expireHold,
  giveMoney,
  holdCommand,
  holdSeats,
  liveClaims,
  payCommand,
  refundCommand,
  seatOf,
  someAccount,
  walletOf,
} from '../../../test/support/fixture.ts';
import { pictureOf, reservationOf, violationsIn } from '../../../test/support/state.ts';
import { BALANCE_MAX } from '../../domain/money.ts';
import { TOP_UP_STRATEGIES } from '../top-up/strategies.ts';
import { sweepExpired } from '../expire.ts';
import type { HoldCommand } from '../hold/hold.ts';
import { HOLD_STRATEGIES } from '../hold/strategies.ts';
import { PAY_STRATEGIES } from '../pay/strategies.ts';
import { release } from '../release.ts';
import { refund } from './refund.ts';
import { execute } from '../../../test/support/execute.ts';
import { asReplay } from '../../domain/outcomes.ts';

const database = useDatabase();
const PRICE = 30_000;
const holdStrategies = HOLD_STRATEGIES.filter((strategy) => strategy.use === 'service');
const payStrategies = PAY_STRATEGIES.filter((strategy) => strategy.use === 'service');

/** A paid reservation of two seats whose account has nothing left. */
async function bought(options: Partial<PlantedPerformance> = {}): Promise<HoldCommand> {
  return buySeats(database, await plantPerformance(database, { price: PRICE, ...options }), [1, 2]);
}

/** Moves the moment until which buyers may refund to `ms` from now. */
async function moveDeadline(performanceId: string, ms: number): Promise<void> {
  await database.sql(
    `update performance set refundable_until = clock_timestamp() + $2 * interval '1 ms' where performance_id = $1`,
    [performanceId, ms],
  );
}

describe('one after another', () => {
  it('gives the money back and frees the seats, which count no longer and may be bought again', async () => {
    const hold = await bought();
    const command = refundCommand(hold);
    const outcome = await refund({ database }, command);
    expect(outcome).toMatchObject({
      outcome: 'refunded',
      performanceId: hold.performanceId,
      reservationId: hold.reservationId,
      amount: PRICE * 2,
      seq: 3,
      balanceAfter: PRICE * 2,
    });
    expect(await walletOf(database, hold.accountId)).toEqual({
      balance: PRICE * 2,
      ledger: PRICE * 2,
      entries: 3,
    });
    const [entry] = await database.sql(
      `select kind::text, amount::int8, key, reservation_id from ledger_entry where account_id = $1 and seq = 3`,
      [hold.accountId],
    );
    expect(entry).toEqual({
      kind: 'refund',
      amount: PRICE * 2,
      key: command.idempotencyKey,
      reservation_id: hold.reservationId,
    });
    const free = { state: 'free', version: 3, reservation_id: null, held_until: null };
    expect(await seatOf(database, hold.performanceId, 1)).toEqual(free);
    expect(await seatOf(database, hold.performanceId, 2)).toEqual(free);
    expect(await reservationOf(database, hold)).toEqual({ state: 'refunded', version: 2 });
    expect(await liveClaims(database, hold)).toBe(0);
    await buySeats(database, hold.performanceId, [1, 2]);
  });

  it('leaves the other seats and claims of its account alone', async () => {
    const hold = await bought();
    const other = await buySeats(database, hold.performanceId, [3], hold.accountId);
    const held = await holdSeats(database, hold.performanceId, [4], hold.accountId);
    expect(await refund({ database }, refundCommand(hold))).toMatchObject({ outcome: 'refunded' });
    expect(await seatOf(database, hold.performanceId, 3)).toMatchObject({ state: 'sold' });
    expect(await reservationOf(database, other)).toMatchObject({ state: 'confirmed' });
    expect(await liveClaims(database, held)).toBe(2);
  });

  it('refunds what cost nothing', async () => {
    const hold = await bought({ price: 0, seatLimit: null });
    expect(await refund({ database }, refundCommand(hold))).toMatchObject({
      outcome: 'refunded',
      amount: 0,
      balanceAfter: 0,
    });
  });

  it('pays back what is owed although the wallet then holds more than a top-up may fill it to', async () => {
    const hold = await bought();
    await giveMoney(database, hold.accountId, BALANCE_MAX);
    expect(await refund({ database }, refundCommand(hold))).toMatchObject({
      outcome: 'refunded',
      balanceAfter: BALANCE_MAX + PRICE * 2,
    });
    const topUp = topUpCommand({ accountId: hold.accountId, amount: 1 });
    expect(await execute(TOP_UP_STRATEGIES[0], { database }, topUp)).toMatchObject({
      outcome: 'balance_limit_exceeded',
    });
  });

  it('does not find the reservation of another account, nor one that is not there', async () => {
    const hold = await bought();
    const before = await pictureOf(database, hold.performanceId);
    const notFound = { outcome: 'not_found', what: 'reservation' };
    const thief = { ...hold, accountId: someAccount() };
    expect(await refund({ database }, { ...refundCommand(thief), byOperator: true })).toEqual(notFound);
    const never = holdCommand({ performanceId: hold.performanceId, accountId: hold.accountId, seats: [1] });
    expect(await refund({ database }, refundCommand(never))).toEqual(notFound);
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
  });

  it('refuses what was never paid, and what is refunded already', async () => {
    const performanceId = await plantPerformance(database, { price: PRICE });
    const refused = { outcome: 'reservation_not_refundable', reason: 'state' };
    const hold = await holdSeats(database, performanceId, [1]);
    const before = await pictureOf(database, performanceId);
    expect(await refund({ database }, refundCommand(hold))).toEqual({ ...refused, state: 'held' });
    expect(await pictureOf(database, performanceId)).toEqual(before);
    await release({ database }, hold);
    expect(await refund({ database }, refundCommand(hold))).toEqual({ ...refused, state: 'released' });
    const paid = await bought();
    await refund({ database }, refundCommand(paid));
    expect(await refund({ database }, { ...refundCommand(paid), byOperator: true })).toEqual({
      ...refused,
      state: 'refunded',
    });
    expect(await walletOf(database, paid.accountId)).toMatchObject({ balance: PRICE * 2, entries: 3 });
  });

  it('says of an expired hold that it has expired, swept or not', async () => {
    const hold = await holdSeats(database, await plantPerformance(database), [1]);
    await expireHold(database, hold);
    expect(await refund({ database }, refundCommand(hold))).toEqual({ outcome: 'hold_expired' });
    await sweepExpired({ database }, { from: new Date(0), batchSize: 1_000 });
    expect(await refund({ database }, refundCommand(hold))).toEqual({ outcome: 'hold_expired' });
  });

  it('refuses a buyer after the deadline, and never an operator', async () => {
    const hold = await bought();
    await moveDeadline(hold.performanceId, 60_000);
    await refund({ database }, refundCommand(await buySeats(database, hold.performanceId, [3])));
    await moveDeadline(hold.performanceId, 0);
    const before = await pictureOf(database, hold.performanceId);
    const command = refundCommand(hold);
    expect(await refund({ database }, command)).toEqual({
      outcome: 'reservation_not_refundable',
      state: 'confirmed',
      reason: 'deadline',
    });
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
    expect(await refund({ database }, { ...command, byOperator: true })).toMatchObject({
      outcome: 'refunded',
    });
  });
});

describe('exactly once', () => {
  it('answers a repeated request as the first time, whatever came after it', async () => {
    const hold = await bought();
    const command = refundCommand(hold);
    const first = await refund({ database }, command);
    expect(first.outcome).toBe('refunded');
    await giveMoney(database, hold.accountId, 5);
    await moveDeadline(hold.performanceId, -1_000);
    await buySeats(database, hold.performanceId, [1]);
    const before = await pictureOf(database, hold.performanceId);
    expect(await refund({ database }, command)).toEqual(asReplay(first));
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
  });

  it('refuses the key of a payment, of a top-up and of the refund of another reservation', async () => {
    const hold = await holdSeats(database, await plantPerformance(database, { price: PRICE }), [1]);
    const topUp = topUpCommand({ accountId: hold.accountId, amount: PRICE * 2 });
    await execute(TOP_UP_STRATEGIES[0], { database }, topUp);
    const pay = payCommand(hold);
    expect(await execute(PAY_STRATEGIES[0], { database }, pay)).toMatchObject({ outcome: 'paid' });
    const before = await pictureOf(database, hold.performanceId);
    const reused = { outcome: 'idempotency_key_reused' };
    expect(await refund({ database }, refundCommand(hold, pay.idempotencyKey))).toEqual(reused);
    expect(await refund({ database }, refundCommand(hold, topUp.idempotencyKey))).toEqual(reused);
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
    const other = await buySeats(database, hold.performanceId, [2], hold.accountId);
    const command = refundCommand(other);
    await refund({ database }, command);
    expect(await refund({ database }, refundCommand(hold, command.idempotencyKey))).toEqual(reused);
    expect(await reservationOf(database, hold)).toMatchObject({ state: 'confirmed' });
  });

  it('refuses the key of a refund to a payment', async () => {
    const hold = await bought();
    const command = refundCommand(hold);
    await refund({ database }, command);
    const next = await holdSeats(database, hold.performanceId, [3], hold.accountId);
    const payment = payCommand(next, command.idempotencyKey);
    for (const strategy of payStrategies) {
      expect(await execute(strategy, { database }, payment)).toEqual({ outcome: 'idempotency_key_reused' });
    }
  });

  it('remembers only success: a refused request may be sent again with its key', async () => {
    const hold = await bought();
    await moveDeadline(hold.performanceId, -1_000);
    const command = refundCommand(hold);
    expect(await refund({ database }, command)).toMatchObject({ reason: 'deadline' });
    await moveDeadline(hold.performanceId, 60_000);
    expect(await refund({ database }, command)).toMatchObject({ outcome: 'refunded' });
  });

  it('gives fifty duplicates at once one effect and one answer', async () => {
    const hold = await bought();
    const command = refundCommand(hold);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => refund({ database }, command)));
    expect(tally(outcomes)).toEqual({ refunded: 50 });
    expectOneEffect(outcomes);
    expect(await walletOf(database, hold.accountId)).toMatchObject({ balance: PRICE * 2, entries: 3 });
  });
});

describe('at once', () => {
  it('gives the money back once to fifty refunds with fifty keys, by the buyer and by an operator', async () => {
    const hold = await bought();
    const commands = Array.from({ length: 50 }, (_, i) => ({
      ...refundCommand(hold),
      byOperator: i % 2 === 0,
    }));
    const outcomes = await Promise.all(commands.map((command) => refund({ database }, command)));
    expect(tally(outcomes)).toEqual({ refunded: 1, reservation_not_refundable: 49 });
    expect(await walletOf(database, hold.accountId)).toMatchObject({ balance: PRICE * 2, entries: 3 });
    expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'free', version: 3 });
  });

  it('keeps every unit of twenty refunds, payments and top-ups of one wallet', async () => {
    const performanceId = await plantPerformance(database, { price: PRICE, seats: 40, seatLimit: null });
    const accountId = someAccount();
    const paid = await Promise.all(
      Array.from({ length: 20 }, (_, i) => buySeats(database, performanceId, [i + 1], accountId)),
    );
    const held = await Promise.all(
      Array.from({ length: 20 }, (_, i) => holdSeats(database, performanceId, [i + 21], accountId)),
    );
    await giveMoney(database, accountId, 20 * PRICE);
    const outcomes = await Promise.all([
      ...paid.map((hold) => refund({ database }, refundCommand(hold))),
      ...held.map((hold) => execute(PAY_STRATEGIES[0], { database }, payCommand(hold))),
      ...held.map(() => execute(TOP_UP_STRATEGIES[0], { database }, topUpCommand({ accountId }))),
    ]);
    expect(tally(outcomes)).toEqual({ refunded: 20, paid: 20, topped_up: 20 });
    const balance = 20 * PRICE + 20 * 1_000;
    expect(await walletOf(database, accountId)).toEqual({ balance, ledger: balance, entries: 20 * 5 + 1 });
  });
});

describe('when things go wrong', () => {
  it('leaves nothing behind when it fails before or after its first write, and its connection is clean', async () => {
    const hold = await bought();
    const before = await pictureOf(database, hold.performanceId);
    const narrow = database.open({ poolSize: 1 });
    const racePoint = async (): Promise<void> => {
      throw new Error('the program fails here');
    };
    const command = refundCommand(hold);
    await expect(refund({ database: narrow, racePoint }, command)).rejects.toThrow('the program fails here');
    await database.sql(`alter table ledger_entry add constraint broken check (kind <> 'refund') not valid`);
    await expect(refund({ database: narrow }, command)).rejects.toThrow('broken');
    await database.sql(`alter table ledger_entry drop constraint broken`);
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
    expect(await refund({ database: narrow }, command)).toMatchObject({ outcome: 'refunded' });
  });

  it('refuses to refund a reservation whose seats are not its own: that is an error of the program', async () => {
    const hold = await bought();
    await database.sql(
      `update seat set state = 'free', reservation_id = null where performance_id = $1 and seat_number = 2`,
      [hold.performanceId],
    );
    const before = await pictureOf(database, hold.performanceId);
    await expect(refund({ database }, refundCommand(hold))).rejects.toThrow('does not own its seats');
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
    await database.sql(
      `update seat set state = 'sold', reservation_id = $2 where performance_id = $1 and seat_number = 2`,
      [hold.performanceId, hold.reservationId],
    );
  });

  it.each(['reservation', 'seats', 'limit', 'wallet'] as const)(
    'answers contended when the %s is not acquired in time, and has changed nothing',
    async (rows) => {
      const hold = await bought();
      const before = await pictureOf(database, hold.performanceId);
      const impatient = database.open({ poolSize: 1, lockTimeoutMs: 100 });
      const command = refundCommand(hold);
      const outcome = await whileLocked(database, rows, hold, () => refund({ database: impatient }, command));
      expect(outcome).toEqual({ outcome: 'contended', cause: '55P03' });
      expect(await pictureOf(database, hold.performanceId)).toEqual(before);
      expect(await refund({ database: impatient }, command)).toMatchObject({ outcome: 'refunded' });
    },
  );

  it('answers contended to a duplicate that could not wait, and then gives it the one answer', async () => {
    const hold = await bought();
    const command = refundCommand(hold);
    const patient = database.open({ poolSize: 1, lockTimeoutMs: 0 });
    const impatient = database.open({ poolSize: 1, lockTimeoutMs: 150 });
    const gate = createGate('refund: before write');
    const waiting = refund({ database: impatient, racePoint: gate.racePoint }, command);
    await gate.arrived(1);
    const [first, second] = await whileLocked(database, 'wallet', hold, async (letGo) => {
      const winning = refund({ database: patient }, command);
      await settledOrBlocked(database, winning);
      gate.open();
      const duplicate = await waiting;
      await letGo();
      return [await winning, duplicate] as const;
    });
    expect(first).toMatchObject({ outcome: 'refunded' });
    expect(second).toEqual({ outcome: 'contended', cause: '55P03' });
    expect(await refund({ database: impatient }, command)).toEqual(asReplay(first));
  });
});

describe.each(payStrategies.map((strategy) => [strategy.name, strategy] as const))(
  'beside pay/%s',
  (_, strategy) => {
    it('refuses what is not yet paid, and refunds it as soon as it is', async () => {
      const performanceId = await plantPerformance(database, { price: PRICE });
      const hold = await holdSeats(database, performanceId, [1]);
      await giveMoney(database, hold.accountId, PRICE);
      const command = refundCommand(hold);
      const [paid, early] = await whileLocked(database, 'wallet', hold, async (letGo) => {
        const paying = execute(strategy, { database }, payCommand(hold));
        await settledOrBlocked(database, paying);
        const refunding = refund({ database }, command);
        await settledOrBlocked(database, refunding, 2);
        await letGo();
        return Promise.all([paying, refunding]);
      });
      expect(paid.outcome).toBe('paid');
      expect([
        { outcome: 'reservation_not_refundable', state: 'held', reason: 'state' },
        { outcome: 'contended', cause: 'version' },
        { outcome: 'contended', cause: 'paying' },
      ]).toContainEqual(early);
      expect(await refund({ database }, command)).toMatchObject({ outcome: 'refunded', seq: 3 });
    });

    it('does not let a payment that is under way pay again for what is refunded', async () => {
      const performanceId = await plantPerformance(database, { price: PRICE });
      const hold = await holdSeats(database, performanceId, [1]);
      await giveMoney(database, hold.accountId, PRICE * 3);
      const gate = createGate('pay: between read and write');
      const late = execute(strategy, { database, racePoint: gate.racePoint }, payCommand(hold));
      await gate.arrived(1);
      const first = execute(PAY_STRATEGIES[0], { database }, payCommand(hold));
      await settledOrBlocked(database, first);
      if (await isSettled(first)) await refund({ database }, refundCommand(hold));
      gate.open();
      const paid = tally(await Promise.all([first, late]))['paid'];
      expect(paid).toBe(1);
      const refunded = (await reservationOf(database, hold)).state === 'refunded';
      const balance = PRICE * (refunded ? 3 : 2);
      expect(await walletOf(database, hold.accountId)).toMatchObject({ balance, ledger: balance });
    });
  },
);

/** Whether a promise is settled already. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe.each(holdStrategies.map((strategy) => [strategy.name, strategy] as const))(
  'beside hold/%s',
  (_, strategy) => {
    it('sells a seat again that is being given back, and only then', async () => {
      const hold = await bought();
      const next = holdCommand({ ...hold, accountId: someAccount(), seats: [2, 3] });
      const [refunded, held] = await whileLocked(database, 'wallet', hold, async (letGo) => {
        const refunding = refund({ database }, refundCommand(hold));
        await settledOrBlocked(database, refunding);
        const holding = execute(strategy, { database }, next);
        await settledOrBlocked(database, holding, 2);
        await letGo();
        return Promise.all([refunding, holding]);
      });
      expect(refunded.outcome).toBe('refunded');
      expect(['held', 'seat_taken', 'contended']).toContain(held.outcome);
      expect(await execute(strategy, { database }, next)).toMatchObject({ outcome: 'held' });
      expect(await seatOf(database, hold.performanceId, 2)).toMatchObject({
        reservation_id: next.reservationId,
      });
    });
  },
);

it('reads the deadline after it has waited for the reservation', async () => {
  const hold = await bought();
  const outcome = await whileLocked(database, 'reservation', hold, async (letGo) => {
    await moveDeadline(hold.performanceId, 200);
    const refunding = refund({ database }, refundCommand(hold));
    await settledOrBlocked(database, refunding);
    await until(async () => {
      const [row] = await database.sql<{ over: boolean }>(
        `select refundable_until <= clock_timestamp() as over from performance where performance_id = $1`,
        [hold.performanceId],
      );
      return row!.over;
    });
    await letGo();
    return refunding;
  });
  expect(outcome).toMatchObject({ outcome: 'reservation_not_refundable', reason: 'deadline' });
});

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});

describe('without its conditions', () => {
  /** Two refunds that have both read that the reservation is confirmed, and then write; how many thought they did. */
  async function overlap(): Promise<{ refunds: number; balance: number }> {
    const hold = await bought();
    const clients = [await database.pool.connect(), await database.pool.connect()];
    try {
      for (const client of clients) {
        await client.query('begin');
        await client.query(`select state from reservation where reservation_id = $1`, [hold.reservationId]);
      }
      const writing = clients.map(async (client, i) => {
        await client.query(
          `update reservation set state = 'refunded', version = version + 1, refunded_seats = seat_ids
           where reservation_id = $1`,
          [hold.reservationId],
        );
        await client.query(
          `with credited as (
             update wallet set balance = balance + $2, version = version + 1 where account_id = $1
             returning version, balance
           )
           insert into ledger_entry
             (account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at)
           select $1, version, 'refund', $2, balance, $3, '\\x00', $4, $5, clock_timestamp() from credited`,
          [hold.accountId, PRICE * 2, `naive-${i}`, hold.performanceId, hold.reservationId],
        );
        await client.query('commit');
      });
      const results = await Promise.allSettled(writing);
      const refunds = results.filter((result) => result.status === 'fulfilled').length;
      for (const client of clients) await client.query('rollback');
      return { refunds, balance: (await walletOf(database, hold.accountId)).balance };
    } finally {
      for (const client of clients) client.release();
    }
  }

  it('is kept from paying back twice by the one refund per reservation that the table allows, and by nothing else', async () => {
    expect(await overlap()).toEqual({ refunds: 1, balance: PRICE * 2 });
    await database.sql(`drop index ledger_entry_once_per_reservation`);
    expect(await overlap()).toEqual({ refunds: 2, balance: PRICE * 4 });
  });
});
