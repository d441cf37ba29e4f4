import { describe, expect, it } from 'vitest';
import { whileLocked } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { tally } from '../../test/conformance/conformance.ts';
import { useDatabase } from '../../test/support/database.ts';
import { createGate, settledOrBlocked } from '../../test/support/gate.ts';
import {
  buySeats,
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
  walletOf,
} from '../../test/support/fixture.ts';
import { pictureOf, reservationOf, violationsIn } from '../../test/support/state.ts';
import { sweepExpired } from './expire.ts';
import type { HoldCommand } from './hold/hold.ts';
import { HOLD_STRATEGIES } from './hold/strategies.ts';
import { PAY_STRATEGIES } from './pay/strategies.ts';
import { refund } from './refund/refund.ts';
import type { PayOutcome } from './pay/pay.ts';
import type { Released, ReleaseRefusal } from './release.ts';
import { release } from './release.ts';
import { execute } from '../../test/support/execute.ts';
import { asReplay } from '../domain/outcomes.ts';

const database = useDatabase();
const holdStrategies = HOLD_STRATEGIES.filter((strategy) => strategy.use === 'service');
const payStrategies = PAY_STRATEGIES.filter((strategy) => strategy.use === 'service');

const sweepAll = (): Promise<unknown> => sweepExpired({ database }, { from: new Date(0), batchSize: 1_000 });

/** Takes seats for somebody else; fails when they can't be taken. */
async function takeOver(performanceId: string, seats: readonly number[]): Promise<HoldCommand> {
  return holdSeats(database, performanceId, seats);
}

describe('one after another', () => {
  it('frees every seat of the hold at once, counts them no longer, and leaves other seats alone', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: 3 });
    const accountId = someAccount();
    const other = await holdSeats(database, performanceId, [1], accountId);
    const hold = await holdSeats(database, performanceId, [2, 3], accountId);
    expect(await release({ database }, hold)).toEqual({
      outcome: 'released',
      performanceId,
      reservationId: hold.reservationId,
    });
    const free = { state: 'free', version: 2, reservation_id: null, held_until: null };
    expect(await seatOf(database, performanceId, 2)).toEqual(free);
    expect(await seatOf(database, performanceId, 3)).toEqual(free);
    expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'held', version: 1 });
    expect(await reservationOf(database, hold)).toEqual({ state: 'released', version: 1 });
    expect(await liveClaims(database, other)).toBe(1);
    await takeOver(performanceId, [2, 3]);
  });

  it('counts only its own seats no longer when another hold expires at the same moment', async () => {
    const performanceId = await plantPerformance(database);
    const accountId = someAccount();
    const one = await holdSeats(database, performanceId, [1], accountId);
    const two = await holdSeats(database, performanceId, [2, 3], accountId);
    await database.sql(
      `with moment as (select max(expires_at) as moment from reservation where performance_id = $1),
       seats as (update seat set held_until = moment from moment where performance_id = $1 and state = 'held'),
       limits as (
         update claim_limit set claims = array_fill(moment, array[3]) from moment where performance_id = $1
       )
       update reservation set expires_at = moment from moment where performance_id = $1`,
      [performanceId],
    );
    expect(await release({ database }, one)).toMatchObject({ outcome: 'released' });
    expect(await liveClaims(database, two)).toBe(2);
    expect(await release({ database }, two)).toMatchObject({ outcome: 'released' });
    expect(await liveClaims(database, two)).toBe(0);
  });

  it('releases where there is no seat limit', async () => {
    const performanceId = await plantPerformance(database, { seatLimit: null });
    const hold = await holdSeats(database, performanceId, [1, 2, 3, 4, 5]);
    expect(await release({ database }, hold)).toMatchObject({ outcome: 'released' });
    expect(await seatOf(database, performanceId, 5)).toMatchObject({ state: 'free' });
  });

  it('is the same success when it is repeated, also after somebody else took the seats', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await holdSeats(database, performanceId, [1]);
    const first = await release({ database }, hold);
    await takeOver(performanceId, [1]);
    const before = await pictureOf(database, performanceId);
    expect(await release({ database }, hold)).toEqual(asReplay(first));
    expect(await pictureOf(database, performanceId)).toEqual(before);
  });

  it('does not find the reservation of another account, nor one that is not there', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await holdSeats(database, performanceId, [1]);
    const before = await pictureOf(database, performanceId);
    const notFound = { outcome: 'not_found', what: 'reservation' };
    expect(await release({ database }, { ...hold, accountId: someAccount() })).toEqual(notFound);
    const never = holdCommand({ performanceId, accountId: hold.accountId, seats: [1] });
    expect(await release({ database }, never)).toEqual(notFound);
    expect(await release({ database }, { ...hold, performanceId: 'no-such-performance' })).toEqual(notFound);
    expect(await pictureOf(database, performanceId)).toEqual(before);
  });

  it('refuses what is paid or refunded', async () => {
    const performanceId = await plantPerformance(database);
    const bought = await buySeats(database, performanceId, [1]);
    const before = await pictureOf(database, performanceId);
    const refused = { outcome: 'reservation_not_releasable', state: 'confirmed' };
    expect(await release({ database }, bought)).toEqual(refused);
    expect(await pictureOf(database, performanceId)).toEqual(before);
    await refund({ database }, refundCommand(bought));
    expect(await release({ database }, bought)).toEqual({ ...refused, state: 'refunded' });
  });

  it('refuses an expired hold, swept or not, and touches no seat that another took over', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await holdSeats(database, performanceId, [1, 2]);
    await expireHold(database, hold);
    const next = await takeOver(performanceId, [2]);
    const before = await pictureOf(database, performanceId);
    expect(await release({ database }, hold)).toEqual({ outcome: 'hold_expired' });
    expect(await pictureOf(database, performanceId)).toEqual(before);
    await sweepAll();
    expect(await release({ database }, hold)).toEqual({ outcome: 'hold_expired' });
    expect(await seatOf(database, performanceId, 2)).toMatchObject({ reservation_id: next.reservationId });
  });
});

