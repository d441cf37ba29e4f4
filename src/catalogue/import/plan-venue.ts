/** Plans what an import does to one venue and its seats. */
import { isDeepStrictEqual } from 'node:util';
import type { CheckedVenue } from './document/checked.ts';
import { LIMITS } from './document/document.ts';
import type { PlacedSeat } from './document/layout.ts';
import type { ProblemList } from './document/problems.ts';
import type { StoredSeat, StoredVenue } from './stored.ts';

export type ChangeStatus = 'created' | 'changed' | 'unchanged';

export interface NumberedSeat extends PlacedSeat {
  readonly number: number;
}

export interface VenuePlan {
  readonly venue: CheckedVenue;
  readonly timeZone: string;
  /** `changed` if the venue's row or any of its seats differs. */
  readonly status: ChangeStatus;
  /** New labels, and returning labels, which get their old number. */
  readonly added: readonly NumberedSeat[];
  /** Another place or another grade. */
  readonly changed: readonly NumberedSeat[];
  /** The changed seats that move to another grade. */
  readonly regraded: readonly NumberedSeat[];
  readonly removed: readonly StoredSeat[];
}

/** Of a new venue whose document says nothing. */
const TIME_ZONE_DEFAULT = 'UTC';

const NOTHING_STORED: Pick<StoredVenue, 'seats' | 'removed' | 'lastNumber'> = {
  seats: new Map(),
  removed: new Map(),
  lastNumber: 0,
};

export function planVenue(
  venue: CheckedVenue,
  stored: StoredVenue | undefined,
  problems: ProblemList,
): VenuePlan {
  const { seats, removed, lastNumber } = stored ?? NOTHING_STORED;
  const added: NumberedSeat[] = [];
  const changed: NumberedSeat[] = [];
  const regraded: NumberedSeat[] = [];
  const labels = new Set<string>();
  let number = lastNumber;
  for (const seat of venue.seats) {
    labels.add(seat.label);
    const before = seats.get(seat.label);
    if (before === undefined) {
      added.push({ ...seat, number: removed.get(seat.label) ?? (number += 1) });
    } else if (seat.grade !== before.grade || seat.x !== before.x || seat.y !== before.y) {
      const after = { ...seat, number: before.number };
      changed.push(after);
      if (seat.grade !== before.grade) regraded.push(after);
    }
  }
  if (number > LIMITS.seatNumbersPerVenue) {
    problems.add(
      `${venue.path}/sections`,
      `a venue may have had at most ${LIMITS.seatNumbersPerVenue} seats over time`,
    );
  }
  const gone = [...seats.values()].filter((seat) => !labels.has(seat.label));
  const same = added.length + changed.length + gone.length === 0 && isSameVenue(venue, stored);
  const status = stored === undefined ? 'created' : same ? 'unchanged' : 'changed';
  const timeZone = venue.timeZone ?? stored?.timeZone ?? TIME_ZONE_DEFAULT;
  return { venue, timeZone, status, added, changed, regraded, removed: gone };
}

/** Compares the venue's own row. Both sides come from JSON, so comparing structure is enough. */
function isSameVenue(venue: CheckedVenue, stored: StoredVenue | undefined): boolean {
  return (
    stored !== undefined &&
    (venue.timeZone === undefined || venue.timeZone === stored.timeZone) &&
    isDeepStrictEqual(rowOf(venue), rowOf(stored))
  );
}

function rowOf({ name, outline, focus, sections }: CheckedVenue | StoredVenue): unknown {
  return { name, outline, focus, sections };
}
