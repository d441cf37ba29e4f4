/**
 * The three contended operations: grouped against PostgreSQL's best by pgbench, and against our own `atomic`.
 */
import { patternOf, engineContender, scriptContender, fixtureSizeOf } from '../rivals/rivals.ts';
import type { Work } from '../rivals/rivals.ts';
import type { Baseline } from '../rivals/baselines.ts';
import type { Best, ContendedWorkload, ContenderName } from '../report/contended-verdicts.ts';
import { contendedVerdicts } from '../report/contended-verdicts.ts';
import { SAME_AGAIN } from '../report/trust.ts';
import type { EngineLoad, Fixture } from '../measure/worker-protocol.ts';
import type { Session, Sample } from '../session.ts';
import { rotated, runSample } from '../session.ts';
import type { Sizes } from './sizes.ts';
import type { Verdict } from '../report/verdict.ts';

export const CONTENDED: readonly ContendedWorkload[] = [
  { name: 'hot-wallet', operation: 'topUp', seatsPerHold: 1 },
  { name: 'on-sale-1-seat', operation: 'hold', seatsPerHold: 1 },
  { name: 'on-sale-2-seats', operation: 'hold', seatsPerHold: 2 },
  { name: 'payments', operation: 'pay', seatsPerHold: 1 },
];

/** The pool of a service by default; a group needs two connections of it. */
export const SERVICE_POOL_SIZE = 20;

/** A hall is larger than the trial's rate by this factor, so that no sample sells it out early. */
const ROWS_MARGIN = 1.6;

export function samplesOfContended({ repeats, clientCounts, poolSizes }: Sizes): number {
  const clientTrials = clientCounts.length > 1 ? clientCounts.length * 2 : 0;
  return clientTrials + poolSizes.length + 1 + repeats * 5;
}

export async function measureContended(
  session: Session,
  workload: ContendedWorkload,
): Promise<readonly Verdict[]> {
  const { sizes } = session;
  const best = await findBest(session, workload);
  const work: Work = { ...workload, rows: rowsFor(sizes, best) };
  const samples = new Map<ContenderName, Sample[]>();
  const names: readonly ContenderName[] = [
    'grouped',
    'single-statement',
    'atomic',
    'as-analysed',
    SAME_AGAIN,
  ];
  for (let repeat = 0; repeat < sizes.repeats; repeat += 1) {
    for (const name of rotated(names, repeat)) {
      const contender = await contenderOf(session, { name, work, best });
      const plan = { measure: workload.name, contender: name, repeat, fixtureSize: fixtureSizeOf(work) };
      samples.set(name, [...(samples.get(name) ?? []), await runSample(session, { ...plan, ...contender })]);
    }
  }
  return contendedVerdicts(workload, {
    samples,
    best,
    client: session.pgbench === undefined ? 'pg' : 'pgbench',
  });
}

/** Enough rows: a script whose hall is sold out would count transactions that sell nothing. */
function rowsFor({ rows, scriptLength }: Sizes, { clients, perSecondMax }: Best): number {
  const wanted =
    'seconds' in scriptLength
      ? perSecondMax * scriptLength.seconds
      : scriptLength.transactionsPerClient * Math.max(...Object.values(clients));
  return Math.max(rows, Math.ceil(wanted * ROWS_MARGIN));
}

/** Finds each rival's best setting, and warms up every process. None of these samples counts. */
async function findBest(session: Session, workload: ContendedWorkload): Promise<Best> {
  const { sizes } = session;
  const work: Work = { ...workload, rows: sizes.trialRows };
  const durationMs = sizes.trialMs;
  const trial = async (
    contender: string,
    made: Awaited<ReturnType<typeof engineContender>>,
  ): Promise<number> => {
    const plan = {
      measure: `${workload.name} trial`,
      contender,
      repeat: 0,
      fixtureSize: fixtureSizeOf(work),
      ...made,
    };
    return (await runSample(session, { ...plan, audit: null })).perSecond;
  };
  await trial(
    'grouped',
    await ownContender(session, 'ours', {
      work,
      strategy: 'grouped',
      poolSize: SERVICE_POOL_SIZE,
      durationMs,
    }),
  );
  const pools = await bestOf(sizes.poolSizes, async (poolSize) =>
    trial(
      `atomic, ${poolSize} connections`,
      await ownContender(session, 'rival', { work, strategy: 'atomic', poolSize, durationMs }),
    ),
  );
  const clientsOf = async (baseline: Baseline): ReturnType<typeof bestOf> => {
    const [only, ...others] = sizes.clientCounts;
    // A script needs no warming up.
    if (others.length === 0) return { choice: only!, perSecond: 0 };
    return bestOf(sizes.clientCounts, async (clients) =>
      trial(
        `${baseline}, ${clients} clients`,
        await scriptContender(session, { baseline, work, clients, length: sizes.scriptTrial }),
      ),
    );
  };
  const single = await clientsOf('single-statement');
  const analysed = await clientsOf('as-analysed');
  return {
    clients: { 'single-statement': single.choice, 'as-analysed': analysed.choice },
    poolSize: pools.choice,
    perSecondMax: Math.max(single.perSecond, analysed.perSecond),
  };
}

async function bestOf(
  choices: readonly number[],
  perSecondOf: (choice: number) => Promise<number>,
): Promise<{ readonly choice: number; readonly perSecond: number }> {
  let best = { choice: choices[0]!, perSecond: -1 };
  for (const choice of choices) {
    const perSecond = await perSecondOf(choice);
    if (perSecond > best.perSecond) best = { choice, perSecond };
  }
  return best;
}

async function contenderOf(
  session: Session,
  { name, work, best }: { readonly name: ContenderName; readonly work: Work; readonly best: Best },
): Promise<Awaited<ReturnType<typeof engineContender>>> {
  const { sampleMs: durationMs, scriptLength: length } = session.sizes;
  if (name === 'atomic') {
    return ownContender(session, 'rival', { work, strategy: 'atomic', poolSize: best.poolSize, durationMs });
  }
  if (name === 'single-statement' || name === 'as-analysed') {
    return scriptContender(session, {
      baseline: name,
      work,
      clients: best.clients[name],
      length,
    });
  }
  return ownContender(session, 'ours', {
    work,
    strategy: 'grouped',
    poolSize: SERVICE_POOL_SIZE,
    durationMs,
  });
}

export async function ownContender(
  session: Session,
  worker: 'ours' | 'rival',
  own: Pick<EngineLoad, 'strategy' | 'poolSize' | 'durationMs'> & { readonly work: Work },
): ReturnType<typeof engineContender> {
  const { work, ...load } = own;
  return engineContender(session, worker, (fixture: Fixture) => ({
    ...load,
    kind: 'engine',
    operation: work.operation,
    fixture,
    pattern: patternOf(work),
    accounts: 'owners',
    pace: { inFlight: session.sizes.inFlight },
  }));
}
