import { insist, tally } from '../conformance.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createGate, settledOrBlocked } from '../../support/gate.ts';
import { holdCommand, someAccount } from '../../support/fixture.ts';
import type { HoldOutcome, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { execute } from '../../support/execute.ts';
import { claimants, POINT } from './fixtures.ts';

/** Two holds of one seat, both past their read before either writes (or one waiting for the other's lock). */
export async function overlap(
  database: TestDatabase,
  strategy: HoldStrategy,
): Promise<{ outcomes: HoldOutcome[]; claims: number }> {
  const performanceId = await plantPerformance(database);
  const gate = createGate(POINT);
  const two = [database, database.rival].map((service) =>
    execute(
      strategy,
      { database: service, racePoint: gate.racePoint },
      holdCommand({ performanceId, accountId: someAccount(), seats: [1] }),
    ),
  );
  await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
  gate.open();
  const outcomes = await Promise.all(two);
  return { outcomes, claims: await claimants(database, performanceId, 1) };
}

/** Two holds of different seats by one account that may have one seat; how many were held. */
export async function overlapOfOneAccount(database: TestDatabase, strategy: HoldStrategy): Promise<number> {
  const performanceId = await plantPerformance(database, { seatLimit: 1 });
  const accountId = someAccount();
  const commands = [1, 2].map((seat) => holdCommand({ performanceId, accountId, seats: [seat] }));
  const gate = createGate(POINT);
  const two = [database, database.rival].map((service, i) =>
    execute(strategy, { database: service, racePoint: gate.racePoint }, commands[i]!),
  );
  await settledOrBlocked(database, Promise.race([gate.arrived(2), ...two]));
  gate.open();
  await Promise.all(two);
  // A contended request is sent again; of another the answer stays the same.
  const outcomes = await Promise.all(
    commands.map((command) => insist(() => execute(strategy, { database }, command))),
  );
  return tally(outcomes)['held'] ?? 0;
}

/** A hold that has read the open sale, then waits while the sale is closed, then writes. */
export async function holdAcrossClose(database: TestDatabase, strategy: HoldStrategy): Promise<HoldOutcome> {
  const performanceId = await plantPerformance(database);
  const gate = createGate(POINT);
  const holding = execute(
    strategy,
    { database, racePoint: gate.racePoint },
    holdCommand({ performanceId, accountId: someAccount(), seats: [1] }),
  );
  await gate.arrived(1);
  await database.sql(`update performance set sale_state = 'closed' where performance_id = $1`, [
    performanceId,
  ]);
  gate.open();
  return holding;
}
