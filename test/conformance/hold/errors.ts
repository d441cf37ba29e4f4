import { expect, it } from 'vitest';
import { insist } from '../conformance.ts';
import { whileSeatsLocked } from '../../support/blocker.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { connected, createGate } from '../../support/gate.ts';
import { holdCommand, someAccount } from '../../support/fixture.ts';
import type { HoldCommand, HoldOutcome, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { execute } from '../../support/execute.ts';
import { stateOf } from './fixtures.ts';

/** What an error, a lock or an exhausted pool leaves behind. */
export function holdsDespiteErrors(database: TestDatabase, strategy: HoldStrategy): void {
  const newHold = (performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand =>
    holdCommand({ performanceId, accountId, seats });

  it('leaves nothing behind when it fails half-way, and its connection is clean', async () => {
    const performanceId = await plantPerformance(database);
    const before = await stateOf(database, performanceId);
    const narrow = database.open({ poolSize: 1 });
    const racePoint = async (): Promise<void> => {
      throw new Error('the program fails here');
    };
    const command = newHold(performanceId, [1]);
    await expect(execute(strategy, { database: narrow, racePoint }, command)).rejects.toThrow(
      'the program fails here',
    );
    expect(await stateOf(database, performanceId)).toEqual(before);
    expect(await execute(strategy, { database: narrow }, command)).toMatchObject({ outcome: 'held' });
  });

  it('answers contended when a lock is not acquired in time, never that the seat is taken', async () => {
    const performanceId = await plantPerformance(database);
    const impatient = database.open({ poolSize: 1, lockTimeoutMs: 150, statementTimeoutMs: 400 });
    const command = newHold(performanceId, [1]);
    const holding = (): Promise<HoldOutcome> => execute(strategy, { database: impatient }, command);
    await whileSeatsLocked(database, performanceId, [1], async () => {
      expect((await holding()).outcome).toBe('contended');
    });
    // Its timeouts are short for a busy machine also when nobody has the lock.
    expect(await insist(holding)).toMatchObject({ outcome: 'held' });
  });

  it('answers contended when the pool is exhausted, and overloaded when its queue is full', async () => {
    const performanceId = await plantPerformance(database);
    const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 150, waitersMax: 1 });
    // The timeout bounds making the connection as well, which takes longer on a busy machine.
    await connected(narrow);
    const gate = createGate();
    const first = execute(
      strategy,
      { database: narrow, racePoint: gate.racePoint },
      newHold(performanceId, [1]),
    );
    await gate.arrived(1);
    const second = execute(strategy, { database: narrow }, newHold(performanceId, [2]));
    const third = await execute(strategy, { database: narrow }, newHold(performanceId, [3]));
    expect(third).toEqual({ outcome: 'overloaded', cause: 'queue' });
    expect(await second).toMatchObject({ outcome: 'contended' });
    gate.open();
    expect(await first).toMatchObject({ outcome: 'held' });
  });
}
