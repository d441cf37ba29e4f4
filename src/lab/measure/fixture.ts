/** Plants the wallets, seats or reservations of a run, and sends its requests. */
import type { Database } from '../../db/database.ts';
import { requestHashOf, reservationIdOf } from '../../domain/ids.ts';
import { CATALOGUE_TABLES, PURCHASE_TABLES, plantPerformance, plantWallets } from '../../load/plant.ts';
import { atomicTopUp } from '../../operations/top-up/atomic.ts';
import { atomicHold } from '../../operations/hold/atomic.ts';
import type { HoldCommand } from '../../operations/hold/hold.ts';
import type { StrategyResources } from '../../operations/registry.ts';
import type { OperationContext } from '../../operations/strategy.ts';
import type { Scenario } from './scenario.ts';
import { topUpBy, holdBy, payBy, sender } from './strategies.ts';

export interface Fixture {
  /** Unique among the runs of this lab. */
  readonly name: string;
  /** Which wallet, seat or reservation a request wants, from 0. */
  rowOf(request: number): number;
  /** The account of a row's wallet; holds have an account per request instead. */
  accountOf(row: number): string;
  /** Whether requests share transactions by that strategy. */
  readonly groups: boolean;
  /** Sends one request by the scenario's strategy. */
  send(
    context: OperationContext,
    request: number,
  ): Promise<{ readonly outcome: string; readonly cause?: string }>;
}

/** Minor units: what a top-up adds and what a seat costs. */
export const AMOUNT = 1_000;

export const SUCCESSES: ReadonlySet<string> = new Set(['topped_up', 'held', 'paid']);

/** Prefix of the keys of top-ups that belong to the fixture. */
export const MONEY_KEY = 'money-';

const HOLD_SECONDS = 3_600;

const TABLES = [...PURCHASE_TABLES, ...CATALOGUE_TABLES];

/**
 * Empties the lab's tables before a run, so that the audit does not find what an earlier control damaged.
 * Deleting a few hundred rows takes a tenth of the time of a truncation, which makes new files.
 */
export async function emptyTables(database: Database): Promise<void> {
  await database.pool.query(TABLES.map((table) => `delete from ${table}`).join('; '));
}

/** Empties the lab's tables before a schedule, and frees the space of deleted rows. */
export async function truncateTables(database: Database): Promise<void> {
  await database.pool.query(`truncate ${TABLES.join(', ')}`);
}

let planted = 0;

/** Plants what a run of this scenario needs. Throws `StrategyRefused` for an unknown strategy. */
export async function plantFixture(
  database: Database,
  scenario: Scenario,
  resources: StrategyResources,
): Promise<Fixture> {
  planted += 1;
  const name = `lab-${planted}`;
  const rowOf = (request: number): number => request % scenario.rows;
  if (scenario.operation === 'topUp') return topUpFixture(database, scenario, resources, { name, rowOf });
  if (scenario.operation === 'hold') return holdFixture(database, scenario, resources, { name, rowOf });
  return payFixture(database, scenario, resources, { name, rowOf });
}

type Named = Pick<Fixture, 'name' | 'rowOf'>;

async function topUpFixture(
  database: Database,
  scenario: Scenario,
  resources: StrategyResources,
  named: Named,
): Promise<Fixture> {
  const strategy = topUpBy(scenario.strategy, resources);
  const execute = sender(strategy);
  const accountOf = (row: number): string => `${named.name}-a${row}`;
  await plantWallets(database.pool, `${named.name}-a`, scenario.rows);
  const requestHash = requestHashOf('topUp', AMOUNT);
  return {
    ...named,
    groups: strategy.groups === true,
    accountOf,
    send: (context, request) =>
      execute(context, {
        accountId: accountOf(named.rowOf(request)),
        amount: AMOUNT,
        idempotencyKey: `request-${request}`,
        requestHash,
      }),
  };
}

async function holdFixture(
  database: Database,
  scenario: Scenario,
  resources: StrategyResources,
  named: Named,
): Promise<Fixture> {
  const strategy = holdBy(scenario.strategy, resources);
  const execute = sender(strategy);
  await plantSeats(database, named.name, scenario.rows);
  return {
    ...named,
    groups: strategy.groups === true,
    accountOf: (row) => `${named.name}-a${row}`,
    send: (context, request) =>
      execute(context, holdCommand(named.name, `${named.name}-a${request}`, named.rowOf(request) + 1)),
  };
}

async function payFixture(
  database: Database,
  scenario: Scenario,
  resources: StrategyResources,
  named: Named,
): Promise<Fixture> {
  const strategy = payBy(scenario.strategy, resources);
  const execute = sender(strategy);
  const accountOf = (row: number): string => `${named.name}-a${row % scenario.wallets}`;
  await plantSeats(database, named.name, scenario.rows);
  const holds = Array.from({ length: scenario.rows }, (_, row) =>
    holdCommand(named.name, accountOf(row), row + 1),
  );
  // Money enough for every request, so that no loser fails early because the wallet is empty.
  const money = AMOUNT * Math.ceil(scenario.requests / scenario.rows);
  await Promise.all(holds.map((hold) => prepareReservation(database, hold, money)));
  return {
    ...named,
    groups: strategy.groups === true,
    accountOf,
    send: (context, request) => {
      const { reservationId, accountId } = holds[named.rowOf(request)]!;
      return execute(context, {
        performanceId: named.name,
        reservationId,
        accountId,
        idempotencyKey: `request-${request}`,
        requestHash: requestHashOf('pay', named.name, reservationId),
      });
    },
  };
}

async function plantSeats(database: Database, performanceId: string, seats: number): Promise<void> {
  await plantPerformance(database.pool, { performanceId, seats, price: AMOUNT, holdSeconds: HOLD_SECONDS });
}

/** Holds a seat and tops up the money to pay it. */
async function prepareReservation(database: Database, hold: HoldCommand, money: number): Promise<void> {
  const toppedUp = await atomicTopUp.open({ database }).execute({
    accountId: hold.accountId,
    amount: money,
    idempotencyKey: `${MONEY_KEY}${hold.reservationId}`,
    requestHash: requestHashOf('topUp', money),
  });
  const held = await atomicHold.open({ database }).execute(hold);
  if (toppedUp.outcome !== 'topped_up' || held.outcome !== 'held') {
    throw new Error(`the fixture could not be set: ${toppedUp.outcome}, ${held.outcome}`);
  }
}

function holdCommand(performanceId: string, accountId: string, seat: number): HoldCommand {
  return {
    performanceId,
    accountId,
    seats: [seat],
    reservationId: reservationIdOf(performanceId, accountId, `seat-${seat}`),
    requestHash: requestHashOf('hold', seat),
  };
}
