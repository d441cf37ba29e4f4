import { availableParallelism } from 'node:os';
import type { Sample } from '../session.ts';

/** The share of the machine's processors that each side took over these samples. */
export function cpuShares(
  samples: readonly Pick<Sample, 'cpu' | 'elapsedMs'>[],
  cores = availableParallelism(),
): string {
  const elapsedMs = samples.reduce((sum, sample) => sum + sample.elapsedMs, 0);
  const share = (name: keyof Sample['cpu']): number | null => {
    const used = samples.map(({ cpu }) => cpu[name]);
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
