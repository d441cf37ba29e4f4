/** A late member of a group: what it may be told, and that the others do not notice. */
import { expect, it } from 'vitest';
import { whileSeatsLocked } from '../../../test/support/blocker.ts';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { holdCommand, someAccount } from '../../../test/support/fixture.ts';
import { createGate, until } from '../../../test/support/gate.ts';
import { Deadline } from '../../lib/deadline.ts';
import { groupedHold } from '../hold/grouped/grouped.ts';
import type { HoldCommand } from '../hold/hold.ts';

const LONG_MS = 50_000;
const database = useDatabase({
  lockTimeoutMs: LONG_MS,
  statementTimeoutMs: LONG_MS,
  acquireTimeoutMs: LONG_MS,
});
const deadline = (): Deadline => new Deadline(LONG_MS);

async function holds(count: number): Promise<HoldCommand[]> {
  const performanceId = await plantPerformance(database);
  return Array.from({ length: count }, (_, i) =>
    holdCommand({ performanceId, accountId: someAccount(), seats: [i + 1] }),
  );
}

it('is at work in the transaction of its group, which goes on and gives it its seat', async () => {
  const strategy = groupedHold.open({ database });
  const [late, mate] = (await holds(2)) as [HoldCommand, HoldCommand];
  const gate = createGate();
  const [hers, his] = [deadline(), deadline()];
  const answers = [
    strategy.execute(late, { deadline: hers, racePoint: gate.racePoint }),
    strategy.execute(mate, { deadline: his }),
  ];
  await gate.arrived(1);
  expect(hers.end()).toBe('at work');
  gate.open();
  expect(await Promise.all(answers)).toMatchObject([{ outcome: 'held' }, { outcome: 'held' }]);
  expect(await strategy.execute(late)).toMatchObject({ outcome: 'held' });
  await strategy.close();
});

it('is taken up by no group when its time was up in the queue, and the others of that group are', async () => {
  const strategy = groupedHold.open({ database });
  const [first, late, mate] = (await holds(3)) as [HoldCommand, HoldCommand, HoldCommand];
  const gate = createGate();
  const running = strategy.execute(first, { racePoint: gate.racePoint });
  await gate.arrived(1);
  const hers = deadline();
  const answers = [
    strategy.execute(late, { deadline: hers }),
    strategy.execute(mate, { deadline: deadline() }),
  ];
  expect(hers.end()).toBe('nothing written');
  gate.open();
  expect(await Promise.all([running, ...answers])).toMatchObject([
    { outcome: 'held' },
    { outcome: 'contended', cause: 'deadline' },
    { outcome: 'held' },
  ]);
  expect(
    await database.sql('select from reservation where reservation_id = $1', [late.reservationId]),
  ).toEqual([]);
  await strategy.close();
});

it('has written nothing while it waits in the slow lane', async () => {
  const strategy = groupedHold.open({ database });
  const [inTheWay, late] = (await holds(2)) as [HoldCommand, HoldCommand];
  const hers = deadline();
  const answers = await whileSeatsLocked(database, late.performanceId, [1, 2], async (unlock) => {
    const slow = strategy.execute(inTheWay, { deadline: deadline() });
    await until(waitsInSlowLane);
    const answering = strategy.execute(late, { deadline: hers });
    // It has been in a fast lane, and was left there.
    await until(async () => (await lockWaits()) === 1 && strategy.waiting === 1);
    expect(hers.end()).toBe('nothing written');
    await unlock();
    return [slow, answering];
  });
  expect(await Promise.all(answers)).toMatchObject([
    { outcome: 'held' },
    { outcome: 'contended', cause: 'deadline' },
  ]);
  await strategy.close();
});

/** Whether a group waits for its rows for longer than one in a fast lane would. */
async function waitsInSlowLane(): Promise<boolean> {
  return (await lockWaits('200 ms')) === 1;
}

async function lockWaits(forAtLeast = '0'): Promise<number> {
  const [row] = await database.sql<{ count: number }>(
    `select count(*)::integer as count from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock' and xact_start < clock_timestamp() - $1::interval`,
    [forAtLeast],
  );
  return row!.count;
}