describe('at once', () => {
  it('frees the seats once when fifty release one hold, and tells all of them that it is released', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await holdSeats(database, performanceId, [1, 2]);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => release({ database }, hold)));
    expect(tally(outcomes)).toEqual({ released: 50 });
    expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'free', version: 2 });
    expect(await reservationOf(database, hold)).toEqual({ state: 'released', version: 1 });
    expect(await liveClaims(database, hold)).toBe(0);
  });

  it('releases forty holds of ten accounts', async () => {
    const performanceId = await plantPerformance(database, { seats: 40 });
    const accounts = Array.from({ length: 10 }, someAccount);
    const holds = await Promise.all(
      Array.from({ length: 40 }, (_, i) => holdSeats(database, performanceId, [i + 1], accounts[i % 10])),
    );
    const outcomes = await Promise.all(holds.map((hold) => release({ database }, hold)));
    expect(tally(outcomes)).toEqual({ released: 40 });
    for (const hold of holds) expect(await liveClaims(database, hold)).toBe(0);
  });
});

describe('when things go wrong', () => {
  it('leaves nothing behind when it fails before or after its first write, and its connection is clean', async () => {
    const performanceId = await plantPerformance(database);
    const hold = await holdSeats(database, performanceId, [1]);
    const before = await pictureOf(database, performanceId);
    const narrow = database.open({ poolSize: 1 });
    const racePoint = async (): Promise<void> => {
      throw new Error('the program fails here');
    };
    await expect(release({ database: narrow, racePoint }, hold)).rejects.toThrow('the program fails here');
    await database.sql(`alter table seat add constraint broken check (state <> 'free') not valid`);
    await expect(release({ database: narrow }, hold)).rejects.toThrow('broken');
    await database.sql(`alter table seat drop constraint broken`);
    expect(await pictureOf(database, performanceId)).toEqual(before);
    expect(await release({ database: narrow }, hold)).toMatchObject({ outcome: 'released' });
  });

  it.each(['reservation', 'seats', 'limit'] as const)(
    'answers contended when the %s is not acquired in time, and has changed nothing',
    async (rows) => {
      const performanceId = await plantPerformance(database);
      const hold = await holdSeats(database, performanceId, [1, 2]);
      const before = await pictureOf(database, performanceId);
      const impatient = database.open({ poolSize: 1, lockTimeoutMs: 100 });
      const outcome = await whileLocked(database, rows, hold, () => release({ database: impatient }, hold));
      expect(outcome).toEqual({ outcome: 'contended', cause: '55P03' });
      expect(await pictureOf(database, performanceId)).toEqual(before);
      expect(await release({ database: impatient }, hold)).toMatchObject({ outcome: 'released' });
    },
  );

  it('answers contended when a statement takes too long', async () => {
    const hold = await holdSeats(database, await plantPerformance(database), [1]);
    const impatient = database.open({ poolSize: 1, statementTimeoutMs: 1_000 });
    const outcome = await whileLocked(database, 'seats', hold, () => release({ database: impatient }, hold));
    expect(outcome).toEqual({ outcome: 'contended', cause: '57014' });
    expect(await release({ database: impatient }, hold)).toMatchObject({ outcome: 'released' });
  });
});

