/** What every strategy of `hold` promises, as tests. Each strategy runs all of them; controls must fail the races. */
import { describe, expect, it } from 'vitest';
import { expectContention, expectMeanwhile, hasGap, insist, tally } from '../conformance.ts';
import { whileSeatsLocked } from '../../support/blocker.ts';
import { plantPerformance } from '../../support/catalogue.ts';
import type { TestDatabase } from '../../support/database.ts';
import { connected, createGate, settledOrBlocked } from '../../support/gate.ts';
import {
  buySeats,
  expireHold,
  holdCommand,
  holdSeats,
  liveClaims,
  refundCommand,
  seatOf,
  someAccount,
} from '../../support/stage.ts';
import { refund } from '../../../src/operations/refund.ts';
import { release } from '../../../src/operations/release.ts';
import type { Held, HoldCommand, HoldOutcome, HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { execute } from '../../support/execute.ts';

const POINT = 'hold: between read and write';

/** What a hold changes; a refused one must leave it as it was. */
async function picture(database: TestDatabase, performanceId: string): Promise<unknown> {
  return database.sql(
    `select
       (select jsonb_agg(to_jsonb(s) - 'changed_by' order by s.seat_number) from seat as s where s.performance_id = $1) as seats,
       (select jsonb_agg(to_jsonb(r) order by r.reservation_id) from reservation as r where r.performance_id = $1) as reservations,
       (select jsonb_agg(to_jsonb(l) order by l.account_id) from claim_limit as l where l.performance_id = $1) as limits`,
    [performanceId],
  );
}

/** How many reservations believe that they hold the seat. */
async function claimants(database: TestDatabase, performanceId: string, seat: number): Promise<number> {
  const [row] = await database.sql<{ claimants: number }>(
    `select count(*)::int as claimants from reservation
     where performance_id = $1 and $2 = any(seat_ids) and state in ('held', 'confirmed')`,
    [performanceId, seat],
  );
  return row!.claimants;
}

/** How many of those who wait for a lock have locked the seat: its row names the transaction that did so last. */
async function waitersWith(database: TestDatabase, performanceId: string, seat: number): Promise<number> {
  const [row] = await database.sql<{ waiters: number }>(
    `select count(*)::int as waiters from seat as s
     join pg_stat_activity as a on a.backend_xid = s.xmax and a.wait_event_type = 'Lock'
     where s.performance_id = $1 and s.seat_number = $2`,
    [performanceId, seat],
  );
  return row!.waiters;
}

export function holdConformance(database: TestDatabase, strategy: HoldStrategy): void {
  const hold = (command: HoldCommand): Promise<HoldOutcome> => execute(strategy, { database }, command);
  const newHold = (performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand =>
    holdCommand({ performanceId, accountId, seats });

  describe('one after another', () => {
    it('holds free seats: all of them, for the sum of their prices, until the hold time is over', async () => {
      const performanceId = await plantPerformance(database, { price: 70_000, holdSeconds: 120 });
      const command = newHold(performanceId, [2, 3]);
      const before = Date.now();
      const outcome = await hold(command);
      expect(outcome).toMatchObject({
        outcome: 'held',
        reservationId: command.reservationId,
        seats: [2, 3],
        amount: 140_000,
      });
      if (outcome.outcome !== 'held') return;
      const heldMs = outcome.expiresAt.getTime() - before;
      expect(heldMs).toBeGreaterThan(110_000);
      expect(heldMs).toBeLessThan(130_000);
      const seat = await seatOf(database, performanceId, 2);
      expect(seat).toEqual({
        state: 'held',
        version: 1,
        reservation_id: command.reservationId,
        held_until: outcome.expiresAt,
      });
      expect(await liveClaims(database, command)).toBe(2);
      expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'free', version: 0 });
    });

    it('refuses all when one is taken, names the taken, and changes nothing', async () => {
      const performanceId = await plantPerformance(database);
      await holdSeats(database, performanceId, [2]);
      await buySeats(database, performanceId, [4]);
      const before = await picture(database, performanceId);
      expect(await hold(newHold(performanceId, [1, 2, 3, 4]))).toEqual({
        outcome: 'seat_taken',
        seats: [2, 4],
      });
      expect(await picture(database, performanceId)).toEqual(before);
    });

    it('takes the seat of an expired hold, whose reservation stays expired', async () => {
      const performanceId = await plantPerformance(database);
      const expired = await holdSeats(database, performanceId, [5]);
      await expireHold(database, expired);
      const next = newHold(performanceId, [5]);
      expect(await hold(next)).toMatchObject({ outcome: 'held', seats: [5] });
      expect((await seatOf(database, performanceId, 5)).reservation_id).toBe(next.reservationId);
      expect(await release({ database }, expired)).toEqual({ outcome: 'hold_expired' });
    });

    it('knows which seats and performances there are', async () => {
      const performanceId = await plantPerformance(database, { seats: 3 });
      expect(await hold(newHold(performanceId, [3, 4, 99]))).toEqual({
        outcome: 'not_found',
        what: 'seat',
        seats: [4, 99],
      });
      expect(await hold(newHold('no-such-performance', [1]))).toEqual({
        outcome: 'not_found',
        what: 'performance',
      });
    });

    it.each([
      ['paused', `sale_state = 'paused'`, { reason: 'paused' }],
      ['closed', `sale_state = 'closed'`, { reason: 'ended' }],
      ['over', `sale_closes_at = clock_timestamp()`, { reason: 'ended' }],
      [
        'not yet open',
        `sale_opens_at = '2999-01-01'`,
        { reason: 'not_yet', opensAt: new Date('2999-01-01') },
      ],
    ])('sells nothing while the sale is %s', async (_, change, expected) => {
      const performanceId = await plantPerformance(database);
      await database.sql(`set timezone = 'UTC'`);
      await database.sql(
        `update performance set ${change.replace(`'2999-01-01'`, `'2999-01-01Z'`)} where performance_id = $1`,
        [performanceId],
      );
      const before = await picture(database, performanceId);
      expect(await hold(newHold(performanceId, [1]))).toEqual({ outcome: 'sales_closed', ...expected });
      expect(await picture(database, performanceId)).toEqual(before);
    });

    it('keeps the limit: held and bought seats count, expired and released ones do not', async () => {
      const performanceId = await plantPerformance(database, { seatLimit: 3 });
      const accountId = someAccount();
      const expired = await holdSeats(database, performanceId, [1], accountId);
      const released = await holdSeats(database, performanceId, [2], accountId);
      await buySeats(database, performanceId, [3], accountId);
      const before = await picture(database, performanceId);
      const exceeded = { outcome: 'seat_limit_exceeded', limit: 3, claimed: 3 };
      expect(await hold(newHold(performanceId, [4], accountId))).toEqual(exceeded);
      expect(await picture(database, performanceId)).toEqual(before);
      await expireHold(database, expired);
      await release({ database }, released);
      expect(await hold(newHold(performanceId, [4, 5], accountId))).toMatchObject({ outcome: 'held' });
      expect(await hold(newHold(performanceId, [6], accountId))).toEqual(exceeded);
      expect(await hold(newHold(performanceId, [6, 7, 8, 9]))).toMatchObject({
        outcome: 'seat_limit_exceeded',
        claimed: 0,
      });
    });

    it('counts nothing where there is no limit', async () => {
      const performanceId = await plantPerformance(database, { seatLimit: null });
      const command = newHold(performanceId, [1, 2, 3, 4, 5, 6, 7, 8]);
      expect(await hold(command)).toMatchObject({ outcome: 'held' });
      expect(
        await database.sql(`select 1 from claim_limit where performance_id = $1`, [performanceId]),
      ).toEqual([]);
    });
  });

  describe('exactly once', () => {
    it('answers a repeated request as the first time, also after expiry, release and refund', async () => {
      const performanceId = await plantPerformance(database);
      const command = newHold(performanceId, [1, 2]);
      const first = await hold(command);
      expect(first.outcome).toBe('held');
      expect(await hold(command)).toEqual(first);
      const expired = await holdSeats(database, performanceId, [3]);
      await expireHold(database, expired);
      expect(await hold(expired)).toMatchObject({ outcome: 'held', reservationId: expired.reservationId });
      await release({ database }, command);
      expect(await hold(command)).toEqual(first);
      const bought = await buySeats(database, performanceId, [4]);
      await refund({ database }, refundCommand(bought));
      expect(await hold(bought)).toEqual(bought.held);
      expect(await seatOf(database, performanceId, 4)).toMatchObject({ state: 'free' });
    });

    it('refuses the key of another request, whether its seats are free or taken', async () => {
      const performanceId = await plantPerformance(database);
      const given = { performanceId, accountId: someAccount(), key: 'one-key' };
      expect(await hold(holdCommand({ ...given, seats: [1] }))).toMatchObject({ outcome: 'held' });
      const before = await picture(database, performanceId);
      expect(await hold(holdCommand({ ...given, seats: [2] }))).toEqual({
        outcome: 'idempotency_key_reused',
      });
      expect(await hold(holdCommand({ ...given, seats: [1, 2] }))).toEqual({
        outcome: 'idempotency_key_reused',
      });
      expect(await picture(database, performanceId)).toEqual(before);
    });

    it('remembers only success: a refused request may be sent again with its key', async () => {
      const performanceId = await plantPerformance(database);
      const other = await holdSeats(database, performanceId, [1]);
      const command = newHold(performanceId, [1]);
      expect(await hold(command)).toMatchObject({ outcome: 'seat_taken' });
      await release({ database }, other);
      expect(await hold(command)).toMatchObject({ outcome: 'held' });
    });

    it('gives fifty twins at once one effect and one answer, and tells none that the seat is taken', async () => {
      const performanceId = await plantPerformance(database);
      const command = newHold(performanceId, [1, 2]);
      const outcomes = await Promise.all(Array.from({ length: 50 }, () => insist(() => hold(command))));
      expect(tally(outcomes)).toEqual({ held: 50 });
      expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
      expect((await seatOf(database, performanceId, 1)).version).toBe(1);
      expect(await liveClaims(database, command)).toBe(2);
    });
  });

  describe('when things go wrong', () => {
    it('leaves nothing behind when it fails half-way, and its connection is clean', async () => {
      const performanceId = await plantPerformance(database);
      const before = await picture(database, performanceId);
      const narrow = database.open({ poolSize: 1 });
      const racePoint = async (): Promise<void> => {
        throw new Error('the program fails here');
      };
      const command = newHold(performanceId, [1]);
      await expect(execute(strategy, { database: narrow, racePoint }, command)).rejects.toThrow(
        'the program fails here',
      );
      expect(await picture(database, performanceId)).toEqual(before);
      expect(await execute(strategy, { database: narrow }, command)).toMatchObject({ outcome: 'held' });
    });

    it('answers contended when a lock is not had in time, never that the seat is taken', async () => {
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
  });
}

/** The races: with the guard they end well. `holdControl` shows each without it. */
export function holdRaces(database: TestDatabase, strategy: HoldStrategy): void {
  const hold = (command: HoldCommand): Promise<HoldOutcome> => execute(strategy, { database }, command);
  const newHold = (performanceId: string, seats: readonly number[], accountId = someAccount()): HoldCommand =>
    holdCommand({ performanceId, accountId, seats });

  it('tries again what a serializable transaction could not finish, and nothing else', () => {
    const tries = /(^|\+)serializable$|\+retry$/.test(strategy.name);
    expect(strategy.retries === true).toBe(tries);
  });

  it('sells a seat once to a hundred at once, and the losers hear what the strategy declares', async () => {
    const performanceId = await plantPerformance(database);
    const commands = Array.from({ length: 100 }, () => newHold(performanceId, [1]));
    const outcomes = await Promise.all(commands.map(hold));
    expectContention(strategy.contention, outcomes, { won: 'held', gone: 'seat_taken' });
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
    const byVersions = strategy.name.startsWith('optimistic') && strategy.retries !== true;
    expect(outcome.outcome).toBe(byVersions ? 'contended' : 'held');
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

  it('waits for its seats in their order, however their rows lie: nobody who goes in order meets it in a circle', async () => {
    const performanceId = await plantPerformance(database, { seats: 2 });
    // A plan that reads the table as it lies is the planner's to choose at any time.
    const url = new URL(database.url);
    url.searchParams.set('options', '-c enable_indexscan=off -c enable_bitmapscan=off');
    const scanning = database.open({ url: url.href.replaceAll('+', '%20') });
    const inOrder = await database.pool.connect();
    const lock = (seat: number): Promise<unknown> =>
      inOrder.query('select 1 from seat where performance_id = $1 and seat_number = $2 for no key update', [
        performanceId,
        seat,
      ]);
    try {
      // The first seat's row now lies behind the second's, where a scan finds it last.
      await database.sql(
        'update seat set version = version + 1 where performance_id = $1 and seat_number = 1',
        [performanceId],
      );
      await inOrder.query('begin');
      await lock(1);
      const outcome = execute(strategy, { database: scanning }, newHold(performanceId, [1, 2]));
      await settledOrBlocked(database, outcome);
      // A deadlock would not tell it from one that tries again, nor a lock without waiting from a short look of a group.
      expect(await waitersWith(database, performanceId, 2)).toBe(0);
      await lock(2);
      await inOrder.query('commit');
      // With NOWAIT it fails at the first seat, whatever lock stands before it; tried again, it may still come too early.
      const { outcome: heard } = await outcome;
      if (!strategy.name.includes('nowait')) expect(heard).toBe('held');
      else if (strategy.retries === true) expect(['held', 'contended']).toContain(heard);
      else expect(heard).toBe('contended');
    } finally {
      await inOrder.query('rollback');
      inOrder.release();
    }
  });

  it.each([4, null])(
    'begins the time of a hold when its seats are had, however long it waited for them (seat limit %s)',
    async (seatLimit) => {
      const performanceId = await plantPerformance(database, { holdSeconds: 60, seatLimit });
      await whileSeatsLocked(database, performanceId, [1], async (letGo) => {
        const holding = execute(strategy, { database: database.rival }, newHold(performanceId, [1]));
        await settledOrBlocked(database, holding);
        const [waited] = await database.sql<{ until: Date }>(
          `select date_trunc('milliseconds', clock_timestamp()) as until`,
        );
        await letGo();
        const outcome = await holding;
        if (strategy.name.includes('nowait')) return expect(['held', 'contended']).toContain(outcome.outcome);
        expect(outcome).toMatchObject({ outcome: 'held' });
        const heldMs = (outcome as Held).expiresAt.getTime() - waited!.until.getTime();
        // One that inserts its claim reads the clock before it can wait, and says so.
        if (strategy.name.includes('constraint')) expect(heldMs).toBeLessThanOrEqual(60_000);
        else expect(heldMs).toBeGreaterThanOrEqual(60_000);
      });
    },
  );

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
  // Who was told to try again does so; who was not hears the same again.
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
