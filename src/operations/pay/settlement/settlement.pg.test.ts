/** Payments and refunds in three transactions, with the accounts in another database than the performances. */
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import type { TestDatabase } from '../../../../test/support/database.ts';
import { useDatabase } from '../../../../test/support/database.ts';
import {
  expireHold,
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
} from '../../../../test/support/fixture.ts';
import { createGate } from '../../../../test/support/gate.ts';
import { reservationOf, violationsIn } from '../../../../test/support/state.ts';
import { startSettler } from '../../../box-office/servers/settler.ts';
import { asReplay } from '../../../domain/outcomes.ts';
import { Deadline } from '../../../lib/deadline.ts';
import type { RacePointName } from '../../../lib/race-point.ts';
import { sweepExpired } from '../../expire.ts';
import type { HoldCommand } from '../../hold/hold.ts';
import { HOLD_STRATEGIES } from '../../hold/strategies.ts';
import { refund } from '../../refund/refund.ts';
import { release } from '../../release.ts';
import type { OperationContext } from '../../strategy.ts';
import type { PayCommand, PayOutcome } from '../pay.ts';
import { settledPay } from '../settled.ts';
import type { Attempt } from './attempt.ts';
import { takeOverAttempts } from './live-attempts.ts';
import { openSettlement } from './settlement.ts';
import { walletSettlement } from './wallet.ts';

const database = useDatabase();
const accounts = useDatabase();
const together = useDatabase();
const unguarded = useDatabase();
const PRICE = 30_000;

/** A held reservation on the one database, whose account has that much on the other. */
async function heldAndFunded(money = PRICE, seats: readonly number[] = [1]): Promise<HoldCommand> {
  const performanceId = await plantPerformance(database, { price: PRICE });
  const hold = await holdSeats(database, performanceId, seats);
  if (money > 0) await giveMoney(accounts, hold.accountId, money);
  return hold;
}

async function pay(command: PayCommand, context: Partial<OperationContext> = {}): Promise<PayOutcome> {
  const opened = settledPay.open({ database, accounts, ...context });
  try {
    return await opened.execute(command, { deadline: context.deadline });
  } finally {
    await opened.close();
  }
}

/** What a process does that dies at this point. */
function dyingAt(point: RacePointName): (name: RacePointName) => Promise<void> {
  return async (name) => {
    if (name === point) throw new Error('the process is killed here');
  };
}

/** Lets the lease of every attempt in flight run out, and a settler look. */
async function settleAll(context: OperationContext = { database, accounts }): Promise<void> {
  await context.database.connect(async () => undefined);
  await database.sql(`update payment_attempt set leased_until = '-infinity' where outcome is null`);
  const settlement = openSettlement(context);
  const due = await takeOverAttempts(context.database, { from: new Date(0), batchSize: 100 });
  await Promise.all(due.map((attempt) => settlement.drive(attempt)));
  await settlement.close();
}

