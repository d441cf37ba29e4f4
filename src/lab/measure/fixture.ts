/** Sets the scene of one run (wallets, seats, reservations that nobody has touched) and speaks its requests. */
import type { Database } from '../../db/database.ts';
import { requestHashOf, reservationIdOf } from '../../domain/ids.ts';
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
  /** The account of a row's wallet; for a hold each request is an account of its own. */
  accountOf(row: number): string;
  /** Sends one request by the scenario's strategy. */
  send(
    context: OperationContext,
    request: number,
  ): Promise<{ readonly outcome: string; readonly cause?: string }>;
}

/** Minor units: what a top-up adds and what a seat costs. */
export const AMOUNT = 1_000;

/** The outcomes that say yes. */
export const SUCCESSES: ReadonlySet<string> = new Set(['topped_up', 'held', 'paid']);

/** With what the keys of the top-ups begin that only set the fixture. */
export const MONEY_KEY = 'money-';

const HOLD_SECONDS = 3_600;

const plantWallets = `
  insert into wallet (account_id)
  select format('%s-a%s', $1::text, n) from generate_series(0, $2::int - 1) as n`;

// One statement, so that a performance is there whole or not at all.
const plantPerformance = `
  with new_venue as (
    insert into venue (venue_id, name) values ($1, '{"en": "Lab"}') returning venue_id
  ), new_concert as (
    insert into concert (concert_id, title) values ($1, '{"en": "Lab"}') returning concert_id
  ), new_venue_seat as (
    insert into venue_seat (venue_id, seat_number, label, section, row_name, seat_name, grade, x, y)
    select v.venue_id, n, 'A-1-' || n, 'A', '1', n::text, 'R', n, 0
    from new_venue as v, generate_series(1, $2::int) as n
  ), new_performance as (
    insert into performance (performance_id, concert_id, venue_id, starts_at, sale_opens_at, hold_seconds)
    select $1, c.concert_id, v.venue_id, clock_timestamp() + interval '30 days', clock_timestamp() - interval '1 hour', $4
    from new_venue as v, new_concert as c
    returning performance_id
  ), new_grade as (
    insert into performance_grade (performance_id, grade, price)
    select p.performance_id, 'R', $3 from new_performance as p
  )
  insert into seat (performance_id, seat_number, price)
  select p.performance_id, n, $3 from new_performance as p, generate_series(1, $2::int) as n`;

/** Every table that a run writes, in an order in which they can be emptied. */
const TABLES = [
  'ledger_entry',
  'wallet',
  'claim_limit',
  'reservation',
  'seat',
  'performance_grade',
  'performance',
  'concert',
  'venue_seat',
  'venue',
] as const;

/**
 * Empties the lab's tables before a run: what an earlier one has left, a control's damage above all, must not be audited
 * again. Deleting a few hundred rows takes a tenth of the time of a truncation, which makes new files.
 */
export async function emptyTables(database: Database): Promise<void> {
  await database.pool.query(TABLES.map((table) => `delete from ${table}`).join('; '));
}

/** Empties the lab's tables for good, the rows that were deleted included: the beginning of an experiment. */
export async function truncateTables(database: Database): Promise<void> {
  await database.pool.query(`truncate ${TABLES.join(', ')}, venue_seat_removed`);
}

let planted = 0;

/** Prepares the tables for a run of this scenario. Errors: `StrategyRefused` for a name that is none. */
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
  const execute = sender(topUpBy(scenario.strategy, resources));
  const accountOf = (row: number): string => `${named.name}-a${row}`;
  await database.pool.query(plantWallets, [named.name, scenario.rows]);
  const requestHash = requestHashOf('topUp', AMOUNT);
  return {
    ...named,
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
  const execute = sender(holdBy(scenario.strategy, resources));
  await database.pool.query(plantPerformance, [named.name, scenario.rows, AMOUNT, HOLD_SECONDS]);
  return {
    ...named,
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
  const execute = sender(payBy(scenario.strategy, resources));
  const accountOf = (row: number): string => `${named.name}-a${row % scenario.wallets}`;
  await database.pool.query(plantPerformance, [named.name, scenario.rows, AMOUNT, HOLD_SECONDS]);
  const holds = Array.from({ length: scenario.rows }, (_, row) =>
    holdCommand(named.name, accountOf(row), row + 1),
  );
  // Money enough for every request, so that no loser is saved from its writes by an empty wallet.
  const money = AMOUNT * Math.ceil(scenario.requests / scenario.rows);
  await Promise.all(holds.map((hold) => prepareReservation(database, hold, money)));
  return {
    ...named,
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

/** A held seat and the money to pay it. */
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
