import { availableParallelism } from 'node:os';
import type { Slice } from '../session.ts';

/** What share of the machine's processors each side took, over these slices; where both share them, that is half of the story. */
export function cpuShares(
  slices: readonly Pick<Slice, 'cpu' | 'elapsedMs'>[],
  cores = availableParallelism(),
): string {
  const elapsedMs = slices.reduce((sum, slice) => sum + slice.elapsedMs, 0);
  const share = (name: keyof Slice['cpu']): number | null => {
    const used = slices.map(({ cpu }) => cpu[name]);
    if (used.includes(null) || elapsedMs === 0) return null;
    return used.reduce<number>((sum, ms) => sum + (ms ?? 0), 0) / (elapsedMs * cores);
  };
  const texts = (['load', 'service', 'database'] as const).flatMap((who) => {
    const taken = share(`${who}Ms`);
    if (taken === null) return [`${who} unknown`];
    return who === 'service' && taken === 0 ? [] : [`${who} ${Math.round(taken * 100)} %`];
  });
  return `${texts.join(', ')} of ${cores} cores`;
}
