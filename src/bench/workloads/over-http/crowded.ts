/**
 * Holds over HTTP by a service of two processes that also keeps thousands of idle connections and watchers of the seats
 * open, against the same without them. A process of their own opens these, from eight addresses: one has only some
 * 28,000 ports, and is bounded as one client.
 */
import { readFileSync } from 'node:fs';
import { floorOf } from '../../floors.ts';
import { withService } from '../../measure/service-process.ts';
import type { Goal, Verdict } from '../../report/verdict.ts';
import { judge, notMeasured, pairsOf } from '../../report/verdict.ts';
import type { Sample, Session } from '../../session.ts';
import { runSample } from '../../session.ts';
import type { Sizes } from '../sizes.ts';
import { watchedNotes } from '../watchers.ts';
import type { Side } from './alternating.ts';
import { alternating } from './alternating.ts';
import { withAudience } from './audience.ts';
import { httpNotes } from './notes.ts';
import { httpPlan } from './sample.ts';

const ADDRESSES = 8;
/** Of a process beside these connections: modules, pipes, the load's connections. */
const OTHER_FILES = 500;

export function samplesOfHttpCrowded(sizes: Sizes): number {
  return whyNotMeasured(sizes, openFilesMax()) === undefined ? 2 + sizes.httpRepeats * 2 : 0;
}

export async function measureHttpCrowded(session: Session): Promise<readonly Verdict[]> {
  const { sizes } = session;
  const others = `${sizes.idleConnections.toLocaleString('en-US')} idle connections and ${sizes.crowdedWatchers.toLocaleString('en-US')} watchers`;
  const goal: Goal = {
    ...floorOf('http-crowded'),
    ours: `hold/grouped over HTTP by a service of two processes, beside ${others} from ${ADDRESSES} addresses`,
    baseline: 'the same without them',
  };
  const why = whyNotMeasured(sizes, openFilesMax());
  if (why !== undefined) return [notMeasured(goal, why)];
  const samples = await measured(session);
  const seen = samples.ours.flatMap(({ watched }) => (watched === undefined ? [] : [watched]));
  const ended = seen.reduce((sum, { idleEnded }) => sum + idleEnded, 0);
  return [
    judge(
      goal,
      pairsOf(samples, ({ perSecond }) => perSecond),
      [
        ...watchedNotes(samples.ours),
        `${ended} idle connections were ended by the service`,
        ...httpNotes({ crowded: samples.ours, alone: samples.baseline }),
      ],
    ),
  ];
}

function measured(session: Session): ReturnType<typeof alternating> {
  return withService(session, { processes: 2 }, async (service) => {
    const { rows, httpMs: durationMs, httpRepeats, crowdedWatchers, idleConnections } = session.sizes;
    const audience = { watchers: crowdedWatchers, idle: idleConnections, addresses: ADDRESSES };
    const make = async (side: Side, repeat: number, measure: string): Promise<Sample> => {
      const isCrowded = side === 'ours';
      const work = { requests: 'hold', rows, durationMs, tellsHeld: isCrowded } as const;
      const contender = isCrowded ? 'crowded' : 'alone';
      const plan = await httpPlan(session, { measure, contender, repeat, service, work });
      return runSample(session, isCrowded ? await withAudience(session, service, audience, plan) : plan);
    };
    await alternating(1, (side, repeat) => make(side, repeat, 'http-crowded trial'));
    return alternating(httpRepeats, (side, repeat) => make(side, repeat, 'http-crowded'));
  });
}

/** Why this machine allows too few connections; undefined when it allows enough. */
export function whyNotMeasured(
  { idleConnections, crowdedWatchers }: Pick<Sizes, 'idleConnections' | 'crowdedWatchers'>,
  filesMax: number | undefined,
): string | undefined {
  if (filesMax === undefined) return 'this system has only one loopback address';
  const files = idleConnections + crowdedWatchers + OTHER_FILES;
  if (filesMax >= files) return undefined;
  return `a process may have ${filesMax.toLocaleString('en-US')} open files here, and ${files.toLocaleString('en-US')} are needed (ulimit -Hn)`;
}

/**
 * How many files a process may have open: Node raises its own bound to what the system allows. Undefined where that can't
 * be read, which is where 127.0.0.2 and those after it are not there either.
 */
function openFilesMax(): number | undefined {
  try {
    const max = /^Max open files +(\d+|unlimited)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return max === 'unlimited' ? Infinity : Number(max);
  } catch {
    return undefined;
  }
}
