/**
 * A sale at full speed over HTTP while many pages watch its seats, against the same sale without watchers: the
 * processor time of a hold, service and database together. The pages are clients, and theirs is not counted.
 */
import { randomBytes } from 'node:crypto';
import { fixtureSizeOf } from '../rivals/rivals.ts';
import { memoryKibOf } from '../../load/process-times.ts';
import { cpuShares } from '../measure/cpu-share.ts';
import type { HttpLoad, SeatAnswer } from '../measure/worker-protocol.ts';
import type { ServiceProcess } from '../measure/service-process.ts';
import { startService } from '../measure/service-process.ts';
import type { Session, Sample, SamplePlan } from '../session.ts';
import { rotated, runSample } from '../session.ts';
import type { Sizes } from './sizes.ts';
import { medianOf } from '../../load/spread.ts';
import { floorOf } from '../floors.ts';
import { processorTimeOf, totalOf } from '../report/processor-time.ts';
import { ratesText } from './processes.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';

const SETTLE_MS = 500;
/** Long enough for several updates of the watchers. */
const SAMPLE_MS = 1_200;

type Crowd = 'watched' | 'unwatched';

export function samplesOfWatchers({ closePairs }: Sizes): number {
  return 1 + closePairs * 2;
}

export async function measureWatchers(session: Session): Promise<readonly Verdict[]> {
  const secret = randomBytes(32).toString('hex');
  const service = await startService(session.servicePath, { databaseUrl: session.target.url, secret });
  try {
    const make = (crowd: Crowd, repeat: number, measure: string): Promise<Sample> =>
      watchersSample(session, { crowd, repeat, measure, service, secret });
    await make('watched', 0, 'watchers trial');
    const samples = { watched: [] as Sample[], unwatched: [] as Sample[] };
    for (let repeat = 0; repeat < session.sizes.closePairs; repeat += 1) {
      for (const crowd of rotated(['watched', 'unwatched'] as const, repeat)) {
        samples[crowd].push(await make(crowd, repeat, 'watchers'));
      }
    }
    return [verdictOf(session, samples)];
  } finally {
    await service.stop();
  }
}

interface WatchersSample {
  readonly crowd: Crowd;
  readonly repeat: number;
  readonly measure: string;
  readonly service: ServiceProcess;
  readonly secret: string;
}

async function watchersSample(session: Session, given: WatchersSample): Promise<Sample> {
  const { crowd, repeat, measure, service, secret } = given;
  const [worker, second] = [await session.worker('http'), await session.worker('second')];
  const { connections, rows } = session.sizes;
  const load: Omit<HttpLoad, 'fixture'> = {
    kind: 'http',
    operation: 'hold',
    reaches: 'engine',
    port: service.port,
    secret,
    pattern: { kind: 'each-once', rows, from: 0, step: 1 },
    connections,
    durationMs: SAMPLE_MS,
    tellsHeld: crowd === 'watched',
  };
  let kibPerWatcher: number | null = null;
  let answered: readonly SeatAnswer[] = [];
  const watched: Pick<SamplePlan, 'prepare' | 'conclude'> = {
    prepare: async ({ performanceId }) => {
      const { watchers } = session.sizes;
      const before = memoryKibOf(service.pid);
      await second.watch({ port: service.port, performanceId, watchers });
      // Lets the service finish the work that opening so many streams left it.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const after = memoryKibOf(service.pid);
      kibPerWatcher = before === null || after === null ? null : (after - before) / watchers;
    },
    conclude: async (ran) => ({
      ...ran,
      watched: { ...(await second.stopWatching(answered)), kibPerWatcher },
    }),
  };
  return runSample(session, {
    measure,
    contender: crowd,
    repeat,
    fixtureSize: fixtureSizeOf({ operation: 'hold', seatsPerHold: 1, rows }),
    loadPids: [worker.pid, second.pid],
    servicePids: [service.pid],
    ...(crowd === 'watched' && watched),
    run: async (fixture) => {
      const { held = [], ...ran } = await worker.run({ ...load, fixture });
      answered = held;
      return ran;
    },
    audit: () => worker.audit(),
  });
}

function microsOf(sample: Sample): number | null {
  const time = processorTimeOf(sample);
  return time === null ? null : totalOf({ ...time, client: 0 });
}

function verdictOf(session: Session, samples: Readonly<Record<Crowd, readonly Sample[]>>): Verdict {
  const seen = samples.watched.flatMap(({ watched }) => (watched === undefined ? [] : [watched]));
  const median = (values: readonly (number | null)[]): string =>
    medianOf(values)?.toFixed(0) ?? 'not counted';
  const ended = seen.reduce((sum, watched) => sum + watched.ended, 0);
  return judge(
    {
      ...floorOf('watchers'),
      ours: `holds over HTTP while ${session.sizes.watchers.toLocaleString('en-US')} pages watch the seats`,
      baseline: 'the same, and nobody watches',
    },
    pairsOf({ ours: samples.watched, baseline: samples.unwatched }, microsOf),
    [
      `holds a second, watched divided by unwatched: ${ratesText(samples.watched, samples.unwatched)}`,
      `from the buyer's answer to the watchers: p50 ${median(seen.map(({ delays }) => delays.p50Ms))} ms, p99 ${median(seen.map(({ delays }) => delays.p99Ms))} ms; ${ended} streams were ended by the service`,
      `memory of the service per watcher: ${median(seen.map(({ kibPerWatcher }) => kibPerWatcher))} KiB, sockets included`,
      `processors, watched: ${cpuShares(samples.watched)}; unwatched: ${cpuShares(samples.unwatched)}`,
    ],
  );
}
