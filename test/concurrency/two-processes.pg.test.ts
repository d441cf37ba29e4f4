/** Two processes on one database, as two services behind a load balancer, with the same or different strategies. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOP_UP_STRATEGIES } from '../../src/operations/top-up/strategies.ts';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import { PAY_STRATEGIES } from '../../src/operations/pay/strategies.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { expectOneEffect, tally } from '../conformance/conformance.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/gate.ts';
import {
  topUpCommand,
  giveMoney,
  holdCommand,
  holdSeats,
  liveClaims,
  payCommand,
  seatOf,
  someAccount,
  walletOf,
} from '../support/fixture.ts';
import { reservationOf, violationsIn } from '../support/state.ts';
import type { StormProcess } from './storm-processes.ts';
import { startStormProcess } from './storm-processes.ts';
import type { Outcome, StormRequest } from './storm-worker.ts';

const database = useDatabase();
const PRICE = 700;
let one: StormProcess;
let other: StormProcess;
beforeAll(async () => {
  [one, other] = await Promise.all([startStormProcess(database.url), startStormProcess(database.url)]);
});
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()]);
});

/** Half of the storm in each process, each half by its process's strategy. */
async function inBoth(
  names: readonly [string, string],
  requests: readonly StormRequest[],
): Promise<readonly Outcome[]> {
  const [ours, theirs] = [0, 1].map((half) =>
    requests
      .filter((_, i) => i % 2 === half)
      .map((request): StormRequest => ({ ...request, strategy: names[half] })),
  );
  return (await Promise.all([one.storm(ours!), other.storm(theirs!)])).flat();
}

/** The analysis's decision beside itself and each other strategy that serves buyers, and two services that group. */
function pairsOf(
  strategies: readonly { readonly name: string; readonly use: string }[],
): (readonly [string, string])[] {
  const usable = strategies.filter((strategy) => strategy.use === 'service');
  return [
    ...usable.map((strategy) => [usable[0]!.name, strategy.name] as const),
    ['grouped', 'grouped'] as const,
  ];
}

/** The default gets the full storm; for strategies whose losers keep retrying, a smaller one proves as much. */
function sizeOf([ours, theirs]: readonly [string, string], full: number): number {
  return ours === theirs ? full : full * 0.4;
}

function hold(performanceId: string, seats: readonly number[], accountId = someAccount()): StormRequest {
  return { to: 'hold', command: holdCommand({ performanceId, accountId, seats }) };
}

describe.each(pairsOf(HOLD_STRATEGIES))('hold: %s beside %s', (...names) => {
  const size = sizeOf(names, 100);

  it(`sells a seat once to ${size} holds`, async () => {
    const performanceId = await plantPerformance(database);
    const outcomes = await inBoth(
      names,
      Array.from({ length: size }, () => hold(performanceId, [1])),
    );
    expect(tally(outcomes)).toEqual({ held: 1, seat_taken: size - 1 });
    expect(await seatOf(database, performanceId, 1)).toMatchObject({ state: 'held', version: 1 });
  });

  it('holds crossing groups of seats without a deadlock, each seat once', async () => {
    const performanceId = await plantPerformance(database, { seats: 12, seatLimit: null });
    const wanted = Array.from({ length: 60 }, (_, i) => [1 + (i % 10), 2 + (i % 10), 3 + (i % 10)]);
    const outcomes = await inBoth(
      names,
      wanted.map((seats) => hold(performanceId, seats)),
    );
    const { held = 0, seat_taken: taken = 0, ...rest } = tally(outcomes);
    expect(rest).toEqual({});
    expect(held + taken).toBe(60);
    expect(held).toBeGreaterThan(0);
    expect(await violationsIn(database)).toEqual([]);
  });

  it('keeps a limit of four against forty holds of one account', async () => {
    const performanceId = await plantPerformance(database, { seats: 40 });
    const accountId = someAccount();
    const requests = Array.from({ length: 40 }, (_, i) => hold(performanceId, [i + 1], accountId));
    expect(tally(await inBoth(names, requests))).toEqual({ held: 4, seat_limit_exceeded: 36 });
    expect(await liveClaims(database, holdCommand({ performanceId, accountId, seats: [1] }))).toBe(4);
  });

  it('gives duplicates in both one effect and one answer', async () => {
    const performanceId = await plantPerformance(database);
    const duplicate = hold(performanceId, [1, 2]);
    const outcomes = await inBoth(
      names,
      Array.from({ length: 20 }, () => duplicate),
    );
    expect(tally(outcomes)).toEqual({ held: 20 });
    expectOneEffect(outcomes);
    expect(await seatOf(database, performanceId, 1)).toMatchObject({ version: 1 });
  });
});

