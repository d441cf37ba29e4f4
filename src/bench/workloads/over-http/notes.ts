/** What the notes below the table say of samples over HTTP. */
import { medianOf } from '../../../load/spread.ts';
import { cpuShares } from '../../measure/cpu-share.ts';
import { processorTimeOf, totalOf } from '../../report/processor-time.ts';
import type { Sample } from '../../session.ts';
import { countable } from '../../session.ts';

/** Microseconds of the service's processes per success. */
export function serviceMicrosOf(sample: Sample): number | null {
  const time = processorTimeOf(sample);
  return typeof time?.service === 'number' ? time.service : null;
}

/** The same with PostgreSQL's; the clients' are not counted. */
export function servedMicrosOf(sample: Sample): number | null {
  const time = processorTimeOf(sample);
  return time === null ? null : totalOf({ ...time, client: 0 });
}

/** How fast each side answers, and where the processors' time goes; a bare server counts as the service. */
export function httpNotes(sides: Readonly<Record<string, readonly Sample[]>>): readonly string[] {
  return Object.entries(sides).map(([name, samples]) => {
    const median = (value: (sample: Sample) => number | null, digits: number): string =>
      medianOf(samples.map((sample) => countable(sample, value)))?.toFixed(digits) ?? 'not counted';
    const p50 = median(({ winners }) => winners?.p50Ms ?? null, 1);
    const p99 = median(({ winners }) => winners?.p99Ms ?? null, 1);
    return `${name}: successes after p50 ${p50} ms, p99 ${p99} ms, for ${median(serviceMicrosOf, 0)} µs of processor time each; processors: ${cpuShares(samples)}`;
  });
}

/** The ratio of the median rates. */
export function ratesText(ours: readonly Sample[], baseline: readonly Sample[]): string {
  const [own, other] = [ours, baseline].map((samples) =>
    medianOf(samples.map((sample) => countable(sample, ({ perSecond }) => perSecond))),
  );
  return own && other ? (own / other).toFixed(2) : 'not counted';
}
