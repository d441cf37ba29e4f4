/**
 * Releasing a hold before it expires: its seats are free again at once.
 *
 * It locks the reservation first, then the seats by number, then the limit row. A release that waited for a
 * payment finds the reservation confirmed and is refused.
 */
import type { Connection } from '../db/database.ts';
import { commit, rollback } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import type { Outcome, Refusal, Unsettled } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import type { By } from '../operator-log/note-action.ts';
import { noteAction } from '../operator-log/note-action.ts';
import { settle } from './settle.ts';
import { giveSeatsBack } from './give-back.ts';
import type { OperationContext, RequestHooks } from './strategy.ts';

export interface ReleaseCommand {
  readonly performanceId: string;
  readonly reservationId: string;
  readonly accountId: string;
  /** Notes the release in the operator log and spares the account's budget of unpaid holds; left out for a buyer's. */
  readonly by?: By | undefined;
  /** Whether a buyer's release spares that budget, however late it comes. */
  readonly isForgiven?: boolean | undefined;
}

/** A hold that is released so soon after it was made does not count as unpaid. */
export const FREE_RELEASE_SECONDS = 30;

export interface Released extends Outcome {
  readonly outcome: 'released';
  readonly performanceId: string;
  readonly reservationId: string;
}

export type ReleaseRefusal = Refusal<'not_found' | 'hold_expired' | 'reservation_not_releasable'> | Unsettled;

/**
 * Releases the reservation. Releasing a released one again is the same success, so that a client may repeat
 * the request.
 */
export function release(
  context: OperationContext,
  command: ReleaseCommand,
): Promise<Released | ReleaseRefusal> {
  return settle<ReleaseCommand, Released, ReleaseRefusal>(
    context.database,
    {
      attempt,
      refuseWith: async (connection) =>
        (await released(connection, command)) ?? refuse('contended', { cause: 'version' }),
      replay: async (connection) => {
        const answer = await released(connection, command);
        return answer?.outcome === 'released' ? answer : undefined;
      },
    },
    command,
    context,
  );
}

const releaseReservation = statement({
  name: 'release_reservation',
  group: 'performance',
  writes: true,
  params: ['text', 'uuid', 'text'],
  columns: {
    seat_ids: 'integer[]',
    expires_at: 'timestamp with time zone',
    unpaid_at: 'timestamp with time zone?',
    xid: 'text',
  },
  text: `
    with locked as materialized (
      select r.expires_at
      from reservation as r
      where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3 and r.state = 'held'
      for no key update
    )
    update reservation as r
    set state = 'released', version = r.version + 1
    from locked
    where r.performance_id = $1 and r.reservation_id = $2 and locked.expires_at > clock_timestamp()
    returning
      r.seat_ids,
      r.expires_at,
      case when r.created_at < clock_timestamp() - interval '${FREE_RELEASE_SECONDS} s' then date_trunc('milliseconds', r.created_at) end as unpaid_at,
      pg_current_xact_id()::text as xid`,
});

async function attempt(
  connection: Connection,
  command: ReleaseCommand,
  { racePoint }: RequestHooks,
): Promise<Released | undefined> {
  const { performanceId, reservationId, accountId } = command;
  return connection.transaction({}, async (tx) => {
    await racePoint?.('release: before write');
    const [row] = await tx.run(releaseReservation, [performanceId, reservationId, accountId]);
    if (row === undefined) return rollback(undefined);
    tx.noteXid(row.xid);
    const { seat_ids: seats, expires_at: expiresAt } = row;
    const isForgiven = command.isForgiven === true || command.by !== undefined;
    // The hold's beginning is certainly over: an audit must never take what has ended for a claim that counts.
    const unpaidAt = isForgiven ? undefined : (row.unpaid_at ?? undefined);
    await giveSeatsBack(tx, { performanceId, reservationId, accountId, seats, expiresAt, unpaidAt });
    if (command.by !== undefined) {
      const details = { seatNumbers: seats };
      const noted = { action: 'hold_released', performanceId, reservationId, accountId, details } as const;
      await noteAction(tx, command.by, noted);
    }
    return commit({ outcome: 'released', performanceId, reservationId });
  });
}

const readState = statement({
  name: 'release_read_state',
  group: 'performance',
  params: ['text', 'uuid', 'text'],
  columns: { state: 'text', expired: 'boolean' },
  text: `
    select r.state::text as state, r.state = 'expired' or r.state = 'held' and r.expires_at <= clock_timestamp() as expired
    from reservation as r
    where r.performance_id = $1 and r.reservation_id = $2 and r.account_id = $3`,
});

async function released(
  connection: Connection,
  command: ReleaseCommand,
): Promise<Released | ReleaseRefusal | undefined> {
  const { performanceId, reservationId, accountId } = command;
  const [reservation] = await connection.read(readState, [performanceId, reservationId, accountId]);
  if (reservation === undefined) return refuse('not_found', { what: 'reservation' });
  if (reservation.expired) return refuse('hold_expired');
  if (reservation.state === 'released') return { outcome: 'released', performanceId, reservationId };
  if (reservation.state === 'held') return undefined;
  if (reservation.state === 'paying') return refuse('contended', { cause: 'paying' });
  return refuse('reservation_not_releasable', { state: reservation.state });
}
