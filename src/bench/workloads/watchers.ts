/**
 * A sale at full speed over HTTP while many pages watch its seats, against the same sale without watchers: the
 * processor time of a hold, service and database together. The pages are clients, and theirs is not counted.
 */
import { medianOf } from '../../load/spread.ts';
import { floorOf } from '../floors.ts';
import { withService } from '../measure/service-process.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';
import type { Sample, Session } from '../session.ts';
import { runSample } from '../session.ts';
import type { Side } from './over-http/alternating.ts';
import { alternating } from './over-http/alternating.ts';
import { withAudience } from './over-http/audience.ts';
import { httpNotes, ratesText, servedMicrosOf } from './over-http/notes.ts';
import { httpPlan } from './over-http/sample.ts';
import type { Sizes } from './sizes.ts';

/** Long enough for several updates of the watchers. */
const SAMPLE_MS = 1_200;

export function samplesOfWatchers({ closePairs }: Sizes): number {
  return 1 + closePairs * 2;
}

export function measureWatchers(session: Session): Promise<readonly Verdict[]> {
  return withService(session, {}, async (service) => {
    const { rows, closePairs, watchers } = session.sizes;
    const make = async (side: Side, repeat: number, measure: string): Promise<Sample> => {
      const isWatched = side === 'ours';
      const work = { requests: 'hold', rows, durationMs: SAMPLE_MS, tellsHeld: isWatched } as const;
      const contender = isWatched ? 'watched' : 'unwatched';
      const plan = await httpPlan(session, { measure, contender, repeat, service, work });
      const audience = { watchers, idle: 0, addresses: 1 };
      return runSample(session, isWatched ? await withAudience(session, service, audience, plan) : plan);
    };
    await make('ours', 0, 'watchers trial');
    const samples = await alternating(closePairs, (side, repeat) => make(side, repeat, 'watchers'));
    return [
      judge(
        {
          ...floorOf('watchers'),
          ours: `holds over HTTP while ${watchers.toLocaleString('en-US')} pages watch the seats`,
          baseline: 'the same, and nobody watches',
        },
        pairsOf(samples, servedMicrosOf),
        [
          `holds a second, watched divided by unwatched: ${ratesText(samples.ours, samples.baseline)}`,
          ...watchedNotes(samples.ours),
          `memory of the service per watcher: ${memoryText(samples.ours)} KiB, sockets included`,
          ...httpNotes({ watched: samples.ours, unwatched: samples.baseline }),
        ],
      ),
    ];
  });
}

/** When the watchers saw what was sold. */
export function watchedNotes(samples: readonly Sample[]): readonly string[] {
  const seen = samples.flatMap(({ watched }) => (watched === undefined ? [] : [watched]));
  const [p50, p99] = (['p50Ms', 'p99Ms'] as const).map((name) =>
    text(seen.map(({ delays }) => delays[name])),
  );
  const ended = seen.reduce((sum, watched) => sum + watched.ended, 0);
  return [
    `from the buyer's answer to the watchers: p50 ${p50} ms, p99 ${p99} ms; ${ended} streams were ended by the service`,
  ];
}

function memoryText(samples: readonly Sample[]): string {
  return text(samples.map(({ watched }) => watched?.kibPerWatcher ?? null));
}

function text(values: readonly (number | null)[]): string {
  return medianOf(values)?.toFixed(0) ?? 'not counted';
}
