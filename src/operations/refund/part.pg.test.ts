/** Refunds of some of a reservation's seats: what they pay back, and what they meet. */
import { describe, expect, it } from 'vitest';
import { whileLocked } from '../../../test/support/blocker.ts';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import {
  catalogueDocument,
  changedDocument,
  sectionDocument,
} from '../../../test/support/catalogue-documents.ts';
import { insist, tally } from '../../../test/conformance/conformance.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { settledOrBlocked } from '../../../test/support/gate.ts';
import {
  buySeats,
  giveMoney,
  holdCommand,
  holdSeats,
  liveClaims,
  partRefundCommand,
  payCommand,
  refundCommand,
  seatOf,
  someAccount,
  walletOf,
} from '../../../test/support/fixture.ts';
import { pictureOf, reservationOf, violationsIn } from '../../../test/support/state.ts';
import { execute } from '../../../test/support/execute.ts';
import { importCatalogue } from '../../catalogue/import/import.ts';
import { sweepExpired } from '../expire.ts';
import type { HoldCommand } from '../hold/hold.ts';
import { HOLD_STRATEGIES } from '../hold/strategies.ts';
import { PAY_STRATEGIES } from '../pay/strategies.ts';
import type { RefundCommand } from './contract.ts';
import { refund } from './refund.ts';

const database = useDatabase();
const PRICE = 30_000;

/** A paid reservation of seats 1 to 4, of at most four per account. */
async function bought(): Promise<HoldCommand> {
  return buySeats(database, await plantPerformance(database, { price: PRICE }), [1, 2, 3, 4]);
}

async function refundedSeatsOf(hold: HoldCommand): Promise<readonly number[]> {
  const [row] = await database.sql<{ refunded_seats: number[] }>(
    `select refunded_seats from reservation where performance_id = $1 and reservation_id = $2`,
    [hold.performanceId, hold.reservationId],
  );
  return row!.refunded_seats;
}

/** The parts of the reservation's refunds in the ledger, with their amounts. */
async function partsOf(hold: HoldCommand): Promise<readonly (readonly [number, number])[]> {
  const rows = await database.sql<{ part: number; amount: number }>(
    `select part, amount::int8 from ledger_entry where kind = 'refund' and reservation_id = $1 order by part`,
    [hold.reservationId],
  );
  return rows.map(({ part, amount }) => [part, amount]);
}

describe('one after another', () => {
  it('gives back the named seats and what they took; the reservation ends with its last seat', async () => {
    const hold = await bought();
    expect(await refund({ database }, partRefundCommand(hold, [2, 4]))).toMatchObject({
      outcome: 'refunded',
      amount: PRICE * 2,
      seq: 3,
      balanceAfter: PRICE * 2,
    });
    expect(await reservationOf(database, hold)).toEqual({ state: 'confirmed', version: 2 });
    expect(await refundedSeatsOf(hold)).toEqual([2, 4]);
    expect(await liveClaims(database, hold)).toBe(2);
    expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'sold', version: 2 });
    expect(await seatOf(database, hold.performanceId, 2)).toMatchObject({ state: 'free', version: 3 });
    await buySeats(database, hold.performanceId, [2]);
    expect(await refund({ database }, partRefundCommand(hold, [1]))).toMatchObject({ amount: PRICE });
    expect(await refund({ database }, partRefundCommand(hold, [3]))).toMatchObject({
      amount: PRICE,
      balanceAfter: PRICE * 4,
    });
    expect(await reservationOf(database, hold)).toEqual({ state: 'refunded', version: 4 });
    expect(await refundedSeatsOf(hold)).toEqual([2, 4, 1, 3]);
    expect(await partsOf(hold)).toEqual([
      [0, PRICE * 2],
      [2, PRICE],
      [3, PRICE],
    ]);
    expect(await liveClaims(database, hold)).toBe(0);
    expect(await violationsIn(database)).toEqual([]);
  });

  it('gives the rest back to a whole refund, by the buyer as well', async () => {
    const hold = await bought();
    await refund({ database }, partRefundCommand(hold, [3]));
    expect(await refund({ database }, refundCommand(hold))).toMatchObject({
      outcome: 'refunded',
      amount: PRICE * 3,
      balanceAfter: PRICE * 4,
    });
    expect(await refundedSeatsOf(hold)).toEqual([3, 1, 2, 4]);
    expect(await reservationOf(database, hold)).toMatchObject({ state: 'refunded' });
  });

  it('pays back what each seat took, whatever it costs now', async () => {
    const document = catalogueDocument('repriced', [sectionDocument('A', [4])]);
    await importCatalogue(database, document);
    const price = (won: number): Promise<unknown> =>
      importCatalogue(database, changedDocument(document, { '/concerts/0/performances/0/prices/R': won }));
    await price(150_000);
    const hold = await buySeats(database, 'repriced', [1, 2]);
    await price(90_000);
    expect(await refund({ database }, partRefundCommand(hold, [1]))).toMatchObject({ amount: 150_000 });
    const next = await buySeats(database, 'repriced', [1]);
    expect(await refund({ database }, partRefundCommand(next, [1]))).toMatchObject({ amount: 90_000 });
    expect(await refund({ database }, refundCommand(hold))).toMatchObject({ amount: 150_000 });
    expect(await violationsIn(database)).toEqual([]);
  });

  it('refuses seats that are refunded, and seats that it never had, and changes nothing', async () => {
    const hold = await bought();
    await refund({ database }, partRefundCommand(hold, [1]));
    await buySeats(database, hold.performanceId, [1, 5]);
    const before = await pictureOf(database, hold.performanceId);
    expect(await refund({ database }, partRefundCommand(hold, [1, 2]))).toEqual({
      outcome: 'reservation_not_refundable',
      state: 'confirmed',
      reason: 'seats',
      seats: [1],
    });
    expect(await refund({ database }, partRefundCommand(hold, [2, 5, 99]))).toEqual({
      outcome: 'not_found',
      what: 'seat',
      seats: [5, 99],
    });
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
    await refund({ database }, refundCommand(hold));
    expect(await refund({ database }, partRefundCommand(hold, [2]))).toEqual({
      outcome: 'reservation_not_refundable',
      state: 'refunded',
      reason: 'state',
    });
  });
});

