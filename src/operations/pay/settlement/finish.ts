/**
 * The last step of a payment whose money is elsewhere, once its attempt is settled: `paying → confirmed`, or back to `held`
 * while the hold has time, else to `expired` with its seats freed. Groups as the first step has.
 *
 * Statements of a group: begin, read, finish, commit, whatever its size, in three round trips.
 */
import type { Connection, Transaction } from '../../../db/database.ts';
import { statement } from '../../../db/statement.ts';
import type { Outcome, Unsettled } from '../../../domain/outcomes.ts';
import { CountsDiffer, groupedStrategy } from '../../groups/group-strategy.ts';
import type { Answered, GroupedOperation, GroupState } from '../../groups/group-strategy.ts';
import type { Wait } from '../../groups/scheduler.ts';
import type { Strategy } from '../../strategy.ts';
import { attemptKey } from './attempt.ts';
import type { Attempt } from './attempt.ts';

/** A settled attempt, for its reservation. */
export interface SettledAttempt {
  readonly attempt: Attempt;
  readonly outcome: 'debited' | 'refused';
}

/** The reservation knows what became of its attempt. */
export interface Finished extends Outcome {
  readonly outcome: 'finished';
}

const FINISHED: Finished = { outcome: 'finished' };

const readAttempts = statement({
  name: 'pay_finish_read',
  group: 'performance',
  params: ['text', 'uuid[]', 'integer[]'],
  columns: { reservation_id: 'uuid', attempt: 'integer', is_over: 'boolean', seats: 'integer' },
  text: `
    select a.reservation_id, a.attempt::integer as attempt, a.outcome is not null as is_over, cardinality(r.seat_ids) as seats
    from unnest($2::uuid[], $3::integer[]) as w (reservation_id, attempt)
    join payment_attempt as a
      on a.performance_id = $1 and a.reservation_id = w.reservation_id and a.attempt = w.attempt
    join reservation as r on r.performance_id = $1 and r.reservation_id = a.reservation_id`,
});

// Finds the rows that other transactions have locked: it locks all that it can without waiting, in the lock order.
const findLocked = statement({
  name: 'pay_finish_find_locked',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid[]', 'integer[]'],
  columns: { reservation_id: 'uuid' },
  text: `
    with attempts as materialized (
      select a.reservation_id
      from unnest($2::uuid[], $3::integer[]) as w (reservation_id, attempt)
      join payment_attempt as a
        on a.performance_id = $1 and a.reservation_id = w.reservation_id and a.attempt = w.attempt
      order by a.reservation_id
      for no key update of a skip locked
    ), reservations as materialized (
      select r.reservation_id, r.account_id, r.seat_ids
      from attempts as a
      join reservation as r on r.performance_id = $1 and r.reservation_id = a.reservation_id
      order by r.reservation_id
      for no key update of r skip locked
    ), seats as materialized (
      select own.reservation_id
      from (select r.reservation_id, unnest(r.seat_ids) as seat_number from reservations as r) as own
      join seat as s on s.performance_id = $1 and s.seat_number = own.seat_number
      order by s.seat_number
      for no key update of s skip locked
    ), limits as materialized (
      select l.account_id
      from claim_limit as l
      where l.performance_id = $1
        and l.account_id in (select r.account_id from reservations as r)
        and (select count(*) from seats) >= 0
      order by l.account_id
      for no key update skip locked
    )
    select w.reservation_id
    from unnest($2::uuid[]) as w (reservation_id)
    where not exists (
      select
      from reservations as r
      where r.reservation_id = w.reservation_id
        and cardinality(r.seat_ids) = (select count(*) from seats as s where s.reservation_id = r.reservation_id)
        and (
          exists (select from limits as l where l.account_id = r.account_id)
          or not exists (select from claim_limit as l where l.performance_id = $1 and l.account_id = r.account_id)
        )
    )`,
});

// Locks the attempts, the reservations, the seats by number and the limit rows, and reads the clock once all reservations
// are locked. A hold whose time was over meanwhile leaves no claim: while it was being paid it did not count as unpaid.
const finishAll = statement({
  name: 'pay_finish_write',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid[]', 'integer[]', 'text[]'],
  columns: { attempts: 'integer', reservations: 'integer', seats: 'integer', xid: 'text' },
  text: `
    with attempted as materialized (
      select a.reservation_id, a.attempt, w.outcome
      from unnest($2::uuid[], $3::integer[], $4::text[]) as w (reservation_id, attempt, outcome)
      join payment_attempt as a
        on a.performance_id = $1 and a.reservation_id = w.reservation_id and a.attempt = w.attempt
      where a.outcome is null
      order by a.reservation_id
      for no key update of a
    ), locked as materialized (
      select r.reservation_id, r.account_id, r.seat_ids, r.expires_at, a.attempt, a.outcome
      from attempted as a
      join reservation as r on r.performance_id = $1 and r.reservation_id = a.reservation_id
      where r.state = 'paying'
      order by r.reservation_id
      for no key update of r
    ), decided as materialized (
      select
        l.*,
        case
          when l.outcome = 'debited' then 'confirmed'
          when l.expires_at > clock_timestamp() then 'held'
          else 'expired'
        end as state
      from locked as l
    ), target as materialized (
      select s.seat_number, own.state, own.expires_at
      from (select d.reservation_id, d.state, d.expires_at, unnest(d.seat_ids) as seat_number from decided as d) as own
      join seat as s
        on s.performance_id = $1 and s.seat_number = own.seat_number and s.reservation_id = own.reservation_id
      where s.state = 'held'
      order by s.seat_number
      for no key update of s
    ), written_seat as (
      update seat as s
      set state = case t.state when 'confirmed' then 'sold' when 'held' then 'held' else 'free' end::seat_state,
          version = s.version + 1,
          held_until = case t.state when 'held' then t.expires_at end,
          reservation_id = case when t.state <> 'expired' then s.reservation_id end,
          changed_by = pg_current_xact_id()
      from target as t
      where s.performance_id = $1 and s.seat_number = t.seat_number
      returning 1
    ), returned as materialized (
      select
        d.account_id,
        array_fill('infinity'::timestamptz, array[count(*)::integer]) as forever,
        coalesce(array_agg(d.expires_at) filter (where d.state = 'held'), '{}') as claims
      from (
        select d.account_id, d.state, d.expires_at, unnest(d.seat_ids) from decided as d where d.state <> 'confirmed'
      ) as d
      group by d.account_id
    ), limit_row as materialized (
      select l.account_id, r.forever, r.claims
      from returned as r
      join claim_limit as l on l.performance_id = $1 and l.account_id = r.account_id
      where (select count(*) from written_seat) >= 0
      order by l.account_id
      for no key update of l
    ), counted as (
      update claim_limit as l
      set claims = without_claims(l.claims, r.forever) || r.claims
      from limit_row as r
      where l.performance_id = $1 and l.account_id = r.account_id
    ), ended as (
      update payment_attempt as a
      set outcome = d.outcome::settlement_outcome
      from decided as d
      where a.performance_id = $1 and a.reservation_id = d.reservation_id and a.attempt = d.attempt
      returning 1
    ), finished as (
      update reservation as r
      set state = d.state::reservation_state, version = r.version + 1
      from decided as d
      where r.performance_id = $1 and r.reservation_id = d.reservation_id
      returning 1
    )
    select
      (select count(*) from ended)::integer as attempts,
      (select count(*) from finished)::integer as reservations,
      (select count(*) from written_seat)::integer as seats,
      pg_current_xact_id()::text as xid`,
});