describe('pay/settled a payment whose money is in another database', () => {
  it('is paid there, and confirmed here', async () => {
    const hold = await heldAndFunded(PRICE * 3, [1, 2]);
    const command = payCommand(hold);
    const paid = await pay(command);
    expect(paid).toMatchObject({ outcome: 'paid', seats: [1, 2], amount: PRICE * 2, balanceAfter: PRICE });
    expect(await reservationOf(database, hold)).toMatchObject({ state: 'confirmed' });
    expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'sold', held_until: null });
    expect(await walletOf(accounts, hold.accountId)).toEqual({ balance: PRICE, ledger: PRICE, entries: 2 });
    expect(await pay(command)).toEqual(asReplay(paid));
    expect(await walletOf(database, hold.accountId)).toMatchObject({ entries: 0 });
  });

  it.each(['settle: between read and write', 'finish: between read and write'] as const)(
    'is finished by the settler when its process dies at "%s", and pays once',
    async (point) => {
      const hold = await heldAndFunded(PRICE * 2);
      const command = payCommand(hold);
      await expect(pay(command, { racePoint: dyingAt(point) })).rejects.toThrow('killed here');
      // Control: without the settler it stays on its way, whatever time passes.
      await expireHold(database, hold);
      await sweepExpired({ database }, { from: new Date(0), batchSize: 10 });
      expect(await reservationOf(database, hold)).toMatchObject({ state: 'paying' });
      await settleAll();
      expect(await reservationOf(database, hold)).toMatchObject({ state: 'confirmed' });
      expect(await walletOf(accounts, hold.accountId)).toMatchObject({ balance: PRICE, entries: 2 });
      expect(await pay(command)).toMatchObject({ outcome: 'paid', replayed: true });
    },
  );

  it('is driven on by a duplicate, and not by another key', async () => {
    const hold = await heldAndFunded(PRICE * 2);
    const command = payCommand(hold);
    const racePoint = dyingAt('settle: between read and write');
    await expect(pay(command, { racePoint })).rejects.toThrow('killed here');
    expect(await pay(payCommand(hold))).toEqual({ outcome: 'contended', cause: 'paying' });
    expect(await release({ database }, hold)).toEqual({ outcome: 'contended', cause: 'paying' });
    expect(await refund({ database }, refundCommand(hold))).toEqual({
      outcome: 'contended',
      cause: 'paying',
    });
    expect(await pay(command)).toMatchObject({ outcome: 'paid', replayed: true });
    expect(await walletOf(accounts, hold.accountId)).toMatchObject({ balance: PRICE, entries: 2 });
  });

  it.each([
    ['goes back to held while the hold has time', false, { state: 'held' }, 'held', 1],
    ['expires when the hold has none left, and frees its seat', true, { state: 'expired' }, 'free', 0],
  ] as const)('that is refused %s', async (_, isOver, reservation, seat, claims) => {
    const hold = await heldAndFunded(PRICE - 1);
    const before = await seatOf(database, hold.performanceId, 1);
    const gate = createGate('settle: between read and write');
    const paying = pay(payCommand(hold), { racePoint: gate.racePoint });
    await gate.arrived(1);
    expect(await liveClaims(database, hold)).toBe(1);
    if (isOver) {
      await database.sql(
        `update reservation set expires_at = clock_timestamp() - interval '1 second' where reservation_id = $1`,
        [hold.reservationId],
      );
    }
    gate.open();
    expect(await paying).toEqual({
      outcome: 'insufficient_balance',
      required: PRICE,
      available: PRICE - 1,
    });
    expect(await reservationOf(database, hold)).toMatchObject(reservation);
    const now = await seatOf(database, hold.performanceId, 1);
    expect(now).toMatchObject({ state: seat });
    if (!isOver) expect(now).toEqual({ ...before, version: before.version + 2 });
    expect(await liveClaims(database, hold)).toBe(claims);
  });

  it('answers outcome_unknown while the accounts cannot be reached, and goes on', async () => {
    const hold = await heldAndFunded();
    const command = payCommand(hold);
    const away = accounts.open({ url: 'postgres://127.0.0.1:1/nothing', acquireTimeoutMs: 100 });
    const unknown = await pay(command, { accounts: away, deadline: new Deadline(500) });
    expect(unknown).toEqual({ outcome: 'outcome_unknown' });
    await settleAll();
    expect(await pay(command)).toMatchObject({ outcome: 'paid', replayed: true });
  });
});

