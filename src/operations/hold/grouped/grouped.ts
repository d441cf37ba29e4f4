/**
 * Grouped hold: the holds of a performance that arrive while a transaction is in flight are decided together,
 * in the order of their arrival. A member wins when all its seats are free and its limit allows them; so it
 * loses to a winner only, never to a request that itself failed.
 *
 * Promise: of the requests for a seat the first to arrive wins; the others learn that it is taken.
 * Statements of a group: begin, lock, write, commit, whatever its size, in three round trips (begin goes with
 * the lock); with losers two more to learn why, three when the sale is not open. A winner of one seat costs
 * (npm run group-costs):
 *   group size                   1        10       100     1,000 (four groups)
 *   statements                   4       0.4      0.04     0.016
 *   round trips                  3       0.3      0.03     0.012
 *   seat updates, all HOT        1         1         1         1
 *   index writes                 2         2         2         2   (the reservation's and the limit row's primary keys)
 *   bytes of WAL               910       776       762       761
 * A loser costs: a read of its seats and its key in the group's statements. In a crowd mostly nothing: a
 * request for a seat that was seen taken by another account, after a commit and within the last 200 ms, is
 * answered from memory (crowd.ts).
 * Not for: a service that sees one hold at a time; it then does what `pessimistic` does.
 */
import type { Transaction } from '../../../db/database.ts';
import { statement } from '../../../db/statement.ts';
import { answeredBy, CountsDiffer, groupedStrategy } from '../../groups/group-strategy.ts';
import type { Answered, GroupedOperation, GroupState } from '../../groups/group-strategy.ts';
import type { Wait } from '../../groups/scheduler.ts';
import { createCrowd } from './crowd.ts';
import { lossToMembers, readKnown, reasons } from './losers.ts';
import type { Stock, Winner } from './losers.ts';
import { findHold } from '../hold.ts';
import type { TakenSeats } from '../../../seats/taken.ts';
import type { Held, HoldCommand, HoldOutcome, HoldRefusal, HoldStrategy } from '../hold.ts';

// One row for the whole group. Only free seats are locked: a lock on a sold one would be written for nothing.
// The limit rows are locked after the seats and in order; an account without a row has no claims, and the
// write asks again. The clock is read once all locks are held.
const lockSeats = statement({
  name: 'hold_grouped_lock',
  group: 'performance',
  writes: true,
  params: ['text', 'integer[]', 'text[]'],
  columns: {
    open: 'boolean',
    seat_limit: 'integer?',
    hold_seconds: 'integer?',
    held_until: 'timestamp with time zone?',
    free: 'integer[]',
    prices: 'bigint[]',
    accounts: 'text[]',
    claims: 'integer[]',
    spent: 'text[]',
    allowed_at: 'timestamp with time zone[]',
  },
  text: `
    with sale as materialized (
      select
        p.seat_limit,
        p.seat_limit * p.hold_budget as budget,
        p.sale_state = 'open'
          and p.sale_opens_at <= clock_timestamp()
          and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null) as open,
        p.hold_seconds
      from performance as p
      where p.performance_id = $1
    ), free as materialized (
      select s.seat_number, s.list_price
      from unnest($2::integer[]) as wanted (seat_number)
      join seat as s on s.performance_id = $1 and s.seat_number = wanted.seat_number
      where (s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp())
        and (select sale.open from sale)
      order by s.seat_number
      for no key update of s
    ), counted as materialized (
      select l.account_id, l.claims
      from claim_limit as l
      where l.performance_id = $1
        and l.account_id = any($3)
        and (select sale.seat_limit from sale) is not null
        and (select count(*) from free) > 0
      order by l.account_id
      for no key update
    ), spent as materialized (
      select * from (
        select c.account_id, hold_allowed_at(c.claims, (select sale.budget from sale)) as allowed_at from counted as c
      ) as c
      where c.allowed_at is not null
    )
    select
      coalesce((select sale.open from sale), false) as open,
      (select sale.seat_limit from sale) as seat_limit,
      (select sale.hold_seconds from sale) as hold_seconds,
      (
        select date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => sale.hold_seconds)
        from sale
        where (select count(*) from free) >= 0 and (select count(*) from counted) >= 0
      ) as held_until,
      (select coalesce(array_agg(free.seat_number), '{}') from free) as free,
      (select coalesce(array_agg(free.list_price), '{}') from free) as prices,
      (select coalesce(array_agg(c.account_id::text), '{}') from counted as c) as accounts,
      (select coalesce(array_agg(cardinality(live_claims(c.claims))), '{}') from counted as c) as claims,
      (select coalesce(array_agg(s.account_id::text), '{}') from spent as s) as spent,
      (select coalesce(array_agg(s.allowed_at), '{}') from spent as s) as allowed_at`,
});

