/** Violations of the invariants, planted by hand in a small fixture, because no program could write them. */
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { auditDatabase } from '../../src/audit/audit.ts';
import type { HoldCommand } from '../../src/operations/hold/hold.ts';
import { refund } from '../../src/operations/refund/refund.ts';
import { release } from '../../src/operations/release.ts';
import { plantPerformance } from './catalogue.ts';
import type { TestDatabase } from './database.ts';
import { buySeats, expireHold, holdSeats, partRefundCommand, refundCommand } from './fixture.ts';

/** What is in the database before a violation is planted; every seat costs 1,000. */
export interface Fixture {
  /** Seats 1 and 2 of a performance without a limit. */
  readonly bought: HoldCommand;
  /** Its seats 3 and 4. */
  readonly held: HoldCommand;
  /** Its seat 5, not swept. */
  readonly expired: HoldCommand;
  /** Its seat 6. */
  readonly released: HoldCommand;
  /** Its seat 7. */
  readonly refunded: HoldCommand;
  /** Its seats 8 and 10, of which 8 is refunded. */
  readonly partly: HoldCommand;
  /** Seats 1 and 2 of a performance with a limit of 4, by an account that has bought its seat 3. */
  readonly limitedHeld: HoldCommand;
}

/** What is planted, the numbers of violations by invariant, a sentence of the report, the SQL and its parameters. */
export type Planting = readonly [
  what: string,
  violations: Readonly<Record<number, number>>,
  sentence: RegExp,
  text: string,
  values: (fixture: Fixture) => readonly unknown[],
];

export const idsOf = (hold: HoldCommand): readonly [string, string] => [
  hold.performanceId,
  hold.reservationId,
];

/** Builds the fixture again before each test, and removes the guards that would stop a planting. */
export function useFixture(database: TestDatabase): Fixture {
  const fixture = {} as Fixture;
  beforeAll(async () => {
    await database.sql(`
      alter table seat drop constraint seat_state_matches_its_claim;
      alter table reservation drop constraint reservation_pkey;
      alter table reservation drop constraint reservation_refunded_seats;
      alter table wallet drop constraint wallet_balance_check;
      alter table ledger_entry drop constraint ledger_entry_key;
      alter table ledger_entry drop constraint ledger_entry_balance_after_check;
      alter table ledger_entry drop constraint ledger_entry_account_id_fkey;
      drop index ledger_entry_once_per_reservation`);
  });
  beforeEach(async () => {
    await database.sql(`truncate venue, concert, wallet, ledger_entry, reservation, claim_limit cascade`);
    Object.assign(fixture, await buildFixture(database));
  });
  return fixture;
}

async function buildFixture(database: TestDatabase): Promise<Fixture> {
  const open = await plantPerformance(database, { seatLimit: null, price: 1_000 });
  const limited = await plantPerformance(database, { seatLimit: 4, price: 1_000 });
  const bought = await buySeats(database, open, [1, 2]);
  const held = await holdSeats(database, open, [3, 4]);
  const expired = await holdSeats(database, open, [5]);
  const released = await holdSeats(database, open, [6]);
  const refunded = await buySeats(database, open, [7]);
  await expireHold(database, expired);
  await release({ database }, released);
  await refund({ database }, refundCommand(refunded));
  const partly = await buySeats(database, open, [8, 10]);
  await refund({ database }, partRefundCommand(partly, [8]));
  const limitedHeld = await holdSeats(database, limited, [1, 2]);
  await buySeats(database, limited, [3], limitedHeld.accountId);
  return { bought, held, expired, released, refunded, partly, limitedHeld };
}

/** The schema's: the guards are removed here, which it reports. */
const OF_THE_SCHEMA = 9;

/** The numbers of violations of the data's invariants that have any, and every example. */
export async function audited(
  database: TestDatabase,
): Promise<{ violations: Record<number, number>; text: string }> {
  const { clean, invariants } = await auditDatabase(database, {});
  const violated = invariants.filter((invariant) => invariant.violations > 0);
  expect(clean).toBe(violated.length === 0);
  const broken = violated.filter(({ number }) => number !== OF_THE_SCHEMA);
  return {
    violations: Object.fromEntries(broken.map((invariant) => [invariant.number, invariant.violations])),
    text: broken.flatMap((invariant) => invariant.examples).join('\n'),
  };
}

/** A test per planting: exactly its violations are found. */
export function findsPlantings(
  database: TestDatabase,
  fixture: Fixture,
  plantings: readonly Planting[],
): void {
  it('finds nothing before a violation is planted', async () => {
    expect(await audited(database)).toEqual({ violations: {}, text: '' });
  });

  it.each(plantings)('finds %s', async (_, violations, sentence, text, values) => {
    await database.sql(text, values(fixture));
    const found = await audited(database);
    expect(found.violations).toEqual(violations);
    expect(found.text).toMatch(new RegExp(sentence.source, 'm'));
  });
}