describe('exactly once', () => {
  it('answers a repeated part as the first time, and other seats with its key not at all', async () => {
    const hold = await bought();
    const command = partRefundCommand(hold, [1, 2]);
    const first = await refund({ database }, command);
    expect(first.outcome).toBe('refunded');
    await refund({ database }, refundCommand(hold));
    const before = await pictureOf(database, hold.performanceId);
    expect(await refund({ database }, command)).toEqual({ ...first, replayed: true });
    const other = partRefundCommand(hold, [1], command.idempotencyKey);
    expect(await refund({ database }, other)).toEqual({ outcome: 'idempotency_key_reused' });
    expect(await pictureOf(database, hold.performanceId)).toEqual(before);
  });

  it('gives fifty duplicates at once one effect and one answer', async () => {
    const hold = await bought();
    const command = partRefundCommand(hold, [3]);
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => refund({ database }, command)));
    expect(tally(outcomes)).toEqual({ refunded: 50 });
    const answers = outcomes.map((outcome) => JSON.stringify({ ...outcome, replayed: true }));
    expect(new Set(answers).size).toBe(1);
    expect(outcomes.filter((outcome) => !('replayed' in outcome))).toHaveLength(1);
    expect(await partsOf(hold)).toEqual([[0, PRICE]]);
  });
});

