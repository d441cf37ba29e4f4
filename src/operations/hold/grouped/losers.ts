/** Why the losers of a group lost, in the refusal order, and what their keys have made before. */
import type { Transaction } from '../../../db/database.ts';
import { statement } from '../../../db/statement.ts';
import type { Refusal } from '../../../domain/outcomes.ts';
import { refuse } from '../../../domain/outcomes.ts';
import type { ReservationState } from '../../../domain/states.ts';
import { answeredBy } from '../../groups/group-strategy.ts';
import type { Answered } from '../../groups/group-strategy.ts';
import type { Loss } from './crowd.ts';
import type { Held, HoldCommand, HoldOutcome } from '../hold.ts';
import type { Sighting } from '../../../seats/claims.ts';
import type { TakenSeats } from '../../../seats/taken.ts';

// The reservations that the group's keys have made already. Read after the group has its locks: a duplicate's commit that the
// group waited for is seen.
const findKnown = statement({
  name: 'hold_grouped_known',
  group: 'performance',
  params: ['text', 'uuid[]'],
  columns: {
    reservation_id: 'uuid',
    seat_ids: 'integer[]',
    amount: 'bigint',
    expires_at: 'timestamp with time zone',
    request_hash: 'bytea',
    state: 'text',
  },
  text: `
    select
      r.reservation_id, r.seat_ids, r.amount, r.expires_at, r.request_hash,
      case when r.state = 'held' and r.expires_at <= clock_timestamp() then 'expired' else r.state::text end as state
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = any($2)`,
});

const readSeats = statement({
  name: 'hold_grouped_seats',
  group: 'performance',
  params: ['text', 'integer[]'],
  columns: {
    seat_number: 'integer',
    taken: 'boolean',
    ms_left: 'double precision?',
    reservation_id: 'uuid?',
    taken_by: 'text?',
  },
  text: `
    select
      s.seat_number,
      s.state = 'sold' or s.state = 'held' and s.held_until > clock_timestamp() as taken,
      extract(epoch from s.held_until - clock_timestamp())::double precision * 1000 as ms_left,
      s.reservation_id,
      r.account_id::text as taken_by
    from seat as s
    left join reservation as r on r.performance_id = $1 and r.reservation_id = s.reservation_id
    where s.performance_id = $1 and s.seat_number = any($2)`,
});

const readSale = statement({
  name: 'hold_grouped_sale',
  group: 'performance',
  params: ['text'],
  columns: { sale_state: 'text', opens_at: 'timestamp with time zone', not_yet: 'boolean', ended: 'boolean' },
  text: `
    select
      p.sale_state::text as sale_state,
      p.sale_opens_at as opens_at,
      p.sale_opens_at > clock_timestamp() as not_yet,
      coalesce(p.sale_closes_at <= clock_timestamp(), false) as ended
    from performance as p
    where p.performance_id = $1`,
});

/** What the group has locked, and what its earlier members have taken of it. */
export interface Stock {
  readonly open: boolean;
  readonly limit: number | null;
  readonly heldUntil: Date;
  /** The same on this process's clock (`performance.now()`), or a little before it. */
  readonly heldUntilMs: number;
  /** Prices of the seats that are free and locked; a winner's seats leave it. */
  readonly prices: Map<number, number>;
  readonly claims: Map<string, number>;
  /** Accounts that have used up their budget of unpaid holds, and when they may hold again. */
  readonly allowedAt: ReadonlyMap<string, Date>;
}

export interface Winner {
  readonly command: HoldCommand;
  readonly held: Held;
}

/** What the keys of these commands have made already, by reservation. */
export async function readKnown(
  tx: Transaction,
  performanceId: string,
  commands: readonly HoldCommand[],
): Promise<ReadonlyMap<string, Answered<HoldCommand, Held>>> {
  const rows = await tx.run(findKnown, [performanceId, commands.map((command) => command.reservationId)]);
  return new Map(
    rows.map((row) => {
      const { reservation_id: reservationId, seat_ids: seats, amount, expires_at: expiresAt } = row;
      const state = row.state as ReservationState;
      const held: Held = { outcome: 'held', performanceId, reservationId, seats, amount, expiresAt, state };
      return [reservationId, answeredBy<HoldCommand, Held>(row.request_hash, () => held)];
    }),
  );
}

