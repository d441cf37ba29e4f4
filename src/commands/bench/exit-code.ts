import type { BenchReport } from '../../bench/bench.ts';

const EXIT_WRONG = 1;
/** Noise beyond the bounds: nothing follows from the floors. */
const EXIT_NOISY = 3;
const EXIT_NOT_SHOWN = 4;
/** As a shell reports an end by SIGINT. */
const EXIT_INTERRUPTED = 130;

/** What is wrong comes before noise, which cannot violate an invariant; a floor that is missed comes after it. */
export function exitCodeOf({
  auditClean,
  trust,
  verdicts,
  interruptedIn,
}: Pick<BenchReport, 'auditClean' | 'trust' | 'verdicts' | 'interruptedIn'>): number {
  if (interruptedIn !== null) return EXIT_INTERRUPTED;
  if (!auditClean) return EXIT_WRONG;
  if (trust.noise.length > 0) return EXIT_NOISY;
  if (verdicts.some(({ result }) => result === 'missed')) return EXIT_WRONG;
  return verdicts.every(({ result }) => result === 'met') ? 0 : EXIT_NOT_SHOWN;
}