describe('pay/settled the settlement of an attempt', () => {
  const attemptOf = (hold: HoldCommand, attempt: number, key: string): Attempt => ({
    ...payCommand(hold, key),
    attempt,
    kind: 'payment',
    amount: PRICE,
    part: 0,
    seats: [],
  });
  const settle = async (on: TestDatabase, attempt: Attempt): Promise<{ outcome: string }> => {
    const opened = walletSettlement.open({ database: on });
    const settled = await opened.execute(attempt);
    await opened.close();
    return settled;
  };

  it('is final: a debit that comes after a refusal moves nothing', async () => {
    const hold = await heldAndFunded(0);
    const attempt = attemptOf(hold, 1, 'slow');
    expect(await settle(accounts, attempt)).toMatchObject({ outcome: 'refused' });
    await giveMoney(accounts, hold.accountId, PRICE);
    expect(await settle(accounts, attempt)).toMatchObject({ outcome: 'refused' });
    expect(await settle(accounts, attemptOf(hold, 2, 'slow'))).toMatchObject({ outcome: 'debited' });
  });

  it('control: without its primary key the slow debit lands', async () => {
    await unguarded.sql('alter table settlement drop constraint settlement_pkey');
    const hold = holdCommand({ performanceId: 'nowhere', accountId: someAccount(), seats: [1] });
    const attempt = attemptOf(hold, 1, 'slow');
    expect(await settle(unguarded, attempt)).toMatchObject({ outcome: 'refused' });
    await giveMoney(unguarded, hold.accountId, PRICE);
    expect(await settle(unguarded, attempt)).toMatchObject({ outcome: 'debited' });
  });
});

describe('pay/settled a reservation that is being paid for longer than it was held', () => {
  it.each(
    HOLD_STRATEGIES.filter(({ use }) => use === 'service').map(
      (strategy) => [strategy.name, strategy] as const,
    ),
  )('keeps its seat beside hold/%s', async (_, strategy) => {
    const hold = await heldAndFunded();
    const racePoint = dyingAt('settle: between read and write');
    await expect(pay(payCommand(hold), { racePoint })).rejects.toThrow('killed here');
    await database.sql(
      `update reservation set expires_at = clock_timestamp() - interval '1 hour' where reservation_id = $1`,
      [hold.reservationId],
    );
    const opened = strategy.open({ database });
    const other = holdCommand({ performanceId: hold.performanceId, accountId: someAccount(), seats: [1] });
    expect(await opened.execute(other)).toEqual({ outcome: 'seat_taken', seats: [1] });
    await opened.close();
  });
});