/**
 * The refusal of a member that lost a seat to an earlier member of another account. It is answered after the commit, like every
 * refusal from memory.
 */
export function lossToMembers(
  { accountId, seats, reservationId }: HoldCommand,
  winnerOf: ReadonlyMap<number, Winner>,
): Loss | undefined {
  const lost = seats.filter((seat) => {
    const winner = winnerOf.get(seat)?.command;
    return winner !== undefined && winner.accountId !== accountId && winner.reservationId !== reservationId;
  });
  return lost.length === 0 ? undefined : refuse<'seat_taken', number>('seat_taken', { seats: lost });
}

interface Decided {
  readonly stock: Stock;
  readonly winnerOf: ReadonlyMap<number, Winner>;
  readonly memory: TakenSeats;
}

/** Why each loser lost, in the refusal order; the reservation of its own key when there is one. */
export async function reasons(
  tx: Transaction,
  performanceId: string,
  losers: readonly HoldCommand[],
  decided: Decided,
): Promise<(command: HoldCommand) => HoldOutcome> {
  const known = losers.length > 0 ? await readKnown(tx, performanceId, losers) : undefined;
  const wanted = [...new Set(losers.flatMap((command) => command.seats))];
  const rows = wanted.length > 0 ? await tx.run(readSeats, [performanceId, wanted]) : [];
  const { memory } = decided;
  const seen = new Map(rows.map((row) => [row.seat_number, row]));
  memory.saw(
    performanceId,
    rows.flatMap((row): Sighting[] => {
      const { seat_number: seat, reservation_id: reservationId, taken_by: accountId } = row;
      if (!row.taken || reservationId === null || accountId === null) return [];
      return [{ seat, reservationId, accountId, msLeft: row.ms_left ?? Infinity }];
    }),
  );
  const { stock } = decided;
  const closed = losers.length > 0 && !stock.open ? await saleRefusal(tx, performanceId) : undefined;
  return (command) => {
    const earlier = known?.get(command.reservationId);
    if (earlier !== undefined) return earlier(command);
    if (closed?.outcome === 'not_found') return closed;
    const missing = command.seats.filter((seat) => !seen.has(seat));
    if (missing.length > 0) return refuse<'not_found', number>('not_found', { what: 'seat', seats: missing });
    if (closed !== undefined) return closed;
    // Taken in the database, or by an earlier member of this group.
    const taken = command.seats.filter((seat) => seen.get(seat)!.taken || decided.winnerOf.has(seat));
    if (taken.length > 0) return refuse<'seat_taken', number>('seat_taken', { seats: taken });
    const claimed = stock.claims.get(command.accountId) ?? 0;
    if (stock.limit !== null && claimed + command.seats.length > stock.limit) {
      return refuse('seat_limit_exceeded', { limit: stock.limit, claimed });
    }
    const retryAt = stock.allowedAt.get(command.accountId);
    if (retryAt !== undefined) return refuse('hold_budget_exceeded', { retryAt });
    return refuse('contended', { cause: 'version' });
  };
}

async function saleRefusal(
  tx: Transaction,
  performanceId: string,
): Promise<Refusal<'not_found' | 'sales_closed'> | undefined> {
  const [sale] = await tx.run(readSale, [performanceId]);
  if (sale === undefined) return refuse('not_found', { what: 'performance' });
  if (sale.sale_state === 'cancelled') return refuse('sales_closed', { reason: 'cancelled' });
  if (sale.sale_state === 'closed' || sale.ended) return refuse('sales_closed', { reason: 'ended' });
  if (sale.sale_state === 'paused') return refuse('sales_closed', { reason: 'paused' });
  return sale.not_yet ? refuse('sales_closed', { reason: 'not_yet', opensAt: sale.opens_at }) : undefined;
}
