/** How far a run can be trusted: what disturbed it, and how much it differs from itself. */
import type { FsyncLatency } from '../../load/fsync-latency.ts';
import { medianOf } from '../../load/spread.ts';
import type { Sample } from '../session.ts';
import { countable } from '../session.ts';
import { processorTimeOf, totalOf } from './processor-time.ts';
import type { Verdict } from './verdict.ts';

/** Beyond one of these a run says on top that it is noisy, and exits with a code of its own. */
export const NOISE_BOUNDS = {
  /** Load average at the start, per core: others wanted half of the machine. */
  loadPerCore: 0.5,
  /** Of a workload to itself, as a share. */
  aaDifference: 0.15,
} as const;

/** The contender that is the same as `grouped`: they differ by chance only. */
export const SAME_AGAIN = 'grouped again';

/** The medians of the same contender measured twice, the second divided by the first, minus 1. */
export interface AaDifference {
  readonly measure: string;
  readonly rate: number;
  /** Of the processor time per operation; null where it can't be read. */
  readonly processorTime: number | null;
}

export type Fsync = FsyncLatency | { readonly notMeasured: string };

export interface Trust {
  /** The one-minute load average before the run. */
  readonly loadBefore: number;
  readonly cores: number;
  readonly fsync: Fsync;
  /** Empty where none was measured. */
  readonly aa: readonly AaDifference[];
  /** Pairs whose ratio lies far from the others (see `outliersOf`), and of how many. They are not left out. */
  readonly outliers: number;
  readonly pairsLookedAt: number;
  /** A sentence for each bound that the run exceeds. */
  readonly noise: readonly string[];
}

export function trustOf(
  measured: Pick<Trust, 'loadBefore' | 'cores' | 'fsync'>,
  { samples, verdicts }: { readonly samples: readonly Sample[]; readonly verdicts: readonly Verdict[] },
): Trust {
  const aa = aaDifferences(samples);
  const lookedAt = verdicts.flatMap(({ outliers, ratioSpread }) =>
    outliers === null ? [] : [{ outliers: outliers.length, pairs: ratioSpread?.count ?? 0 }],
  );
  return {
    ...measured,
    aa,
    outliers: lookedAt.reduce((sum, { outliers }) => sum + outliers, 0),
    pairsLookedAt: lookedAt.reduce((sum, { pairs }) => sum + pairs, 0),
    noise: [...loadNoise(measured), ...aa.flatMap(aaNoise)],
  };
}

function aaDifferences(samples: readonly Sample[]): readonly AaDifference[] {
  const measures = new Set(
    samples.filter(({ contender }) => contender === SAME_AGAIN).map(({ measure }) => measure),
  );
  return [...measures].flatMap((measure) => {
    const difference = (value: (sample: Sample) => number | null): number | null => {
      const median = (wanted: string): number | null =>
        medianOf(
          samples
            .filter((sample) => sample.measure === measure && sample.contender === wanted)
            .map((sample) => countable(sample, value)),
        );
      const [first, second] = [median('grouped'), median(SAME_AGAIN)];
      return first && second ? second / first - 1 : null;
    };
    const rate = difference(({ perSecond }) => perSecond);
    const processorTime = difference((sample) => {
      const time = processorTimeOf(sample);
      return time === null ? null : totalOf(time);
    });
    return rate === null ? [] : [{ measure, rate, processorTime }];
  });
}

export function loadNoise({ loadBefore, cores }: Pick<Trust, 'loadBefore' | 'cores'>): readonly string[] {
  const bound = NOISE_BOUNDS.loadPerCore * cores;
  if (loadBefore <= bound) return [];
  return [
    `the load average was ${loadBefore.toFixed(2)} when it began, above ${bound} on ${cores} cores: the machine was busy`,
  ];
}

function aaNoise({ measure, rate, processorTime }: AaDifference): readonly string[] {
  const bound = NOISE_BOUNDS.aaDifference;
  const exceeds = (difference: number, what: string): readonly string[] =>
    Math.abs(difference) <= bound
      ? []
      : [
          `${measure} differs from itself by ${percentText(difference)} in ${what}, more than ${bound * 100} %`,
        ];
  return [...exceeds(rate, 'rate'), ...exceeds(processorTime ?? 0, 'processor time')];
}

/** The lines of the report, the noise on top. */
export function formatNoise({ noise }: Trust): readonly string[] {
  if (noise.length === 0) return [];
  return ['TOO NOISY: do not rely on these figures.', ...noise.map((sentence) => `  ${sentence}`)];
}

export function formatTrust({ loadBefore, cores, fsync, aa, outliers, pairsLookedAt }: Trust): string {
  return [
    'How far this run can be trusted:',
    `  load average before the run: ${loadBefore.toFixed(2)} on ${cores} cores`,
    `  fdatasync of 8 kB on the server's disk: ${fsyncText(fsync)}`,
    `  A/A, the same measured twice:${aaText(aa)}`,
    `  outliers, more than 1.5 interquartile ranges from the quartiles: ${
      pairsLookedAt === 0
        ? 'no workload has five pairs to look at'
        : `${outliers} of ${pairsLookedAt} pairs; none is left out`
    }`,
  ].join('\n');
}

function fsyncText(fsync: Fsync): string {
  if ('notMeasured' in fsync) return `not measured: ${fsync.notMeasured}`;
  const { medianMicros, p99Micros, writes } = fsync;
  const micros = (value: number): string => Math.round(value).toLocaleString('en-US');
  return `median ${micros(medianMicros)} µs, p99 ${micros(p99Micros)} µs of ${writes.toLocaleString('en-US')} writes`;
}

function aaText(aa: readonly AaDifference[]): string {
  if (aa.length === 0) return ' not measured';
  return aa
    .map(({ measure, rate, processorTime }) => {
      const time = processorTime === null ? 'unknown' : percentText(processorTime);
      return `\n    ${measure}: rate ${percentText(rate)}, processor time ${time}`;
    })
    .join('');
}

export function percentText(share: number): string {
  return `${share >= 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
}
