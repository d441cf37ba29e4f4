/** Which run of a cell is shown as a timeline. */
import type { EndedRun } from '../claims/claims.ts';

export function firstRun(ended: readonly EndedRun[], label: string): EndedRun['attempts'] {
  return ended.find((run) => run.label === label && run.repeat === 0)?.attempts ?? [];
}
