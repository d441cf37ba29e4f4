import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createGate, settledOrBlocked } from '../../support/gate.ts';
import {
  topUpCommand,
  giveMoney,
  holdSeats,
  payCommand,
  someAccount,
  walletOf,
} from '../../support/fixture.ts';
import { optimisticPay } from '../../../src/operations/pay/optimistic.ts';
import type { TopUpOutcome, TopUpStrategy } from '../../../src/operations/top-up/top-up.ts';
import { execute } from '../../support/execute.ts';

export const POINT = 'topUp: between read and write';

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