// Finds the rows that other transactions have locked: it locks all that it can without waiting, and names the rest.
const findLocked = statement({
  name: 'hold_grouped_find_locked',
  group: 'performance',
  writes: true,
  params: ['text', 'integer[]', 'text[]'],
  columns: { seats: 'integer[]', accounts: 'text[]' },
  text: `
    with seats as materialized (
      select s.seat_number
      from seat as s
      where s.performance_id = $1 and s.seat_number = any($2)
      order by s.seat_number
      for no key update skip locked
    ), limits as materialized (
      select l.account_id
      from claim_limit as l
      where l.performance_id = $1 and l.account_id = any($3) and (select count(*) from seats) >= 0
      order by l.account_id
      for no key update skip locked
    )
    select
      array(
        select s.seat_number
        from seat as s
        where s.performance_id = $1 and s.seat_number = any($2) and s.seat_number not in (select seat_number from seats)
      ) as seats,
      array(
        select l.account_id::text
        from claim_limit as l
        where l.performance_id = $1 and l.account_id = any($3) and l.account_id not in (select account_id from limits)
      ) as accounts`,
});

// All winners of the group. The sale and the limit are asked once more by the statement that writes: what
// does not fit is not written, the counts differ, and the group is decided again.
const writeHolds = statement({
  name: 'hold_grouped_write',
  group: 'performance',
  writes: true,
  params: [
    'text',
    'timestamp with time zone',
    'integer[]',
    'uuid[]',
    'uuid[]',
    'text[]',
    'text[]',
    'bigint[]',
    'bytea[]',
    'text[]',
    'integer[]',
  ],
  columns: { seats: 'integer', reservations: 'integer', limits: 'integer', limited: 'boolean', xid: 'text' },
  text: `
    with sale as materialized (
      select p.seat_limit, p.seat_limit * p.hold_budget as budget
      from performance as p
      where p.performance_id = $1
        and p.sale_state = 'open'
        and p.sale_opens_at <= clock_timestamp()
        and (p.sale_closes_at > clock_timestamp() or p.sale_closes_at is null)
    ), held as (
      update seat as s
      set state = 'held',
          version = s.version + 1,
          price = s.list_price,
          reservation_id = w.reservation_id,
          held_until = $2,
          changed_by = pg_current_xact_id()
      from sale, unnest($3::integer[], $4::uuid[]) as w (seat_number, reservation_id)
      where s.performance_id = $1 and s.seat_number = w.seat_number
      returning 1
    ), counted as (
      insert into claim_limit as l (performance_id, account_id, claims)
      select $1, w.account_id, array_fill($2, array[w.seats])
      from sale, unnest($10::text[], $11::integer[]) as w (account_id, seats)
      where sale.seat_limit is not null
      order by w.account_id
      on conflict (performance_id, account_id) do update
      set claims = kept_claims(l.claims) || excluded.claims
      where cardinality(live_claims(l.claims)) + cardinality(excluded.claims) <= (select sale.seat_limit from sale)
        and hold_allowed_at(l.claims, (select sale.budget from sale)) is null
      returning 1
    ), made as (
      insert into reservation (
        performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
      )
      select $1, w.reservation_id, w.account_id, w.seat_ids::integer[], w.amount, $2, clock_timestamp(), w.request_hash
      from sale, unnest($5::uuid[], $6::text[], $7::text[], $8::bigint[], $9::bytea[])
        as w (reservation_id, account_id, seat_ids, amount, request_hash)
      order by w.reservation_id
      on conflict do nothing
      returning 1
    )
    select
      (select count(*) from held)::integer as seats,
      (select count(*) from made)::integer as reservations,
      (select count(*) from counted)::integer as limits,
      exists (select from sale where sale.seat_limit is not null) as limited,
      pg_current_xact_id()::text as xid`,
});

