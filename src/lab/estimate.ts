/** How long a run will take, roughly: for the time left that the progress bar shows, and for nothing else. */
import type { Cell, PlannedCell } from './measure/scenario.ts';

/** Stage, warm-up, audit. */
const AROUND_MS = 150;
const PER_REQUEST_MS = 2;

export function estimateMs(cell: Cell): number {
  const { requests, poolSize, rows, load } = cell;
  const workMs = cell.workMs + cell.workAfterMs;
  const isQueue = /pessimistic(?!-nowait)|lock\+|until-success|serializable/.test(cell.strategy);
  const turns = isQueue ? requests / rows : Math.ceil(requests / poolSize);
  const bound = Math.min(
    ...[cell.timeouts.acquireMs, cell.timeouts.statementMs].filter((ms) => ms > 0),
    Infinity,
  );
  const arriving = load.kind === 'open' ? (requests * 1_000) / load.perSecond : 0;
  const queue = turns * workMs;
  // A queue that times out is cut off once per filling of the pool.
  return (
    AROUND_MS +
    requests * PER_REQUEST_MS +
    Math.max(arriving, Math.min(queue, bound * Math.ceil(requests / poolSize)))
  );
}

/** All repeats of a plan. */
export function estimatePlanMs(cells: readonly PlannedCell[]): number {
  return cells.reduce((sum, { cell, repeats }) => sum + repeats * estimateMs(cell), 0);
}