interface FinishState extends GroupState<SettledAttempt> {
  readonly performanceId: string;
  /** How many seats each live attempt's reservation has; those that are over are missing. */
  readonly live: ReadonlyMap<string, number>;
  readonly known: ReadonlySet<string>;
}

interface Winner extends SettledAttempt {
  readonly seats: number;
}

async function read(tx: Transaction, commands: readonly SettledAttempt[], wait: Wait): Promise<FinishState> {
  const performanceId = commands[0]!.attempt.performanceId;
  const ids = commands.map(({ attempt }) => attempt.reservationId);
  const numbers = commands.map(({ attempt }) => attempt.attempt);
  const rows = await tx.run(readAttempts, [performanceId, ids, numbers]);
  const locked =
    wait === 'not'
      ? new Set((await tx.run(findLocked, [performanceId, ids, numbers])).map((row) => row.reservation_id))
      : undefined;
  const keyOfRow = (row: { reservation_id: string; attempt: number }): string =>
    attemptKey({ reservationId: row.reservation_id, attempt: row.attempt });
  return {
    performanceId,
    live: new Map(rows.filter((row) => !row.is_over).map((row) => [keyOfRow(row), row.seats])),
    known: new Set(rows.map(keyOfRow)),
    isLockedOut: ({ attempt }) => locked?.has(attempt.reservationId) === true,
  };
}

function win({ live }: FinishState, command: SettledAttempt): Winner | undefined {
  const seats = live.get(attemptKey(command.attempt));
  return seats === undefined ? undefined : { ...command, seats };
}

/** An attempt that is over was finished by another process. */
function reason({ attempt }: SettledAttempt, { known }: FinishState): Finished {
  const key = attemptKey(attempt);
  if (known.has(key)) return FINISHED;
  throw new Error(
    `attempt ${key} of ${attempt.performanceId} is settled, but the performance does not know it`,
  );
}

async function write(
  tx: Transaction,
  winners: readonly Winner[],
  { performanceId }: FinishState,
): Promise<ReadonlyMap<string, Answered<SettledAttempt, Finished>>> {
  const [written] = await tx.run(finishAll, [
    performanceId,
    winners.map(({ attempt }) => attempt.reservationId),
    winners.map(({ attempt }) => attempt.attempt),
    winners.map(({ outcome }) => outcome),
  ]);
  const seats = winners.reduce((sum, winner) => sum + winner.seats, 0);
  const isComplete =
    written?.attempts === winners.length &&
    written.reservations === winners.length &&
    written.seats === seats;
  if (!isComplete) throw new CountsDiffer();
  tx.noteXid(written.xid);
  return new Map(winners.map(({ attempt }) => [attemptKey(attempt), () => FINISHED]));
}

async function findFinished(
  connection: Connection,
  { attempt }: SettledAttempt,
): Promise<Finished | undefined> {
  const { performanceId, reservationId, attempt: number } = attempt;
  const [row] = await connection.read(readAttempts, [performanceId, [reservationId], [number]]);
  return row?.is_over === true ? FINISHED : undefined;
}

const operation: GroupedOperation<SettledAttempt, Finished, Unsettled, FinishState, Winner> = {
  shardOf: ({ attempt }) => attempt.performanceId,
  rowsOf: ({ attempt }) => [attempt.reservationId, attempt.accountId],
  keyOf: ({ attempt }) => attemptKey(attempt),
  read,
  // Whether an attempt is over is read with it.
  findAnswered: async () => new Map(),
  win,
  explain: async (_, __, state) => (command) => reason(command, state),
  write,
  replay: findFinished,
};

/** Finishes payments, in groups. */
export const finishPayment: Strategy<SettledAttempt, Finished, Unsettled> = groupedStrategy(
  { contention: 'all-succeed', meanwhile: 'works-too', detects: 'version' },
  'finish: between read and write',
  () => operation,
);
