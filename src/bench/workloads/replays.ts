/**
 * Holds that are sent again, each with its key, under durability `replicated` against `local`: each answer waits until
 * what it was read from is durable, and those that wait at the same time share a flush. Notes say what a replay takes
 * of the processors, and how fast one buyer alone is, who shares the flush with nobody.
 */
import { medianOf } from '../../load/spread.ts';
import type { Durability } from '../../operations/durability.ts';
import { floorOf } from '../floors.ts';
import type { EngineLoad, Fixture } from '../measure/worker-protocol.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';
import { engineContender, fixtureSizeOf } from '../rivals/rivals.ts';
import type { Sample, Session } from '../session.ts';
import { countable, rotated, runSample } from '../session.ts';
import type { Sizes } from './sizes.ts';

const SERVICE_POOL_SIZE = 20;
/** Longer than holding all seats takes anywhere. */
const PREPARE_MS_MAX = 600_000;

/** One way to send the holds again. */
interface Contender {
  readonly name: string;
  readonly durability: Durability;
  /** One request in flight, instead of as many as elsewhere. */
  readonly isAlone?: true;
}

const LOCAL: Contender = { name: 'local', durability: 'local' };
const REPLICATED: Contender = { name: 'replicated', durability: 'replicated' };
const CONTENDERS: readonly Contender[] = [
  REPLICATED,
  LOCAL,
  { name: 'replicated, one in flight', durability: 'replicated', isAlone: true },
  { name: 'local, one in flight', durability: 'local', isAlone: true },
];

export function samplesOfReplays({ repeats }: Sizes): number {
  return repeats * CONTENDERS.length;
}

export async function measureReplays(session: Session): Promise<readonly Verdict[]> {
  const samples = new Map<Contender, Sample[]>();
  for (let repeat = 0; repeat < session.sizes.repeats; repeat += 1) {
    for (const contender of rotated(CONTENDERS, repeat)) {
      const sample = await sampleOf(session, contender, repeat);
      samples.set(contender, [...(samples.get(contender) ?? []), sample]);
    }
  }
  return [
    judge(
      {
        ...floorOf('replays'),
        ours: 'replays of holds under durability `replicated`',
        baseline: 'the same under `local`',
      },
      pairsOf(
        { ours: samples.get(REPLICATED) ?? [], baseline: samples.get(LOCAL) ?? [] },
        ({ perSecond }) => perSecond,
      ),
      CONTENDERS.map((contender) => noteOf(contender, samples.get(contender) ?? [])),
    ),
  ];
}

function noteOf({ name }: Contender, samples: readonly Sample[]): string {
  const median = (value: (sample: Sample) => number | null): string => {
    const found = medianOf(samples.map((sample) => countable(sample, value)));
    return found === null ? '–' : Math.round(found).toLocaleString('en-US');
  };
  const cpuMicrosOf = ({ cpu: { databaseMs, loadMs }, successes }: Sample): number | null =>
    databaseMs === null || loadMs === null ? null : ((databaseMs + loadMs) * 1_000) / successes;
  return `${name}: ${median(({ perSecond }) => perSecond)}/s, ${median(cpuMicrosOf)} µs of processor time a replay, database and engine together`;
}

async function sampleOf(
  session: Session,
  { name, durability, isAlone }: Contender,
  repeat: number,
): Promise<Sample> {
  const { rows, inFlight, sampleMs: durationMs } = session.sizes;
  const worker = await session.worker('ours');
  const holdsOf = (fixture: Fixture): EngineLoad => ({
    kind: 'engine',
    operation: 'hold',
    strategy: 'grouped',
    poolSize: SERVICE_POOL_SIZE,
    fixture,
    pattern: { kind: 'each-once', rows, from: 0, step: 1 },
    accounts: 'owners',
    pace: { inFlight },
    durationMs: PREPARE_MS_MAX,
  });
  const contender = await engineContender(session, 'ours', (fixture) => ({
    ...holdsOf(fixture),
    durability,
    pace: { inFlight: isAlone ? 1 : inFlight },
    durationMs,
  }));
  return runSample(session, {
    measure: 'replays',
    contender: name,
    repeat,
    fixtureSize: fixtureSizeOf({ operation: 'hold', seatsPerHold: 1, rows }),
    ...contender,
    prepare: async (fixture) => {
      const { successes } = await worker.run(holdsOf(fixture));
      if (successes !== rows) throw new Error(`${successes} of ${rows} seats were held before the replays`);
    },
  });
}