describe('pay/settled a refund whose money is in another database', () => {
  const bought = async (seats: readonly number[]): Promise<HoldCommand> => {
    const hold = await heldAndFunded(PRICE * seats.length, seats);
    expect(await pay(payCommand(hold))).toMatchObject({ outcome: 'paid' });
    return hold;
  };
  const refundApart = async (
    command: Parameters<typeof refund>[1],
    context: Partial<OperationContext> = {},
  ): ReturnType<typeof refund> => {
    const settlement = openSettlement({ database, accounts });
    try {
      return await refund({ database, accounts, settlement, ...context }, command);
    } finally {
      await settlement.close();
    }
  };

  it('pays back there, and frees the seats here, one after another', async () => {
    const hold = await bought([1, 2]);
    const some = partRefundCommand(hold, [2]);
    const first = await refundApart(some);
    expect(first).toMatchObject({ outcome: 'refunded', amount: PRICE, balanceAfter: PRICE });
    expect(await reservationOf(database, hold)).toMatchObject({ state: 'confirmed' });
    expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'sold' });
    expect(await seatOf(database, hold.performanceId, 2)).toMatchObject({ state: 'free' });
    const rest = refundCommand(hold);
    expect(await refundApart(rest)).toMatchObject({
      outcome: 'refunded',
      amount: PRICE,
      balanceAfter: PRICE * 2,
    });
    expect(await reservationOf(database, hold)).toMatchObject({ state: 'refunded' });
    expect(await liveClaims(database, hold)).toBe(0);
    expect(await refundApart(some)).toEqual(asReplay(first));
    expect(await refundApart(refundCommand(hold))).toMatchObject({
      outcome: 'reservation_not_refundable',
      state: 'refunded',
    });
    expect(await walletOf(accounts, hold.accountId)).toMatchObject({ balance: PRICE * 2, entries: 4 });
  });

  it.each(['settle: between read and write', 'finish: between read and write'] as const)(
    'is finished by the settler when its process dies at "%s", pays back once, and is noted',
    async (point) => {
      const hold = await bought([1, 2]);
      const command = { ...partRefundCommand(hold, [1]), byOperator: true, by: { actor: 'box-office' } };
      await expect(refundApart(command, { racePoint: dyingAt(point) })).rejects.toThrow('killed here');
      expect(await reservationOf(database, hold)).toMatchObject({ state: 'refunding' });
      expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'sold' });
      const other = await refundApart(refundCommand(hold));
      expect(other).toEqual({ outcome: 'contended', cause: 'paying' });
      await settleAll();
      expect(await reservationOf(database, hold)).toMatchObject({ state: 'confirmed' });
      expect(await seatOf(database, hold.performanceId, 1)).toMatchObject({ state: 'free' });
      expect(await walletOf(accounts, hold.accountId)).toMatchObject({ balance: PRICE, entries: 3 });
      expect(await refundApart(command)).toMatchObject({ outcome: 'refunded', replayed: true });
      const noted = await accounts.sql<{ details: object }>(
        `select actor, details from operator_action where reservation_id = $1`,
        [hold.reservationId],
      );
      expect(noted).toEqual([
        { actor: 'box-office', details: { amount: PRICE, seatNumbers: [1], entry: 3 } },
      ]);
    },
  );

  it('does not begin with the key of another request', async () => {
    const hold = await bought([1]);
    const key = 'used before';
    await accounts.sql(`update ledger_entry set key = $2 where account_id = $1 and kind = 'top_up'`, [
      hold.accountId,
      key,
    ]);
    expect(await refundApart(refundCommand(hold, key))).toEqual({ outcome: 'idempotency_key_reused' });
    expect(await reservationOf(database, hold)).toMatchObject({ state: 'confirmed' });
  });

  it('is credited under a key of ours when another request takes its key on the way', async () => {
    const hold = await bought([1]);
    const key = 'taken on the way';
    const gate = createGate('refund: before write');
    const refunding = refundApart(refundCommand(hold, key), { racePoint: gate.racePoint });
    await gate.arrived(1);
    await accounts.sql(`update ledger_entry set key = $2 where account_id = $1 and kind = 'top_up'`, [
      hold.accountId,
      key,
    ]);
    gate.open();
    expect(await refunding).toMatchObject({ outcome: 'refunded', amount: PRICE });
    const [entry] = await accounts.sql<{ key: string }>(
      `select key from ledger_entry where account_id = $1 and kind = 'refund'`,
      [hold.accountId],
    );
    expect(entry?.key).toBe(` refund ${hold.reservationId} 2`);
  });
});

describe('pay/settled on one database', () => {
  const both = { database: together };

  it('a payment and a refund at every step leave nothing that the audit finds', async () => {
    const performanceId = await plantPerformance(together, { price: PRICE });
    const points = ['settle: between read and write', 'finish: between read and write'] as const;
    for (const [i, point] of points.entries()) {
      const hold = await holdSeats(together, performanceId, [i + 1]);
      await giveMoney(together, hold.accountId, PRICE);
      const opened = settledPay.open({ ...both, racePoint: dyingAt(point) });
      await expect(opened.execute(payCommand(hold))).rejects.toThrow('killed here');
      await opened.close();
    }
    const bought = await holdSeats(together, performanceId, [3, 4]);
    await giveMoney(together, bought.accountId, PRICE * 2);
    const opened = settledPay.open(both);
    expect(await opened.execute(payCommand(bought))).toMatchObject({ outcome: 'paid' });
    const settlement = openSettlement(both);
    const racePoint = dyingAt('finish: between read and write');
    await expect(refund({ ...both, settlement, racePoint }, partRefundCommand(bought, [3]))).rejects.toThrow(
      'killed here',
    );
    expect(await violationsIn(together)).toEqual([]);
    await together.sql(`update payment_attempt set leased_until = '-infinity' where outcome is null`);
    const settler = startSettler(both, settlement, 10);
    await expect.poll(() => together.sql('select from payment_attempt where outcome is null')).toEqual([]);
    await settler.stop();
    await settlement.close();
    await opened.close();
    expect(settler.inFlight).toEqual({ attempts: expect.any(Number), oldestSeconds: expect.any(Number) });
    expect(await violationsIn(together)).toEqual([]);
  });
});