describe.each(pairsOf(TOP_UP_STRATEGIES))('top-up: %s beside %s', (...names) => {
  const size = sizeOf(names, 100);

  it(`keeps every unit of ${size} top-ups of a new wallet, and counts duplicates of one key once`, async () => {
    const accountId = someAccount();
    const requests = Array.from({ length: size }, (): StormRequest => {
      return { to: 'topUp', command: topUpCommand({ accountId }) };
    });
    // Each of ten requests is sent once more, by the other process.
    const duplicates = [...requests.slice(1, 10), requests[0]!];
    const outcomes = await inBoth(names, [...requests, ...duplicates]);
    expect(tally(outcomes)).toEqual({ topped_up: size + 10 });
    expect(new Set(outcomes.map((outcome) => outcome['seq'])).size).toBe(size);
    const balance = 1_000 * size;
    expect(await walletOf(database, accountId)).toEqual({ balance, ledger: balance, entries: size });
  });
});

describe.each(pairsOf(PAY_STRATEGIES))('pay: %s beside %s', (...names) => {
  it('takes the money once of fifty payments of one reservation, and once of duplicates of one key', async () => {
    const performanceId = await plantPerformance(database, { price: PRICE });
    const reserved = await holdSeats(database, performanceId, [1, 2]);
    const another = await holdSeats(database, performanceId, [3], reserved.accountId);
    await giveMoney(database, reserved.accountId, PRICE * 100);
    const duplicate: StormRequest = { to: 'pay', command: payCommand(another) };
    const outcomes = await inBoth(names, [
      ...Array.from({ length: 50 }, (): StormRequest => ({ to: 'pay', command: payCommand(reserved) })),
      ...Array.from({ length: 20 }, () => duplicate),
    ]);
    expect(tally(outcomes.filter((o) => o['reservationId'] !== another.reservationId))).toEqual({
      paid: 1,
      reservation_not_payable: 49,
    });
    const duplicates = outcomes.filter((o) => o['reservationId'] === another.reservationId);
    expect(duplicates.length).toBe(20);
    // A duplicate tells the reservation's state as it is then: beside `settled` its money may be ahead of it.
    for (const { state } of duplicates) expect(['confirmed', 'paying']).toContain(state);
    expectOneEffect(duplicates.map((answer) => ({ ...answer, state: 'confirmed' })));
    const balance = PRICE * 97;
    expect(await walletOf(database, reserved.accountId)).toEqual({ balance, ledger: balance, entries: 3 });
  });
});

it('answers a retried request whose process was killed after its commit with its one effect', async () => {
  const performanceId = await plantPerformance(database);
  const request = hold(performanceId, [1]);
  const doomed = await startStormProcess(database.url);
  // It commits and never says so: its second request keeps it from reporting.
  const unanswered = doomed
    .stormPaused(
      [request, { to: 'topUp', command: topUpCommand({ accountId: someAccount() }) }],
      'topUp: between read and write',
    )
    .catch((error: unknown) => error);
  const { command } = request;
  if (!('reservationId' in command)) throw new Error('the request is no hold');
  await until(async () => (await reservationOf(database, command)) !== undefined);
  await doomed.kill();
  expect(await unanswered).toBeInstanceOf(Error);
  const [answer] = await other.storm([request]);
  expect(answer).toMatchObject({ outcome: 'held', reservationId: command.reservationId, seats: [1] });
  expect(await seatOf(database, performanceId, 1)).toMatchObject({ version: 1 });
});

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});

describe('without a guard', () => {
  /** One request in each process, both past their read before either writes. */
  async function overlap(requests: readonly [StormRequest, StormRequest], point: 'hold' | 'topUp' | 'pay') {
    const at = `${point}: between read and write` as const;
    const [ours, theirs] = requests.map((request): StormRequest => ({ ...request, strategy: 'unguarded' }));
    const pausing = [one.paused(), other.paused()];
    const storms = [one.stormPaused([ours!], at), other.stormPaused([theirs!], at)];
    await Promise.all(pausing);
    one.goOn();
    other.goOn();
    return tally((await Promise.all(storms)).flat());
  }

  it('sells one seat in both', async () => {
    const performanceId = await plantPerformance(database);
    const both = [hold(performanceId, [1]), hold(performanceId, [1])] as const;
    expect(await overlap(both, 'hold')).toEqual({ held: 2 });
    expect(await violationsIn(database)).not.toEqual([]);
  });

  it('loses one of two top-ups', async () => {
    const accountId = someAccount();
    await giveMoney(database, accountId, 1_000);
    const topUp = (): StormRequest => ({ to: 'topUp', command: topUpCommand({ accountId }) });
    expect(await overlap([topUp(), topUp()], 'topUp')).toEqual({ topped_up: 2 });
    expect(await walletOf(database, accountId)).toEqual({ balance: 2_000, ledger: 3_000, entries: 3 });
  });

  it('spends the same money on two reservations', async () => {
    const performanceId = await plantPerformance(database, { price: PRICE });
    const first = await holdSeats(database, performanceId, [1]);
    const second = await holdSeats(database, performanceId, [2], first.accountId);
    await giveMoney(database, first.accountId, PRICE);
    const pay = (reserved: typeof first): StormRequest => ({ to: 'pay', command: payCommand(reserved) });
    expect(await overlap([pay(first), pay(second)], 'pay')).toEqual({ paid: 2 });
    expect((await walletOf(database, first.accountId)).balance).toBe(0);
  });
});