describe.each(holdStrategies.map((strategy) => [strategy.name, strategy] as const))(
  'beside hold/%s',
  (_, strategy) => {
    it('has not freed a seat before it writes', async () => {
      const performanceId = await plantPerformance(database);
      const hold = await holdSeats(database, performanceId, [1]);
      const gate = createGate('release: before write');
      const releasing = release({ database, racePoint: gate.racePoint }, hold);
      await gate.arrived(1);
      const next = holdCommand({ performanceId, accountId: someAccount(), seats: [1] });
      expect(await execute(strategy, { database }, next)).toEqual({ outcome: 'seat_taken', seats: [1] });
      gate.open();
      expect(await releasing).toMatchObject({ outcome: 'released' });
      expect(await execute(strategy, { database }, next)).toMatchObject({ outcome: 'held' });
    });

    it('sells a seat once that is being freed while another wants it', async () => {
      const performanceId = await plantPerformance(database);
      const hold = await holdSeats(database, performanceId, [1]);
      const next = holdCommand({ performanceId, accountId: someAccount(), seats: [1] });
      // The release has freed the seat and not committed: it waits for the limit row.
      const [released, held] = await whileLocked(database, 'limit', hold, async (letGo) => {
        const releasing = release({ database }, hold);
        await settledOrBlocked(database, releasing);
        const holding = execute(strategy, { database }, next);
        await settledOrBlocked(database, holding, 2);
        await letGo();
        return Promise.all([releasing, holding]);
      });
      expect(released.outcome).toBe('released');
      expect(['held', 'seat_taken', 'contended']).toContain(held.outcome);
      expect(await execute(strategy, { database }, next)).toMatchObject({ outcome: 'held' });
      expect(await seatOf(database, performanceId, 1)).toMatchObject({ reservation_id: next.reservationId });
    });
  },
);

