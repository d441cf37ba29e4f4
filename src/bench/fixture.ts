/**
 * Plants what a sample needs: empty tables, then wallets, seats on sale, or reservations ready to be paid.
 */
import { createHash } from 'node:crypto';
import type { Queryable } from '../db/pool.ts';
import { CATALOGUE_TABLES, PURCHASE_TABLES, plantPerformance, plantWallets } from '../load/plant.ts';
import type { Fixture } from './measure/worker-protocol.ts';

/** Minor units: what a top-up adds and what a seat costs. */
export const AMOUNT = 1_000;

export const PERFORMANCE_ID = 'bench';

export const ACCOUNT_PREFIX = 'buyer-';

const HOLD_SECONDS = 3_600;
/** A limit, so that each hold writes a limit row. */
export const SEAT_LIMIT = 4;
const USUAL_RULES: HoldRules = { holdSeconds: HOLD_SECONDS, holdBudget: 3 };

/** The id of the reservation planted for a row, counted from 0; scattered like any other id. */
export function plantedReservationId(row: number): string {
  const hex = createHash('md5').update(`r${row}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export type FixtureSize =
  | { readonly operation: 'topUp'; readonly wallets: number }
  | {
      readonly operation: 'hold' | 'pay';
      readonly rows: number;
      readonly seatsPerHold: number;
      /** One endless row where nothing chooses seats; else ten sections of rows of fifty. */
      readonly hall?: 'row' | 'sections';
      /** How long a hold lasts, and how often an hour an account may hold without paying; null for no bound. */
      readonly rules?: HoldRules;
    };

export interface HoldRules {
  readonly holdSeconds: number;
  readonly holdBudget: number | null;
}

/**
 * Empties the tables and plants a new fixture. Where the user is allowed to, it also runs a checkpoint, a
 * vacuum and an analyze, so that the sample does not pay for them.
 */
export async function plantFixture(pool: Queryable, size: FixtureSize): Promise<Fixture> {
  // Top-ups get no hall: the audit would report its seats, which nobody planted, as missing.
  if (size.operation === 'topUp') await provideHall(pool, 0);
  else await provideHall(pool, size.rows * size.seatsPerHold, size.hall);
  await pool.query(`truncate ${PURCHASE_TABLES.join(', ')}`);
  if (size.operation !== 'topUp') await setRules(pool, size.rules ?? USUAL_RULES);
  await ignoringRefusal(pool.query('checkpoint'));
  if (size.operation === 'topUp') await plantWallets(pool, ACCOUNT_PREFIX, size.wallets);
  else if (size.operation === 'hold') await pool.query(plantFreeSeats, [PERFORMANCE_ID, AMOUNT]);
  else {
    const values = [PERFORMANCE_ID, ACCOUNT_PREFIX, size.rows, size.seatsPerHold, AMOUNT, HOLD_SECONDS];
    await pool.query(plantReservations, values);
  }
  await pool.query(`vacuum (analyze) ${PURCHASE_TABLES.join(', ')}`);
  return {
    performanceId: PERFORMANCE_ID,
    accountPrefix: ACCOUNT_PREFIX,
    seatsPerHold: size.operation === 'topUp' ? 1 : size.seatsPerHold,
  };
}

/** Provides a hall of this size and form, and keeps it for further samples of the same. */
async function provideHall(pool: Queryable, seats: number, form: 'row' | 'sections' = 'row'): Promise<void> {
  const { rows } = await pool.query<{ seats: number; form: string }>(
    `select count(*)::int as seats, case when max(y) > 0 then 'sections' else 'row' end as form from venue_seat`,
  );
  if (rows[0]?.seats === seats && (seats === 0 || rows[0].form === form)) return;
  await pool.query(`truncate ${[...PURCHASE_TABLES, ...CATALOGUE_TABLES].join(', ')}`);
  if (seats === 0) return;
  await plantPerformance(pool, {
    performanceId: PERFORMANCE_ID,
    seats,
    price: AMOUNT,
    seatLimit: SEAT_LIMIT,
    ...USUAL_RULES,
  });
  if (form === 'sections') await pool.query(placeInSections);
  await pool.query(`vacuum (analyze) ${CATALOGUE_TABLES.join(', ')}`);
}

async function setRules(pool: Queryable, { holdSeconds, holdBudget }: HoldRules): Promise<void> {
  await pool.query('update performance set hold_seconds = $1, hold_budget = $2', [holdSeconds, holdBudget]);
}

// Sections A to J side by side, each row of fifty seats in the next one; the stage is before the first rows.
const placeInSections = `
  with placed as (
    select
      v.seat_number,
      chr(65 + (v.seat_number - 1) / 50 % 10) as section,
      (v.seat_number - 1) / 500 + 1 as row_number,
      (v.seat_number - 1) % 50 + 1 as seat
    from venue_seat as v
  )
  update venue_seat as v
  set section = p.section,
      row_name = p.row_number::text,
      seat_name = p.seat::text,
      label = p.section || '-' || p.row_number || '-' || p.seat,
      x = (ascii(p.section) - 65) * 28 + p.seat * 0.5,
      y = p.row_number
  from placed as p
  where v.seat_number = p.seat_number`;

/** Ignores that the role may not run a checkpoint. */
async function ignoringRefusal(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if ((error as { code?: string }).code !== '42501') throw error;
  });
}

const plantFreeSeats = `
  insert into seat (performance_id, seat_number, list_price)
  select $1, v.seat_number, $2 from venue_seat as v order by v.seat_number`;

// A reservation for each row, held a minute ago, with exactly the money to pay it. One statement, so that all
// expire at the same moment. They are older than the sample's journal, which therefore does not miss them.
const plantReservations = `
  with planted as materialized (
    select
      n,
      md5('r' || n)::uuid as reservation_id,
      $2::text || n as account_id,
      array(select n * $4::int + i from generate_series(1, $4::int) as i) as seats,
      array_fill(moment.expires_at, array[$4::int]) as claims,
      moment.expires_at,
      moment.created_at
    from generate_series(0, $3::int - 1) as n,
      (
        select
          date_trunc('milliseconds', now()) + make_interval(secs => $6::int) as expires_at,
          now() - interval '1 minute' as created_at
      ) as moment
  ), new_reservation as (
    insert into reservation (
      performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
    )
    select $1, p.reservation_id, p.account_id, p.seats, $4::int * $5::bigint, p.expires_at, p.created_at, '\\x00'
    from planted as p
  ), new_limit as (
    insert into claim_limit (performance_id, account_id, claims) select $1, p.account_id, p.claims from planted as p
  ), new_wallet as (
    insert into wallet (account_id, balance, version) select p.account_id, $4::int * $5::bigint, 1 from planted as p
  ), new_entry as (
    insert into ledger_entry (account_id, seq, kind, amount, balance_after, key, request_hash, created_at)
    select p.account_id, 1, 'top_up', $4::int * $5::bigint, $4::int * $5::bigint, 'planted', '\\x00', p.created_at
    from planted as p
  )
  insert into seat (performance_id, seat_number, list_price, price, state, version, reservation_id, held_until)
  select $1, seat_number, $5, $5, 'held', 1, p.reservation_id, p.expires_at
  from planted as p, unnest(p.seats) as seat_number`;
