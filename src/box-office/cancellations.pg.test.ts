/** Cancels performances through the box office: what becomes of everybody, and who carries it on. */
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { catalogueDocument, changedDocument } from '../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../test/support/database.ts';
import {
  buySeats,
  expireHold,
  holdSeats,
  partRefundCommand,
  refundCommand,
  walletOf,
} from '../../test/support/fixture.ts';
import { until } from '../../test/support/gate.ts';
import { reservationOf, violationsIn } from '../../test/support/state.ts';
import { newTicketKey } from '../../test/support/ticket-keys.ts';
import { importCatalogue } from '../catalogue/import/import.ts';
import { cancel } from '../operations/cancel.ts';
import { refund } from '../operations/refund/refund.ts';
import type { BoxOffice, Cancellation } from './box-office.ts';
import { createBoxOffice, isRefusal } from './box-office.ts';

const database = useDatabase();
const PRICE = 20_000;
const ticketKey = await newTicketKey();
const opened: BoxOffice[] = [];
afterEach(async () => {
  for (const boxOffice of opened.splice(0)) await boxOffice.close();
});

async function open(sweepIntervalMs = 0): Promise<BoxOffice> {
  const boxOffice = await createBoxOffice({
    databaseUrl: database.url,
    migrate: false,
    sweepIntervalMs,
    ticketKeys: { keys: [ticketKey] },
  });
  opened.push(boxOffice);
  return boxOffice;
}

async function progressOf(boxOffice: BoxOffice, performanceId: string): Promise<Cancellation> {
  const progress = await boxOffice.operator.readCancellation(performanceId);
  if (isRefusal(progress)) throw new Error(progress.outcome);
  return progress;
}

const completed = (boxOffice: BoxOffice, performanceId: string): Promise<void> =>
  until(async () => (await progressOf(boxOffice, performanceId)).completedAt !== null);

async function plant(): Promise<string> {
  return plantPerformance(database, { seats: 40, price: PRICE, seatLimit: null });
}