describe.each(payStrategies.map((strategy) => [strategy.name, strategy] as const))(
  'beside pay/%s',
  (_, strategy) => {
    const price = 700;
    const heldAndFunded = async (): Promise<HoldCommand> => {
      const hold = await holdSeats(database, await plantPerformance(database, { price }), [1]);
      await giveMoney(database, hold.accountId, price);
      return hold;
    };

    it('refuses when the payment came first', async () => {
      const hold = await heldAndFunded();
      const gate = createGate('release: before write');
      const releasing = release({ database, racePoint: gate.racePoint }, hold);
      await gate.arrived(1);
      expect(await execute(strategy, { database }, payCommand(hold))).toMatchObject({ outcome: 'paid' });
      gate.open();
      expect(await releasing).toEqual({ outcome: 'reservation_not_releasable', state: 'confirmed' });
      expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'sold' });
    });

    it('refuses when it has to wait for a payment under way', async () => {
      const meet = async (): Promise<[PayOutcome, Released | ReleaseRefusal]> => {
        const hold = await heldAndFunded();
        return whileLocked(database, 'wallet', hold, async (letGo) => {
          const paying = execute(strategy, { database }, payCommand(hold));
          await settledOrBlocked(database, paying);
          const releasing = release({ database }, hold);
          await settledOrBlocked(database, releasing, 2);
          await letGo();
          return Promise.all([paying, releasing]);
        });
      };
      let [paid, released] = await meet();
      // A group waits for the wallet briefly and begins again: on a slow machine the release comes first, and does not wait.
      while (strategy.groups === true && released.outcome === 'released') [paid, released] = await meet();
      expect(paid.outcome).toBe('paid');
      expect(released).toEqual(
        strategy.apart === true
          ? { outcome: 'contended', cause: 'paying' }
          : { outcome: 'reservation_not_releasable', state: 'confirmed' },
      );
    });

    it('keeps the buyer from paying for what it has given back', async () => {
      const hold = await heldAndFunded();
      const [released, paid] = await whileLocked(database, 'limit', hold, async (letGo) => {
        const releasing = release({ database }, hold);
        await settledOrBlocked(database, releasing);
        const paying = execute(strategy, { database }, payCommand(hold));
        await settledOrBlocked(database, paying, 2);
        await letGo();
        return Promise.all([releasing, paying]);
      });
      expect(released.outcome).toBe('released');
      expect(['reservation_not_payable', 'contended']).toContain(paid.outcome);
      expect(await walletOf(database, hold.accountId)).toMatchObject({ balance: price, entries: 1 });
      expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'free' });
    });
  },
);

/**
 * A release that has to wait for its reservation's row while the hold expires and another buyer takes its
 * seat; the transaction that it waits for changes nothing, so that PostgreSQL does not check any condition
 * again.
 */
async function acrossExpiry(
  releasing: (hold: HoldCommand) => Promise<{ readonly outcome: string }>,
): Promise<{ outcome: string; next: HoldCommand }> {
  const performanceId = await plantPerformance(database);
  const hold = await holdSeats(database, performanceId, [1]);
  const expiresAt = await moveExpiry(database, hold, 250);
  return whileLocked(database, 'reservation', hold, async (letGo) => {
    const answering = releasing(hold);
    await settledOrBlocked(database, answering);
    await passed(database, expiresAt);
    const next = await takeOver(performanceId, [1]);
    await letGo();
    return { outcome: (await answering).outcome, next };
  });
}

it('refuses a hold that expires while it waits, and leaves the seat to its new owner', async () => {
  const { outcome, next } = await acrossExpiry((hold) => release({ database }, hold));
  expect(outcome).toBe('hold_expired');
  expect(await seatOf(database, next.performanceId, 1)).toMatchObject({
    state: 'held',
    reservation_id: next.reservationId,
  });
});

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});

describe('without its conditions', () => {
  it('frees the seat of another, which is then sold twice', async () => {
    const { outcome, next } = await acrossExpiry(async ({ performanceId, reservationId, seats }) => {
      await database.sql(
        `update reservation set state = 'released', version = version + 1
         where performance_id = $1 and reservation_id = $2 and state = 'held'`,
        [performanceId, reservationId],
      );
      await database.sql(
        `update seat set state = 'free', version = version + 1, held_until = null, reservation_id = null
         where performance_id = $1 and seat_number = any($2)`,
        [performanceId, seats],
      );
      return { outcome: 'released' };
    });
    expect(outcome).toBe('released');
    const third = await takeOver(next.performanceId, [1]);
    expect(await reservationOf(database, next)).toMatchObject({ state: 'held' });
    expect(await reservationOf(database, third)).toMatchObject({ state: 'held' });
    expect(await violationsIn(database)).toContainEqual(
      expect.stringMatching(/^1: seat 1 of .* is claimed 2 times/),
    );
  });
});