/** What a group of holds has read, and what its winners have taken so far. */
interface HoldState extends GroupState<HoldCommand> {
  readonly performanceId: string;
  readonly stock: Stock;
  readonly winnerOf: Map<number, Winner>;
}

async function read(tx: Transaction, commands: readonly HoldCommand[], wait: Wait): Promise<HoldState> {
  const performanceId = commands[0]!.performanceId;
  const isLockedOut = wait === 'not' ? await lockedRows(tx, performanceId, commands) : () => false;
  const staying = commands.filter((command) => !isLockedOut(command));
  const stock = await lock(tx, performanceId, staying);
  return { performanceId, stock, winnerOf: new Map(), isLockedOut };
}

function win({ stock, winnerOf }: HoldState, command: HoldCommand): Winner | undefined {
  const held = take(stock, command);
  if (held === undefined) return undefined;
  const winner = { command, held };
  for (const seat of held.seats) winnerOf.set(seat, winner);
  return winner;
}

async function explain(
  tx: Transaction,
  losers: readonly HoldCommand[],
  { performanceId, stock, winnerOf }: HoldState,
  memory: TakenSeats,
): Promise<(command: HoldCommand) => HoldOutcome> {
  // Decided once: before the answers are given the crowd may be over.
  const losses = new Map<HoldCommand, HoldOutcome>();
  for (const command of losers) {
    const loss = memory.mayRefuse(command) ? lossToMembers(command, winnerOf) : undefined;
    if (loss !== undefined) losses.set(command, loss);
  }
  const others = losers.filter((command) => !losses.has(command));
  const reasonOf = await reasons(tx, performanceId, others, { stock, winnerOf, memory });
  return (command) => losses.get(command) ?? reasonOf(command);
}

/** What this group has sold. A hold that is answered again may have been given back long ago. */
function noteWinners(memory: TakenSeats, winners: readonly Winner[], heldUntilMs: number): void {
  const msLeft = heldUntilMs - performance.now();
  for (const { command, held } of winners) {
    const { performanceId, reservationId, accountId } = command;
    memory.saw(
      performanceId,
      held.seats.map((seat) => ({ seat, reservationId, accountId, msLeft })),
    );
  }
}

/** A member wins when all its seats are still free, and its account's limit and budget allow them. */
function take(stock: Stock, command: HoldCommand): Held | undefined {
  const { performanceId, reservationId, accountId, seats } = command;
  const claims = stock.claims.get(accountId) ?? 0;
  if (stock.limit !== null && claims + seats.length > stock.limit) return undefined;
  if (stock.allowedAt.has(accountId)) return undefined;
  let amount = 0;
  for (const seat of seats) {
    const price = stock.prices.get(seat);
    if (price === undefined) return undefined;
    amount += price;
  }
  for (const seat of seats) stock.prices.delete(seat);
  stock.claims.set(accountId, claims + seats.length);
  const expiresAt = stock.heldUntil;
  return { outcome: 'held', performanceId, reservationId, seats, amount, expiresAt, state: 'held' };
}

