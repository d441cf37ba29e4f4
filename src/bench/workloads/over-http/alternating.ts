import type { Sample } from '../../session.ts';
import { rotated } from '../../session.ts';
import type { PairOf } from '../../report/verdict.ts';

export type Side = keyof PairOf<unknown>;

/** Samples of both sides in turn, so that what slows the machine down meets both. */
export async function alternating(
  repeats: number,
  make: (side: Side, repeat: number) => Promise<Sample>,
): Promise<PairOf<readonly Sample[]>> {
  const samples: Record<Side, Sample[]> = { ours: [], baseline: [] };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    for (const side of rotated(['ours', 'baseline'] as const, repeat)) {
      samples[side].push(await make(side, repeat));
    }
  }
  return samples;
}
