/**
 * Three quarters of a hall asked by best available, against as many named seats; and how good the seats are
 * that were sold, against the best in order. Notes say what two services do to both, and how many of a crowd
 * that looks first get what it was shown, spread and not.
 */
import { createSeatMaps } from '../../catalogue/seat-map/seat-map.ts';
import { medianOf } from '../../load/spread.ts';
import { PERFORMANCE_ID } from '../fixture.ts';
import { floorOf } from '../floors.ts';
import type { BoxOfficeLoad, Fixture } from '../measure/worker-protocol.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';
import type { Sample, Session, SoldRanks } from '../session.ts';
import { countable, rotated, runSample } from '../session.ts';
import { auditAll, together } from './processes.ts';
import type { Sizes } from './sizes.ts';

const SERVICE_POOL_SIZE = 20;
const SEATS_PER_HOLD = 2;
const SHARE_ASKED = 0.75;

/** One way to ask for the seats. */
interface Contender {
  readonly name: string;
  readonly asks: BoxOfficeLoad['asks'];
  readonly processes: 1 | 2;
  readonly spread?: number;
}

const NAMED: Contender = { name: 'named seats', asks: 'named', processes: 1 };
const BEST: Contender = { name: 'best available', asks: 'best-available', processes: 1 };
/** Two services, whose requests do not know of each other; and buyers who look first, of whom each tries once. */
const NOTED: readonly Contender[] = [
  { name: 'best available, two processes', asks: 'best-available', processes: 2 },
  { name: 'previewed, then held by name', asks: 'previewed', processes: 1 },
  { name: 'the same, not spread', asks: 'previewed', processes: 1, spread: 1 },
];

export function samplesOfBestAvailable({ repeats }: Sizes): number {
  return 1 + repeats * (2 + NOTED.length);
}

export async function measureBestAvailable(session: Session): Promise<readonly Verdict[]> {
  // Warms up the second process.
  await sampleOf(session, NOTED[0]!, 0, 'best-available trial');
  const samples = new Map<Contender, Sample[]>();
  for (let repeat = 0; repeat < session.sizes.repeats; repeat += 1) {
    for (const contender of rotated([NAMED, BEST, ...NOTED], repeat)) {
      const sample = await sampleOf(session, contender, repeat, 'best-available');
      samples.set(contender, [...(samples.get(contender) ?? []), sample]);
    }
  }
  const rank = (sample: Sample): number | null => countable(sample, ({ ranks }) => ranks?.all ?? null);
  const ours = samples.get(BEST) ?? [];
  const asked = `three quarters of ${session.sizes.rows.toLocaleString('en-US')} pairs by best available`;
  return [
    judge(
      { ...floorOf('best-available'), ours: asked, baseline: 'as many pairs by name' },
      pairsOf({ ours, baseline: samples.get(NAMED) ?? [] }, ({ perSecond }) => perSecond),
      [...samples].slice(1).map(([contender, all]) => noteOf(contender, all)),
    ),
    judge(
      { ...floorOf('best-available-rank'), ours: `mean rank, ${asked}`, baseline: 'of the best in order' },
      ours.map((sample) => ({ ours: rank(sample), baseline: 1 })),
    ),
  ];
}

function noteOf({ name }: Contender, samples: readonly Sample[]): string {
  const median = (value: (sample: Sample) => number): string => {
    const found = medianOf(samples.map((sample) => countable(sample, value)));
    return found === null ? '–' : found.toFixed(2);
  };
  const perSecond = medianOf(samples.map((sample) => countable(sample, (one) => one.perSecond)));
  const share = median(({ outcomes, successes }) => (100 * successes) / total(outcomes));
  return (
    `${name}: ${perSecond === null ? '–' : Math.round(perSecond).toLocaleString('en-US')}/s, ` +
    `mean rank ${median(({ ranks }) => ranks?.all ?? NaN)} times the ideal, ` +
    `${median(({ ranks }) => ranks?.firstTenth ?? NaN)} in the first tenth; ` +
    `${median(({ statements, successes }) => statements / successes)} statements a hold; ${share} % of the requests succeed`
  );
}

function total(outcomes: Readonly<Record<string, number>>): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}

async function sampleOf(
  session: Session,
  { name, asks, processes, spread }: Contender,
  repeat: number,
  measure: string,
): Promise<Sample> {
  const { rows, inFlight } = session.sizes;
  const workers = [
    await session.worker('ours'),
    ...(processes === 2 ? [await session.worker('second')] : []),
  ];
  const loadOf = (fixture: Fixture, part: number): BoxOfficeLoad => ({
    kind: 'box-office',
    asks,
    spread,
    poolSize: SERVICE_POOL_SIZE,
    fixture: { ...fixture, accountPrefix: `${fixture.accountPrefix}of-${part}-` },
    pattern: { kind: 'each-once', rows, from: part, step: processes },
    requests: Math.floor((rows * SHARE_ASKED) / processes),
    inFlight: inFlight / processes,
  });
  return runSample(session, {
    measure,
    contender: name,
    repeat,
    fixtureSize: { operation: 'hold', seatsPerHold: SEATS_PER_HOLD, rows, hall: 'sections' },
    loadPids: workers.map(({ pid }) => pid),
    prepare: async () => void (await Promise.all(workers.map((worker) => worker.open(SERVICE_POOL_SIZE)))),
    run: async (fixture) =>
      together(await Promise.all(workers.map((worker, part) => worker.run(loadOf(fixture, part))))),
    conclude: async (ran) => ({ ...ran, ranks: await ranksOfSold(session) }),
    audit: () => auditAll(workers),
  });
}

/** Reads in which order the seats were sold, and compares with the order of the seats by themselves. */
async function ranksOfSold(session: Session): Promise<SoldRanks> {
  const map = await createSeatMaps(session.control).get(PERFORMANCE_ID);
  if (map === undefined) throw new Error('no performance is planted');
  const { numbers, starts } = map.rankingOf('R', 1);
  const rankOf = new Map(Array.from(starts, (start, i) => [numbers[start]!, i + 1]));
  const { rows } = await session.control.pool.query<{ seats: readonly number[] }>(
    'select seat_ids as seats from reservation order by created_at, reservation_id',
  );
  const sold = rows.flatMap(({ seats }) => seats).map((seat) => rankOf.get(seat)!);
  const toIdeal = (ranks: readonly number[]): number =>
    ranks.reduce((sum, rank) => sum + rank, 0) / ((ranks.length * (ranks.length + 1)) / 2);
  return { all: toIdeal(sold), firstTenth: toIdeal(sold.slice(0, Math.ceil(starts.length / 10))) };
}
