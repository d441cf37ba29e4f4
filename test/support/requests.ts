/** Requests that would succeed, of every operation, for tests in which the connection fails. */
import type { TopUpStrategy } from '../../src/operations/top-up/top-up.ts';
import { TOP_UP_STRATEGIES } from '../../src/operations/top-up/strategies.ts';
import type { HoldStrategy } from '../../src/operations/hold/hold.ts';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import type { PayStrategy } from '../../src/operations/pay/pay.ts';
import { PAY_STRATEGIES } from '../../src/operations/pay/strategies.ts';
import { refund } from '../../src/operations/refund/refund.ts';
import { release } from '../../src/operations/release.ts';
import type { OperationContext } from '../../src/operations/strategy.ts';
import { plantPerformance } from './catalogue.ts';
import type { TestDatabase } from './database.ts';
import {
  buySeats,
  topUpCommand,
  giveMoney,
  holdCommand,
  holdSeats,
  payCommand,
  refundCommand,
  someAccount,
} from './fixture.ts';
import { execute } from './execute.ts';

/** A request that would succeed, and how often it has taken effect so far. */
export interface Request {
  readonly won: string;
  readonly send: (context: OperationContext) => Promise<{ readonly outcome: string }>;
  readonly effects: () => Promise<number>;
}

async function count(database: TestDatabase, text: string, ...values: readonly string[]): Promise<number> {
  const [row] = await database.sql<{ count: number }>(`select count(*)::int as count ${text}`, values);
  return row!.count;
}

async function newTopUp(database: TestDatabase, strategy: TopUpStrategy): Promise<Request> {
  const command = topUpCommand({ accountId: someAccount() });
  await giveMoney(database, command.accountId, 5_000);
  return {
    won: 'topped_up',
    send: (context) => execute(strategy, context, command),
    effects: () => count(database, `from ledger_entry where key = $1`, command.idempotencyKey),
  };
}

async function newHold(database: TestDatabase, strategy: HoldStrategy): Promise<Request> {
  const performanceId = await plantPerformance(database);
  const command = holdCommand({ performanceId, accountId: someAccount(), seats: [1, 2] });
  return {
    won: 'held',
    send: (context) => execute(strategy, context, command),
    effects: () => count(database, `from reservation where reservation_id = $1`, command.reservationId),
  };
}

async function newPayment(database: TestDatabase, strategy: PayStrategy): Promise<Request> {
  const hold = await holdSeats(database, await plantPerformance(database, { price: 700 }), [1, 2]);
  await giveMoney(database, hold.accountId, 5_000);
  const command = payCommand(hold);
  return {
    won: 'paid',
    send: (context) => execute(strategy, context, command),
    effects: () =>
      count(database, `from ledger_entry where kind = 'payment' and reservation_id = $1`, hold.reservationId),
  };
}

async function newRefund(database: TestDatabase): Promise<Request> {
  const command = refundCommand(await buySeats(database, await plantPerformance(database), [1, 2]));
  return {
    won: 'refunded',
    send: (context) => refund(context, command),
    effects: () =>
      count(
        database,
        `from ledger_entry where kind = 'refund' and reservation_id = $1`,
        command.reservationId,
      ),
  };
}

async function newRelease(database: TestDatabase): Promise<Request> {
  const hold = await holdSeats(database, await plantPerformance(database), [1, 2]);
  return {
    won: 'released',
    send: (context) => release(context, hold),
    effects: () =>
      count(
        database,
        `from reservation where state = 'released' and reservation_id = $1`,
        hold.reservationId,
      ),
  };
}

/** Prepares a request. */
export type NewRequest = (database: TestDatabase) => Promise<Request>;

/** Every operation, by the analysis's decision. */
export const OPERATIONS: readonly (readonly [string, NewRequest])[] = [
  ['topUp', (database) => newTopUp(database, TOP_UP_STRATEGIES[0])],
  ['hold', (database) => newHold(database, HOLD_STRATEGIES[0])],
  ['pay', (database) => newPayment(database, PAY_STRATEGIES[0])],
  ['refund', newRefund],
  ['release', newRelease],
];

/** The contended operations by their other strategies that serve buyers. */
export const OTHER_STRATEGIES: readonly (readonly [string, NewRequest])[] = [
  ...others('topUp', TOP_UP_STRATEGIES, newTopUp),
  ...others('hold', HOLD_STRATEGIES, newHold),
  ...others('pay', PAY_STRATEGIES, newPayment),
];

function others<S extends { readonly name: string; readonly use: 'service' | 'lab' }>(
  operation: string,
  [, ...strategies]: readonly [S, ...S[]],
  newRequest: (database: TestDatabase, strategy: S) => Promise<Request>,
): (readonly [string, NewRequest])[] {
  return strategies
    .filter((strategy) => strategy.use === 'service')
    .map((strategy) => [
      `${operation}/${strategy.name}`,
      (database: TestDatabase) => newRequest(database, strategy),
    ]);
}
