/** Chooses adjacent seats among free ones: the pure part of best-available. */
import type { Run } from '../seat-map/runs.ts';

export interface Placement {
  /** Neighbours, in their order in the row. */
  readonly seats: readonly number[];
  /** How many single free seats it leaves beside itself: 0, 1 or 2. */
  readonly orphans: number;
}

/**
 * The first run's placement that orphans no seat, or else one that orphans the fewest; undefined when no run
 * is long enough. `turn` picks among a run's equally good placements, so that simultaneous buyers choose
 * different seats.
 */
export function choosePlacement(
  runs: readonly Run[],
  isFree: (seat: number) => boolean,
  quantity: number,
  turn: number,
): Placement | undefined {
  let best: Placement | undefined;
  for (const run of runs) {
    const placements = placementsIn(run, isFree, quantity);
    const orphans = Math.min(...placements.map((placement) => placement.orphans));
    if (placements.length === 0 || (best !== undefined && best.orphans <= orphans)) continue;
    best = pick(
      placements.filter((placement) => placement.orphans === orphans),
      turn,
    );
    if (orphans === 0) break;
  }
  return best;
}

interface Candidate extends Placement {
  /**
   * Whether it leaves a multiple of the quantity on one side, so that equal requests fill a run without gaps.
   */
  readonly tidy: boolean;
}

function placementsIn(run: Run, isFree: (seat: number) => boolean, quantity: number): Candidate[] {
  const candidates: Candidate[] = [];
  let start = 0;
  for (let end = 0; end <= run.length; end += 1) {
    if (end < run.length && isFree(run[end]!)) continue;
    for (let first = start; first + quantity <= end; first += 1) {
      const left = first - start;
      const right = end - first - quantity;
      const orphans = Number(left === 1) + Number(right === 1);
      const tidy = left % quantity === 0 || right % quantity === 0;
      candidates.push({ seats: run.slice(first, first + quantity), orphans, tidy });
    }
    start = end + 1;
  }
  return candidates;
}

function pick(candidates: readonly Candidate[], turn: number): Placement | undefined {
  const tidy = candidates.filter((candidate) => candidate.tidy);
  const preferred = tidy.length > 0 ? tidy : candidates;
  const chosen = preferred[turn % preferred.length];
  return chosen && { seats: chosen.seats, orphans: chosen.orphans };
}
