import { expect, it } from 'vitest';
import { insist } from '../conformance.ts';
import { Deadline } from '../../../src/lib/deadline.ts';
import { whileLocked } from '../../support/blocker.ts';
import type { TestDatabase } from '../../support/database.ts';
import { connected, createGate } from '../../support/gate.ts';
import { payCommand } from '../../support/fixture.ts';
import type { PayOutcome, PayStrategy } from '../../../src/operations/pay/pay.ts';
import { execute } from '../../support/execute.ts';
import { heldAndFunded, stateOf } from './fixtures.ts';

/** What an error, a lock or an exhausted pool leaves behind. */
export function paysDespiteErrors(database: TestDatabase, strategy: PayStrategy): void {
  it('leaves nothing behind when it fails half-way, and its connection is clean', async () => {
    const hold = await heldAndFunded(database);
    const before = await stateOf(database, hold);
    const narrow = database.open({ poolSize: 1 });
    const racePoint = async (): Promise<void> => {
      throw new Error('the program fails here');
    };
    const command = payCommand(hold);
    await expect(execute(strategy, { database: narrow, racePoint }, command)).rejects.toThrow('fails here');
    expect(await stateOf(database, hold)).toEqual(before);
    expect(await execute(strategy, { database: narrow }, command)).toMatchObject({ outcome: 'paid' });
  });

  const locked = ['reservation', 'wallet'] as const;
  it.each(locked.filter((row) => row === 'reservation' || strategy.apart !== true))(
    'answers contended when the %s is not acquired in time, and changes nothing',
    async (row) => {
      const hold = await heldAndFunded(database);
      const before = await stateOf(database, hold);
      const impatient = database.open({ poolSize: 1, lockTimeoutMs: 150, statementTimeoutMs: 400 });
      const command = payCommand(hold);
      const paying = (): Promise<PayOutcome> => execute(strategy, { database: impatient }, command);
      await whileLocked(database, row, hold, async () => {
        expect((await paying()).outcome).toBe('contended');
      });
      expect(await stateOf(database, hold)).toEqual(before);
      // Its timeouts are short for a busy machine also when nobody has the lock.
      expect(await insist(paying)).toMatchObject({ outcome: 'paid' });
    },
  );

  it.runIf(strategy.apart)(
    'does not know the outcome when the wallet is not acquired in time, and the same key finds out',
    async () => {
      const hold = await heldAndFunded(database);
      const impatient = database.open({ poolSize: 1, lockTimeoutMs: 150, statementTimeoutMs: 400 });
      const command = payCommand(hold);
      await whileLocked(database, 'wallet', hold, async () => {
        const deadline = new Deadline(1_000);
        const outcome = await execute(strategy, { database: impatient, deadline }, command);
        expect(outcome.outcome).toBe('outcome_unknown');
        const [reservation] = await database.sql<{ state: string }>(
          `select r.state::text as state from reservation as r where r.performance_id = $1`,
          [hold.performanceId],
        );
        expect(reservation?.state).toBe('paying');
      });
      const other = await execute(strategy, { database }, payCommand(hold));
      expect(other).toEqual({ outcome: 'contended', cause: 'paying' });
      expect(await insist(() => execute(strategy, { database }, command))).toMatchObject({ outcome: 'paid' });
    },
  );

  it('answers contended when the pool is exhausted', async () => {
    const [one, two] = [await heldAndFunded(database), await heldAndFunded(database)];
    const narrow = database.open({ poolSize: 1, acquireTimeoutMs: 150 });
    // The timeout bounds making the connection as well, which takes longer on a busy machine.
    await connected(narrow);
    const gate = createGate();
    const first = execute(strategy, { database: narrow, racePoint: gate.racePoint }, payCommand(one));
    await gate.arrived(1);
    const second = await execute(strategy, { database: narrow }, payCommand(two));
    expect(second).toMatchObject({ outcome: 'contended' });
    gate.open();
    expect(await first).toMatchObject({ outcome: 'paid' });
  });
}
