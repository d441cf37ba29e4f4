import { expect, it } from 'vitest';
import { expectContention, expectMeanwhile, hasGap, insist, tally, losesByVersion } from '../conformance.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { createGate, settledOrBlocked } from '../../support/gate.ts';
import { holdCommand, liveClaims, seatOf, someAccount } from '../../support/fixture.ts';
import { release } from '../../../src/operations/release.ts';
import type { HoldCommand, HoldOutcome, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { execute } from '../../support/execute.ts';
import { claimants, POINT } from './fixtures.ts';
import { overlap, overlapOfOneAccount, holdAcrossClose } from './interleavings.ts';

/** The races: with the guard they end well. The controls show each without it. */
export function holdRaces(database: TestDatabase, strategy: HoldStrategy): void {
  const hold = (command: HoldCommand): Promise<HoldOutcome> => execute(strategy, { database }, command);
  const newHold = (performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand =>
    holdCommand({ performanceId, accountId, seats });

  it.runIf(strategy.detects === 'serializable')(
    'tries a serialization failure again by itself, which is all that it says',
    () => expect(strategy.retries).toBe(true),
  );

  it('sells a seat once to a hundred at once, and the losers get what the strategy declares', async () => {
    const performanceId = await plantPerformance(database);
    const commands = Array.from({ length: 100 }, () => newHold(performanceId, [1]));
    const outcomes = await Promise.all(commands.map(hold));
    expectContention(strategy, outcomes, { won: 'held', gone: 'seat_taken' });
    expect(tally(outcomes)['held']).toBe(1);
    expect(await claimants(database, performanceId, 1)).toBe(1);
    expect((await seatOf(database, performanceId, 1)).version).toBe(1);
  });

  it('lets one of two win whose reads came before both writes', async () => {
    const { outcomes, claims } = await overlap(database, strategy);
    expect(tally(outcomes)['held']).toBe(1);
    expect(claims).toBe(1);
  });

  it.runIf(hasGap(strategy))(
    'lets a second hold into its gap wait, fail or work, as it declares; one statement behind a lock has none',
    async () => {
      const performanceId = await plantPerformance(database);
      await expectMeanwhile(database, strategy, [newHold(performanceId, [1]), newHold(performanceId, [1])]);
    },
  );

  it('notices that a seat was taken and given back between its read and its write, when it goes by versions', async () => {
    const performanceId = await plantPerformance(database);
    const gate = createGate(POINT);
    const holding = execute(strategy, { database, racePoint: gate.racePoint }, newHold(performanceId, [1]));
    await gate.arrived(1);
    const between = newHold(performanceId, [1]);
    const rival = execute(strategy, { database: database.rival }, between);
    await settledOrBlocked(database, rival);
    const came = strategy.meanwhile === 'works-too';
    if (came) {
      expect(await rival).toMatchObject({ outcome: 'held' });
      await release({ database }, between);
    }
    gate.open();
    const outcome = await holding;
    await rival;
    expect(outcome.outcome).toBe(came && losesByVersion(strategy) ? 'contended' : 'held');
  });

  it('lets another in flight win when the first fails: a loser loses only to a winner', async () => {
    const performanceId = await plantPerformance(database);
    const gate = createGate(POINT);
    const racePoint = async (): Promise<void> => {
      await gate.racePoint(POINT);
      throw new Error('the first fails');
    };
    const first = execute(strategy, { database, racePoint }, newHold(performanceId, [1])).catch(
      () => undefined,
    );
    await gate.arrived(1);
    const second = execute(strategy, { database: database.rival }, newHold(performanceId, [1]));
    await settledOrBlocked(database, second);
    gate.open();
    await first;
    const outcome = await second;
    if (strategy.contention === 'one-wins-rest-retry')
      expect(['held', 'contended']).toContain(outcome.outcome);
    else expect(outcome.outcome).toBe('held');
  });

  it('holds crossing groups of seats without a deadlock, each seat once', async () => {
    const performanceId = await plantPerformance(database, { seats: 12, seatLimit: null });
    const wanted = Array.from({ length: 60 }, (_, i) => [1 + (i % 11), 2 + (i % 11)]);
    const outcomes = await Promise.all(wanted.map((seats) => hold(newHold(performanceId, seats))));
    expect(
      Object.keys(tally(outcomes)).filter(
        (outcome) => !['held', 'seat_taken', 'contended'].includes(outcome),
      ),
    ).toEqual([]);
    expect(outcomes.filter((o) => o.outcome === 'contended' && o.cause === '40P01')).toEqual([]);
    expect(tally(outcomes)['held']).toBeGreaterThan(0);
    for (let seat = 1; seat <= 12; seat += 1)
      expect(await claimants(database, performanceId, seat)).toBeLessThanOrEqual(1);
  });

  it('keeps a limit of four against sixty holds of one account at once', async () => {
    const performanceId = await plantPerformance(database, { seats: 60, seatLimit: 4 });
    const accountId = someAccount();
    const commands = Array.from({ length: 60 }, (_, i) => newHold(performanceId, [i + 1], accountId));
    const outcomes = await Promise.all(commands.map((command) => insist(() => hold(command))));
    expect(tally(outcomes)).toEqual({ held: 4, seat_limit_exceeded: 56 });
    expect(await liveClaims(database, commands[0]!)).toBe(4);
  });

  it('keeps the limit when two of one account overlap', async () => {
    expect(await overlapOfOneAccount(database, strategy)).toBe(1);
  });

  it('sells nothing after the close has committed, even when it had read before', async () => {
    expect(await holdAcrossClose(database, strategy)).toEqual({ outcome: 'sales_closed', reason: 'ended' });
  });
}