async function lock(
  tx: Transaction,
  performanceId: string,
  commands: readonly HoldCommand[],
): Promise<Stock> {
  const seats = [...new Set(commands.flatMap((command) => command.seats))].sort((a, b) => a - b);
  const accounts = [...new Set(commands.map((command) => command.accountId))].sort();
  const askedAtMs = performance.now();
  const [row] = await tx.run(lockSeats, [performanceId, seats, accounts]);
  return {
    open: row?.open ?? false,
    limit: row?.seat_limit ?? null,
    heldUntil: row?.held_until ?? new Date(0),
    // The database read its clock after it was asked, so by this clock the holds last no shorter.
    heldUntilMs: askedAtMs + (row?.hold_seconds ?? 0) * 1_000,
    prices: new Map(row?.free.map((seat, i) => [seat, row.prices[i]!])),
    claims: new Map(row?.accounts.map((account, i) => [account, row.claims[i]!])),
    allowedAt: new Map(row?.spent.map((account, i) => [account, row.allowed_at[i]!])),
  };
}

/** Tells which commands want a row that somebody else has locked; the rows of the others are locked now. */
async function lockedRows(
  tx: Transaction,
  performanceId: string,
  commands: readonly HoldCommand[],
): Promise<(command: HoldCommand) => boolean> {
  const [locked] = await tx.run(findLocked, [
    performanceId,
    commands.flatMap((command) => command.seats),
    commands.map((command) => command.accountId),
  ]);
  const seats = new Set(locked?.seats);
  const accounts = new Set(locked?.accounts);
  return (command) => accounts.has(command.accountId) || command.seats.some((seat) => seats.has(seat));
}

async function write(
  tx: Transaction,
  winners: readonly Winner[],
  { performanceId }: HoldState,
): Promise<ReadonlyMap<string, Answered<HoldCommand, Held>>> {
  const seatsOf = new Map<string, number>();
  for (const { command } of winners) {
    seatsOf.set(command.accountId, (seatsOf.get(command.accountId) ?? 0) + command.seats.length);
  }
  const accounts = [...seatsOf.keys()].sort();
  const seats = winners.flatMap(({ held }) => held.seats);
  const [written] = await tx.run(writeHolds, [
    performanceId,
    winners[0]!.held.expiresAt,
    seats,
    winners.flatMap(({ held }) => held.seats.map(() => held.reservationId)),
    winners.map(({ held }) => held.reservationId),
    winners.map(({ command }) => command.accountId),
    winners.map(({ held }) => `{${held.seats.join(',')}}`),
    winners.map(({ held }) => held.amount),
    winners.map(({ command }) => command.requestHash),
    accounts,
    accounts.map((account) => seatsOf.get(account)!),
  ]);
  const complete =
    written?.seats === seats.length &&
    written.reservations === winners.length &&
    (written.limits === accounts.length || !written.limited);
  if (!complete) throw new CountsDiffer();
  tx.noteXid(written.xid);
  return new Map(
    winners.map(({ command, held }) => [held.reservationId, answeredBy(command.requestHash, () => held)]),
  );
}

export const groupedHold: HoldStrategy = groupedStrategy(
  { contention: 'one-wins-rest-refused', meanwhile: 'waits', detects: 'lock' },
  'hold: between read and write',
  (context): GroupedOperation<HoldCommand, Held, HoldRefusal, HoldState, Winner> => {
    const crowd = createCrowd(context);
    return {
      shardOf: (command) => command.performanceId,
      rowsOf: (command) => [...command.seats.map(String), command.accountId],
      exclusiveOf: (command) => command.seats,
      keyOf: (command) => command.reservationId,
      read,
      findAnswered: (tx, commands, { performanceId }) => readKnown(tx, performanceId, commands),
      win,
      explain: (tx, losers, state) => explain(tx, losers, state, crowd.memory),
      write,
      committed: (winners, { stock }) => noteWinners(crowd.memory, winners, stock.heldUntilMs),
      losses: crowd,
      replay: findHold,
    };
  },
);
