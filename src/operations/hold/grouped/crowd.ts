/**
 * A crowd at one performance: who has lost as far as is known is answered without a transaction (DESIGN.md's rule: from memory
 * only for a seat that was seen taken after a commit, unexpired, at most 200 ms ago, by another account).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { EMPTY_SNAPSHOT, EPOCH_SQL } from '../../../seats/changes.ts';
import type { Database } from '../../../db/database.ts';
import { statement } from '../../../db/statement.ts';
import type { Refusal } from '../../../domain/outcomes.ts';
import { refuse } from '../../../domain/outcomes.ts';
import { refusalOf } from '../../../db/refusal.ts';
import type { HoldCommand } from '../hold.ts';
import { createTakenSeats } from '../../../seats/taken.ts';
import type { Look, TakenSeats } from '../../../seats/taken.ts';

export type Loss = Refusal<'seat_taken'>;

// One look at a whole hall: what has changed since the last one. Where no transaction has come or gone since then, no seat is
// read at all. Otherwise the comparison with the snapshot's oldest transaction comes first: it is cheap, and nearly every
// seat fails it.
const readChanges = statement({
  name: 'hold_grouped_changes',
  params: ['text', 'text'],
  columns: {
    snapshot: 'text',
    epoch: 'bigint',
    taken: 'integer[]',
    by: 'uuid[]',
    ms_left: 'integer[]',
    free: 'integer[]',
  },
  text: `
    with since as materialized (
      select
        $2::text::pg_snapshot as snapshot,
        pg_snapshot_xmin($2::text::pg_snapshot) as xmin,
        pg_current_snapshot()::text <> $2::text as is_past
    ), changed as materialized (
      select
        s.seat_number,
        s.reservation_id,
        s.state = 'sold' or s.state = 'held' and s.held_until > clock_timestamp() as taken,
        case
          when s.state = 'sold' then 2147483647
          else least(2147483647, extract(epoch from s.held_until - clock_timestamp()) * 1000)::integer
        end as ms_left
      from seat as s
      where s.performance_id = $1
        and (select since.is_past from since)
        and s.changed_by >= (select since.xmin from since)
        and not pg_visible_in_snapshot(s.changed_by, (select since.snapshot from since))
    )
    select
      pg_current_snapshot()::text as snapshot,
      ${EPOCH_SQL} as epoch,
      coalesce(array_agg(c.seat_number) filter (where c.taken), '{}') as taken,
      coalesce(array_agg(c.reservation_id) filter (where c.taken), '{}') as by,
      coalesce(array_agg(c.ms_left) filter (where c.taken), '{}') as ms_left,
      coalesce(array_agg(c.seat_number) filter (where not c.taken), '{}') as free
    from changed as c`,
});

/** What one opened strategy remembers of the halls, and what it answers from that. */
export interface Crowd {
  readonly memory: TakenSeats;
  /** The refusal of a request, in a crowd, for a seat that another account was just seen to have. */
  readonly known: (command: HoldCommand) => Loss | undefined;
  /** The same, when a request arrives: it may wait for a look at the hall. */
  readonly foresee: (command: HoldCommand) => Promise<Loss | undefined> | Loss | undefined;
}

/** Creates a crowd's memory of the halls of a database. */
export function createCrowd(database: Database): Crowd {
  const memory = createTakenSeats((performanceId, since) => look(database, performanceId, since));
  return {
    memory,
    known: (command) => knownLoss(memory, command),
    foresee: (command) => {
      memory.arrived(command.performanceId);
      const loss = knownLoss(memory, command);
      return loss !== undefined || !memory.isWorthALook(command) ? loss : lookFor(memory, command);
    },
  };
}

function look(database: Database, performanceId: string, since = EMPTY_SNAPSHOT): Promise<Look> {
  return database.connect(async (connection) => {
    const [row] = await connection.read(readChanges, [performanceId, since]);
    const { snapshot, epoch, taken, by, ms_left: msLeft, free } = row!;
    return {
      snapshot,
      epoch,
      taken: taken.map((seat, i) => ({
        seat,
        reservationId: by[i]!,
        accountId: undefined,
        msLeft: msLeft[i]!,
      })),
      free,
    };
  });
}

function knownLoss(memory: TakenSeats, command: HoldCommand): Loss | undefined {
  const seats = memory.takenFrom(command);
  return seats.length === 0 ? undefined : refuse<'seat_taken', number>('seat_taken', { seats });
}

/** How long a request waits for a look before its group is to tell. Nothing counts those who wait here. */
const LOOK_WAIT_MS = 200;

/** Finds out whether the seats are still another's; undefined when they are not, or no look was had: the group will tell. */
async function lookFor(memory: TakenSeats, command: HoldCommand): Promise<Loss | undefined> {
  try {
    const looked = memory.look(command.performanceId);
    await Promise.race([looked, sleep(LOOK_WAIT_MS, undefined, { ref: false })]);
  } catch (error) {
    // No connection, or not in time. A fault of the program is thrown on.
    refusalOf(error);
    return undefined;
  }
  return knownLoss(memory, command);
}