describe('two refunds of one reservation at once', () => {
  type Seats = readonly number[] | 'all';
  const commandOf = (hold: HoldCommand, seats: Seats): RefundCommand =>
    seats === 'all' ? { ...refundCommand(hold), byOperator: true } : partRefundCommand(hold, seats);

  it.each<[Seats, Seats, string, readonly number[]]>([
    [[1], [2], 'refunded', [1, 2]],
    [[1, 2], [2, 3], 'reservation_not_refundable', [1, 2]],
    [[1, 2], [3, 4], 'refunded', [1, 2, 3, 4]],
    [[1], 'all', 'refunded', [1, 2, 3, 4]],
    ['all', [1], 'reservation_not_refundable', [1, 2, 3, 4]],
    ['all', 'all', 'reservation_not_refundable', [1, 2, 3, 4]],
  ])('%j beside %j: the second is %s', async (one, other, outcome, refunded) => {
    const hold = await bought();
    // The first has written the reservation and waits for the wallet; the second waits for the reservation.
    const [first, second] = await whileLocked(database, 'wallet', hold, async (letGo) => {
      const winning = refund({ database }, commandOf(hold, one));
      await settledOrBlocked(database, winning);
      const late = refund({ database }, commandOf(hold, other));
      await settledOrBlocked(database, late, 2);
      await letGo();
      return Promise.all([winning, late]);
    });
    expect([first.outcome, second.outcome]).toEqual(['refunded', outcome]);
    expect(await refundedSeatsOf(hold)).toEqual(refunded);
    expect((await walletOf(database, hold.accountId)).balance).toBe(refunded.length * PRICE);
    expect(await violationsIn(database)).toEqual([]);
  });

  it('keeps every unit and every seat of forty parts that overlap, with sweeps, holds and payments among them', async () => {
    const hold = await bought();
    const { performanceId, accountId } = hold;
    const other = await plantPerformance(database, { price: PRICE });
    const held = await holdSeats(database, other, [1], accountId);
    await giveMoney(database, accountId, PRICE);
    const parts = Array.from({ length: 40 }, (_, i) => [1 + (i % 4), 1 + ((i >> 2) % 4)]);
    const asked = parts.map(([a, b]) =>
      partRefundCommand(hold, a === b ? [a!] : [Math.min(a!, b!), Math.max(a!, b!)]),
    );
    const wanted = holdCommand({ performanceId, accountId: someAccount(), seats: [1, 2] });
    const [paid, ...outcomes] = await Promise.all([
      insist(() => execute(PAY_STRATEGIES[0], { database }, payCommand(held))),
      ...asked.map((command) => insist(() => refund({ database }, command))),
      sweepExpired({ database }, { from: new Date(0), batchSize: 100 }),
      insist(() => execute(HOLD_STRATEGIES[0], { database }, wanted)),
    ]);
    expect(paid.outcome).toBe('paid');
    expect(tally(outcomes)['refunded']).toBeGreaterThan(1);
    expect((await refundedSeatsOf(hold)).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect((await walletOf(database, accountId)).balance).toBe(4 * PRICE);
    expect(await violationsIn(database)).toEqual([]);
  });
});

it('is counted by an import that brings a seat limit meanwhile', async () => {
  const document = catalogueDocument('limited', [sectionDocument('A', [8])]);
  await importCatalogue(database, document);
  const hold = await buySeats(database, 'limited', [1, 2, 3, 4]);
  await refund({ database }, partRefundCommand(hold, [4]));
  const outcome = await whileLocked(database, 'wallet', hold, async (letGo) => {
    const refunding = refund({ database }, partRefundCommand(hold, [1]));
    await settledOrBlocked(database, refunding);
    const limited = changedDocument(document, { '/concerts/0/performances/0/seatLimit': 4 });
    const importing = importCatalogue(database, limited);
    await settledOrBlocked(database, importing, 2);
    await letGo();
    await importing;
    return refunding;
  });
  expect(outcome.outcome).toBe('refunded');
  expect(await liveClaims(database, hold)).toBe(2);
  expect(await violationsIn(database)).toEqual([]);
});

describe('without its conditions', () => {
  /** Two refunds of seat 1 that both have read that nothing is refunded, and then write. */
  async function overlap(): Promise<number> {
    const hold = await bought();
    const clients = [await database.pool.connect(), await database.pool.connect()];
    try {
      const writing = clients.map(async (client, i) => {
        await client.query('begin');
        await client.query(`select refunded_seats from reservation where reservation_id = $1`, [
          hold.reservationId,
        ]);
        await client.query(`update reservation set refunded_seats = '{1}' where reservation_id = $1`, [
          hold.reservationId,
        ]);
        await client.query(
          `with credited as (
             update wallet set balance = balance + $2, version = version + 1 where account_id = $1
             returning version, balance
           )
           insert into ledger_entry
             (account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at)
           select $1, version, 'refund', $2, balance, $3, '\\x00', $4, $5, clock_timestamp() from credited`,
          [hold.accountId, PRICE, `naive-${i}`, hold.performanceId, hold.reservationId],
        );
        await client.query('commit');
      });
      const results = await Promise.allSettled(writing);
      for (const client of clients) await client.query('rollback');
      return results.filter((result) => result.status === 'fulfilled').length;
    } finally {
      for (const client of clients) client.release();
    }
  }

  it('is kept from paying a part back twice by the one refund of a part that the table allows', async () => {
    expect(await overlap()).toBe(1);
    await database.sql(`drop index ledger_entry_once_per_reservation`);
    expect(await overlap()).toBe(2);
    expect((await violationsIn(database)).join()).toMatch(/2 refunds of 60000 .* for 1 seats given back/);
  });

  it.each([
    ['a seat that the reservation never had', `refunded_seats = '{9}'`],
    ['all seats while it stays confirmed', `refunded_seats = seat_ids`],
    ['no seat, but is refunded', `state = 'refunded'`],
    ['some seats, but is refunded', `state = 'refunded', refunded_seats = '{1}'`],
  ])('the table refuses a reservation that gave back %s', async (_, change) => {
    const { reservationId } = await bought();
    await expect(
      database.sql(`update reservation set ${change} where reservation_id = $1`, [reservationId]),
    ).rejects.toThrow('reservation_refunded_seats');
  });
});
