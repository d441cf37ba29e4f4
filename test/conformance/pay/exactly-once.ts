import { expect, it } from 'vitest';
import { asReplay } from '../../../src/domain/outcomes.ts';
import { expectOneEffect, insist, tally } from '../conformance.ts';
import type { TestDatabase } from '../../support/database.ts';
import { holdSeats, payCommand, refundCommand, walletOf } from '../../support/fixture.ts';
import { refund } from '../../../src/operations/refund/refund.ts';
import type { PayCommand, PayOutcome, PayStrategy } from '../../../src/operations/pay/pay.ts';
import { execute } from '../../support/execute.ts';
import { heldAndFunded, PRICE } from './fixtures.ts';

/** One effect and one answer for a request and its duplicates. */
export function paysExactlyOnce(database: TestDatabase, strategy: PayStrategy): void {
  const pay = (command: PayCommand): Promise<PayOutcome> => execute(strategy, { database }, command);

  it('answers a repeated request as the first time, also after a refund', async () => {
    const command = payCommand(await heldAndFunded(database));
    const first = await pay(command);
    expect(first.outcome).toBe('paid');
    expect(await pay(command)).toEqual(asReplay(first));
    const { performanceId, reservationId, accountId } = command;
    const refunding = refundCommand({
      performanceId,
      reservationId,
      accountId,
      seats: [],
      requestHash: Buffer.alloc(0),
    });
    expect(await refund({ database }, refunding)).toMatchObject({ outcome: 'refunded' });
    expect(await pay(command)).toEqual({ ...asReplay(first), state: 'refunded' });
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
    expect(both).toEqual([asReplay(paid), { outcome: 'idempotency_key_reused' }]);
  });

  it('gives fifty duplicates at once one effect and one answer', async () => {
    const command = payCommand(await heldAndFunded(database, { money: PRICE * 3 }));
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => pay(command))));
    expect(tally(outcomes)).toEqual({ paid: 50 });
    expectOneEffect(outcomes);
    expect(await walletOf(database, command.accountId)).toMatchObject({ balance: PRICE * 2, entries: 2 });
  });
}
