/** Writes concerts, performances and prices; they are few, so each has a statement of its own. */
import type { Transaction } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';
import type { CheckedConcert } from './document/checked.ts';
import type { ChangeStatus } from './plan-venue.ts';
import type { PerformancePlan } from './plan.ts';

export async function writeConcert(
  tx: Transaction,
  concert: CheckedConcert,
  status: ChangeStatus,
): Promise<void> {
  if (status === 'unchanged') return;
  const { concertId, title, description } = concert;
  const values = [concertId, JSON.stringify(title), JSON.stringify(description)] as const;
  await tx.run(status === 'created' ? insertConcert : updateConcert, values);
}

export async function writePerformance(tx: Transaction, plan: PerformancePlan): Promise<void> {
  if (plan.status === 'unchanged') return;
  const { performanceId, concertId, venueId, saleState, prices, ...performance } = plan.performance;
  const { startsAt, opensAt, closesAt, refundableUntil, holdSeconds, seatLimit, holdBudget } = performance;
  const values = [
    performanceId,
    startsAt,
    opensAt,
    closesAt,
    refundableUntil,
    holdSeconds,
    seatLimit,
    holdBudget,
  ] as const;
  await (plan.status === 'created'
    ? tx.run(insertPerformance, [...values, concertId, venueId, saleState])
    : tx.run(updatePerformance, [...values, plan.opensAt, plan.closesAt]));
  await tx.run(removePrices, [performanceId, [...prices.keys()]]);
  await tx.run(setPrices, [performanceId, [...prices.keys()], [...prices.values()]]);
}

const insertConcert = statement({
  name: 'import_insert_concert',
  group: 'catalogue',
  writes: true,
  params: ['text', 'jsonb', 'jsonb'],
  columns: {},
  text: `insert into concert (concert_id, title, description) values ($1, $2, $3)`,
});

const updateConcert = statement({
  name: 'import_update_concert',
  group: 'catalogue',
  writes: true,
  params: ['text', 'jsonb', 'jsonb'],
  columns: {},
  text: `update concert as c set title = $2, description = $3 where c.concert_id = $1`,
});

const PERFORMANCE_PARAMS = [
  'text',
  'timestamp with time zone',
  'timestamp with time zone',
  'timestamp with time zone?',
  'timestamp with time zone?',
  'integer',
  'integer?',
  'integer?',
] as const;

const insertPerformance = statement({
  name: 'import_insert_performance',
  group: 'catalogue',
  writes: true,
  params: [...PERFORMANCE_PARAMS, 'text', 'text', 'text'],
  columns: {},
  text: `
    insert into performance (
      performance_id, starts_at, sale_opens_at, sale_closes_at, imported_opens_at, imported_closes_at, refundable_until,
      hold_seconds, seat_limit, hold_budget, concert_id, venue_id, sale_state
    )
    values ($1, $2, $3, $4, $3, $4, $5, $6, $7, $8, $9, $10, ($11::text)::sale_state)`,
});

// Leaves out the sale's state, which is the operator's once the performance exists.
const updatePerformance = statement({
  name: 'import_update_performance',
  group: 'catalogue',
  writes: true,
  params: [...PERFORMANCE_PARAMS, 'timestamp with time zone', 'timestamp with time zone?'],
  columns: {},
  text: `
    update performance as p
    set starts_at = $2,
        imported_opens_at = $3,
        imported_closes_at = $4,
        refundable_until = $5,
        hold_seconds = $6,
        seat_limit = $7,
        hold_budget = $8,
        sale_opens_at = $9,
        sale_closes_at = $10
    where p.performance_id = $1`,
});

const removePrices = statement({
  name: 'import_remove_prices',
  group: 'catalogue',
  writes: true,
  params: ['text', 'text[]'],
  columns: {},
  text: `delete from performance_grade as g where g.performance_id = $1 and g.grade <> all($2)`,
});

const setPrices = statement({
  name: 'import_set_prices',
  group: 'catalogue',
  writes: true,
  params: ['text', 'text[]', 'bigint[]'],
  columns: {},
  text: `
    insert into performance_grade as g (performance_id, grade, price)
    select $1, n.grade, n.price from unnest($2::text[], $3::bigint[]) as n (grade, price)
    on conflict (performance_id, grade) do update set price = excluded.price where g.price <> excluded.price`,
});