describe('a cancellation', () => {
  it('ends every hold, refunds everybody once, and shows nobody a ticket', async () => {
    const boxOffice = await open();
    const performanceId = await plant();
    const bought = await buySeats(database, performanceId, [1, 2]);
    const partly = await buySeats(database, performanceId, [3, 4, 5]);
    await refund({ database }, partRefundCommand(partly, [4]));
    const refunded = await buySeats(database, performanceId, [6]);
    await refund({ database }, refundCommand(refunded));
    const held = await holdSeats(database, performanceId, [7, 8]);
    const expired = await holdSeats(database, performanceId, [9]);
    await expireHold(database, expired);
    const cancelled = await boxOffice.operator.cancelPerformance({ performanceId, actor: 'boss' });
    expect(cancelled).toMatchObject({ performanceId, cancelledBy: 'boss', holds: 0, failures: [] });
    expect(cancelled).toMatchObject({ cancelledAt: expect.any(Date), reservations: { total: 2 } });
    await completed(boxOffice, performanceId);
    expect((await progressOf(boxOffice, performanceId)).reservations).toEqual({ total: 2, refunded: 2 });
    const states = await Promise.all(
      [bought, partly, refunded, held, expired].map((each) => reservationOf(database, each)),
    );
    expect(states.map(({ state }) => state)).toEqual([
      'refunded',
      'refunded',
      'refunded',
      'released',
      'expired',
    ]);
    const balances = [bought, partly, refunded].map(({ accountId }) => walletOf(database, accountId));
    expect((await Promise.all(balances)).map(({ balance }) => balance / PRICE)).toEqual([2, 3, 1]);
    expect(await boxOffice.readPerformance(performanceId)).toMatchObject({
      saleState: 'cancelled',
      sale: 'cancelled',
      grades: [{ free: 40, held: 0, sold: 0 }],
    });
    const { reservationId, accountId } = held;
    const paid = await boxOffice.pay({ performanceId, reservationId, accountId, idempotencyKey: 'late' });
    expect(paid).toEqual({ outcome: 'reservation_not_payable', state: 'released' });
    expect(await boxOffice.operator.readCheckInList(performanceId)).toMatchObject({
      cancelled: true,
      tickets: [],
    });
    expect(await violationsIn(database)).toEqual([]);
    const again = await boxOffice.operator.cancelPerformance({ performanceId, actor: 'another' });
    expect(again).toEqual(await progressOf(boxOffice, performanceId));
    expect(again).toMatchObject({ cancelledBy: 'boss' });
  });

  it('shows no ticket and checks nobody in from the moment it is made', async () => {
    const boxOffice = await open();
    const performanceId = await plant();
    const { reservationId, accountId } = await buySeats(database, performanceId, [1]);
    const request = { performanceId, reservationId, accountId };
    expect(await boxOffice.readTickets(request)).toMatchObject({ tickets: [{ seat: 'A-1-1' }] });
    expect(await boxOffice.operator.readCheckInList(performanceId)).toMatchObject({
      cancelled: false,
      tickets: [{ seat: 'A-1-1' }],
    });
    await cancel({ database }, { performanceId });
    expect(await boxOffice.readTickets(request)).toEqual({ outcome: 'not_found', what: 'ticket' });
    expect(await boxOffice.operator.readCheckInList(performanceId)).toMatchObject({
      cancelled: true,
      tickets: [],
    });
    expect(await progressOf(boxOffice, performanceId)).toMatchObject({
      reservations: { total: 1, refunded: 0 },
    });
  });

  it('is taken back by no operator and no import', async () => {
    const boxOffice = await open();
    const document = catalogueDocument('gone');
    await importCatalogue(database, document);
    await boxOffice.operator.cancelPerformance({ performanceId: 'gone' });
    for (const state of ['open', 'paused', 'closed'] as const) {
      expect(await boxOffice.operator.setSaleState('gone', state)).toEqual({
        outcome: 'sales_closed',
        reason: 'cancelled',
      });
    }
    const moved = { '/concerts/0/performances/0/startsAt': '2039-01-01T10:00:00Z' };
    await importCatalogue(database, changedDocument(document, moved));
    expect(await boxOffice.readPerformance('gone')).toMatchObject({ sale: 'cancelled' });
    const hold = { performanceId: 'gone', accountId: 'anna', seats: ['A-1-1'], idempotencyKey: randomUUID() };
    expect(await boxOffice.hold(hold)).toEqual({ outcome: 'sales_closed', reason: 'cancelled' });
    const best = { ...hold, grade: 'R', quantity: 1 };
    expect(await boxOffice.holdBestAvailable(best)).toMatchObject({ outcome: 'sales_closed' });
  });

  it('names what it could not refund, refunds all else, and tries again', async () => {
    const boxOffice = await open();
    const performanceId = await plant();
    const broken = await buySeats(database, performanceId, [1]);
    const others = await Promise.all([2, 3, 4].map((seat) => buySeats(database, performanceId, [seat])));
    const seat = (state: string, reservationId: string | null): Promise<unknown> =>
      database.sql(
        `update seat set state = $2::seat_state, reservation_id = $3 where performance_id = $1 and seat_number = 1`,
        [performanceId, state, reservationId],
      );
    await seat('free', null);
    await boxOffice.operator.cancelPerformance({ performanceId });
    await until(async () => (await progressOf(boxOffice, performanceId)).failures.length > 0);
    const { reservationId } = broken;
    expect(await progressOf(boxOffice, performanceId)).toMatchObject({
      completedAt: null,
      reservations: { total: 4, refunded: 3 },
      failures: [{ reservationId, reason: `confirmed reservation ${reservationId} does not own its seats` }],
    });
    for (const other of others)
      expect(await reservationOf(database, other)).toMatchObject({ state: 'refunded' });
    await seat('sold', reservationId);
    await boxOffice.operator.cancelPerformance({ performanceId });
    await completed(boxOffice, performanceId);
    expect(await progressOf(boxOffice, performanceId)).toMatchObject({
      reservations: { refunded: 4 },
      failures: [],
    });
    expect(await violationsIn(database)).toEqual([]);
  });

  it.each([
    ['a process that has died is carried on by another', true],
    ['a process whose lease has not ended is left to it', false],
  ])('of %s', async (_, hasEnded) => {
    const performanceId = await plant();
    const hold = await buySeats(database, performanceId, [1]);
    await cancel({ database }, { performanceId });
    const lease = hasEnded ? '- interval' : '+ interval';
    await database.sql(
      `update cancellation set leased_until = clock_timestamp() ${lease} '1 hour' where performance_id = $1`,
      [performanceId],
    );
    const swept = await plant();
    await cancel({ database }, { performanceId: swept });
    await database.sql(`update cancellation set leased_until = '2020-01-01' where performance_id = $1`, [
      swept,
    ]);
    const boxOffice = await open(20);
    await completed(boxOffice, swept);
    if (hasEnded) await completed(boxOffice, performanceId);
    expect(await reservationOf(database, hold)).toMatchObject({ state: hasEnded ? 'refunded' : 'confirmed' });
  });

  it('of two processes at once pays back once', async () => {
    const performanceId = await plant();
    const bought = await Promise.all(
      Array.from({ length: 30 }, (_, i) => buySeats(database, performanceId, [i + 1])),
    );
    const boxOffices = [await open(), await open()];
    await Promise.all(boxOffices.map((each) => each.operator.cancelPerformance({ performanceId })));
    await Promise.all(boxOffices.map((each) => completed(each, performanceId)));
    for (const { accountId } of bought) {
      expect(await walletOf(database, accountId)).toMatchObject({ balance: PRICE, entries: 3 });
    }
    expect(await violationsIn(database)).toEqual([]);
  });

  it('ends with its box office, and is carried on by the next', async () => {
    const performanceId = await plant();
    for (let seat = 1; seat <= 40; seat += 1) await buySeats(database, performanceId, [seat]);
    const first = await open();
    await first.operator.cancelPerformance({ performanceId });
    await first.close();
    const second = await open();
    const { reservations, completedAt } = await progressOf(second, performanceId);
    // The control: it was closed before it was done.
    expect(reservations.refunded).toBeLessThan(reservations.total);
    expect(completedAt).toBeNull();
    await second.operator.cancelPerformance({ performanceId });
    await completed(second, performanceId);
    expect(await violationsIn(database)).toEqual([]);
  });
});

it('does not find a cancellation of what is not cancelled', async () => {
  const boxOffice = await open();
  const notFound = { outcome: 'not_found' };
  expect(await boxOffice.operator.readCancellation('no-such')).toEqual({ ...notFound, what: 'performance' });
  expect(await boxOffice.operator.cancelPerformance({ performanceId: 'no-such' })).toMatchObject(notFound);
  const performanceId = await plant();
  expect(await boxOffice.operator.readCancellation(performanceId)).toEqual({
    ...notFound,
    what: 'cancellation',
  });
  const refused = await boxOffice.operator.cancelPerformance({ performanceId, actor: 'not one' });
  expect(refused).toMatchObject({ outcome: 'invalid_request' });
});
