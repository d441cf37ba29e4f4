/** C1, C2 and C3: how many of a crowd get through when each reads a version, works, and then writes. */
import type { Scenario, ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import { fitPowerLaw, overRuns } from '../../statistics.ts';
import type { Measured, PowerLaw } from '../../statistics.ts';
import { figure, fill, listed, meanText, percent, timesOf } from '../../text.ts';
import type { Experiment, Scale, Verdict } from '../experiment.ts';
import * as words from './words.ts';
import { CONTROL, finding, runsOf, measuredIn, stated, verdictOf } from '../experiment.ts';

/**
 * Much longer than a pool takes to hand out its connections, so that a whole wave reads before anyone writes.
 */
const WORK_MS = 120;
const REQUESTS = 100;
const TOLERANCE = 1;

function topUp(strategy: string, given: Partial<Scenario> = {}): Scenario {
  return scenarioOf({ operation: 'topUp', strategy, requests: REQUESTS, workMs: WORK_MS, ...given });
}

function literal(id: string, poolSize: number, predicted: number): Experiment {
  return {
    id,
    ...stated(words.literal, (scale) => ({
      poolSize,
      predicted,
      workMs: WORK_MS,
      ...timesOf(scale.pick(3, 10)),
      tolerance: TOLERANCE,
    })),
    schedule: (scale) => [
      { label: 'refuse', scenario: topUp('optimistic', { poolSize }), repeats: scale.pick(3, 10) },
      {
        label: 'modify, then roll back',
        scenario: topUp('optimistic-rollback', { poolSize }),
        repeats: scale.pick(1, 10),
      },
      { label: CONTROL, scenario: topUp('unguarded', { poolSize }), repeats: scale.pick(1, 3) },
    ],
    judge: (runs) => {
      const forms = ['refuse', 'modify, then roll back'].map((label) => ({
        label,
        successes: measuredIn(runs, label, (run) => run.successes),
      }));
      const within = forms.map(({ successes }) => Math.abs(successes.mean - predicted) <= TOLERANCE);
      const [refuse, rollback] = forms.map(({ successes }) => meanText(successes));
      const waves = fullWaves(runs, 'refuse', poolSize);
      const lost = meanText(measuredIn(runs, CONTROL, (run) => run.finalState.lostUpdates));
      return {
        verdict: verdictOf(within),
        reason: fill(words.literal.reason, {
          refuse,
          rollback,
          size: meanText(overRuns(waves.map(({ size }) => size))),
          winners: meanText(overRuns(waves.map(({ winners }) => winners))),
          lost,
        }),
        predicted,
        measured: forms[0]!.successes,
        unit: 'count',
        findings: [
          finding('successes, refuse', '성공 수, 거절', String(predicted), forms[0]!.successes),
          finding(
            'successes, modify then roll back',
            '성공 수, 수정 후 롤백',
            String(predicted),
            forms[1]!.successes,
          ),
          finding(
            'lost updates without a guard',
            '락이 없을 때 사라진 갱신',
            undefined,
            measuredIn(runs, CONTROL, (run) => run.finalState.lostUpdates),
          ),
        ],
      };
    },
  };
}

export const c1 = literal('C1', 20, 5);
export const c2 = literal('C2', 50, 2);

/**
 * Mean size and winners of each run's waves of at least half a pool; a smaller one is what was left at the end.
 */
function fullWaves(
  runs: Runs,
  label: string,
  poolSize: number,
): readonly { readonly size: number; readonly winners: number }[] {
  return runsOf(runs, label).map((run) => {
    const waves = run.waves.filter(({ size }) => size >= poolSize / 2);
    const all = waves.reduce((sum, { count }) => sum + count, 0);
    const mean = (of: (wave: (typeof waves)[number]) => number): number =>
      all === 0 ? 0 : waves.reduce((sum, wave) => sum + of(wave) * wave.count, 0) / all;
    return { size: mean(({ size }) => size), winners: mean(({ winners }) => winners) };
  });
}

const SWEEP_REQUESTS = [40, 80, 160];
const SWEEP_POOLS = [10, 20, 40];
/** Long enough in a quick run, too: see WORK_MS. */
const SWEEP_WORK_MS: Readonly<Record<Scale['name'], number>> = { quick: 50, full: 100 };
const EXPONENT_TOLERANCE = 0.2;
const MECHANISM_MIN = 0.8;
const FEW = 0.25;
/** A variation bends the law when its count differs by this share. */
const BEND = 0.5;

const sweepLabel = (requests: number, pool: number): string => `${requests} requests, pool ${pool}`;

/** The scenarios of C3's sweep, for its plot. */
export function sweepOf(
  runs: Runs,
): readonly { requests: number; pool: number; successes: readonly number[] }[] {
  return SWEEP_REQUESTS.flatMap((requests) =>
    SWEEP_POOLS.map((pool) => ({
      requests,
      pool,
      successes: runsOf(runs, sweepLabel(requests, pool)).map((run) => run.successes),
    })),
  );
}

/** The law that the sweep's successes follow. */
export function fittedLaw(runs: Runs): PowerLaw | undefined {
  return fitPowerLaw(
    sweepOf(runs).flatMap(({ requests, pool, successes }) =>
      successes.filter((count) => count > 0).map((y) => ({ x: [requests, pool] as const, y })),
    ),
  );
}

/** The law's exponents of the requests and of 1 ÷ pool, each with its interval; zero without a law. */
export function exponentsOf(law: PowerLaw | undefined): readonly [requests: Measured, pool: Measured] {
  const one = (place: number, sign: 1 | -1): Measured => {
    const { value, interval } = law?.exponents[place] ?? { value: 0, interval: null };
    const ends = interval === null ? [] : [sign * interval.low, sign * interval.high];
    return {
      ...overRuns([sign * value]),
      count: law?.points ?? 0,
      meanInterval:
        interval === null ? null : { ...interval, low: Math.min(...ends), high: Math.max(...ends) },
    };
  };
  return [one(0, 1), one(1, -1)];
}

const BENDS = [
  {
    label: 'no work',
    en: 'without work in the transaction',
    ko: '트랜잭션 안에 작업이 없을 때',
    law: 5,
    given: { workMs: 0 },
  },
  {
    label: 'jitter',
    en: 'with work of unequal length (±100 %)',
    ko: '작업 시간이 제각각일 때(±100 %)',
    law: 5,
    given: { jitter: 1 },
  },
  {
    label: 'pool ≥ requests',
    en: 'with a pool larger than the crowd',
    ko: '풀이 요청보다 클 때',
    law: 1,
    given: { requests: 30, poolSize: 40 },
  },
] as const;

function isBent(runs: Runs, bend: (typeof BENDS)[number]): boolean {
  return Math.abs(measuredIn(runs, bend.label, (run) => run.successes).mean - bend.law) > bend.law * BEND;
}

export const c3: Experiment = {
  id: 'C3',
  ...stated(words.c3, (scale) => ({
    requests: SWEEP_REQUESTS.join(', '),
    pools: SWEEP_POOLS.join(', '),
    workMs: SWEEP_WORK_MS[scale.name],
    ...timesOf(scale.pick(1, 5)),
    tolerance: EXPONENT_TOLERANCE,
    filling: percent(MECHANISM_MIN),
    few: percent(FEW),
    bend: percent(BEND),
  })),
  schedule: (scale) => {
    const workMs = SWEEP_WORK_MS[scale.name];
    const sweep: ScheduledScenario[] = SWEEP_REQUESTS.flatMap((requests) =>
      SWEEP_POOLS.map((poolSize) => ({
        label: sweepLabel(requests, poolSize),
        scenario: topUp('optimistic', { requests, poolSize, workMs }),
        repeats: scale.pick(1, 5),
      })),
    );
    const bends = BENDS.map(({ label, given }) => ({
      label,
      scenario: topUp('optimistic', { workMs, ...given }),
      repeats: scale.pick(1, 5),
    }));
    return [
      ...sweep,
      ...bends,
      { label: CONTROL, scenario: topUp('unguarded', { workMs }), repeats: scale.pick(1, 3) },
    ];
  },
  judge: (runs) => {
    const law = fittedLaw(runs);
    const [a, b] = exponentsOf(law);
    const isLaw = [a, b].every(({ mean }) => Math.abs(mean - 1) <= EXPONENT_TOLERANCE);
    const waves = SWEEP_POOLS.flatMap((pool) =>
      SWEEP_REQUESTS.filter((requests) => requests > pool).flatMap((requests) =>
        fullWaves(runs, sweepLabel(requests, pool), pool).map((wave) => ({ ...wave, pool })),
      ),
    );
    const filling = overRuns(
      waves.map(({ pool, size }) => size / pool),
      1,
    );
    const winners = overRuns(waves.map((wave) => wave.winners));
    const isMechanism = filling.mean >= MECHANISM_MIN && Math.abs(winners.mean - 1) < 0.05;
    const points = sweepOf(runs);
    const shares = points.flatMap(({ requests, successes }) => successes.map((count) => count / requests));
    const isFew = Math.max(0, ...shares) <= FEW;
    const bent = BENDS.filter((bend) => isBent(runs, bend));
    const verdict: Verdict = !(isLaw && isMechanism && isFew)
      ? 'does-not-hold'
      : bent.length > 0
        ? 'holds-only-when'
        : 'holds';
    const toLaw = overRuns(
      points.flatMap(({ requests, pool, successes }) =>
        successes.map((count) => count / Math.ceil(requests / pool)),
      ),
    );
    const count = (label: string): string => meanText(measuredIn(runs, label, (run) => run.successes));
    return {
      verdict,
      reason: fill(words.c3.reason, {
        factor: figure(law?.factor ?? 0),
        a: meanText(a),
        b: meanText(b),
        rSquared: figure(law?.rSquared ?? 0),
        filling: meanText(filling, percent),
        winners: meanText(winners),
        bends:
          bent.length === 0
            ? words.c3.straight
            : fill(words.c3.bent, {
                list: listed(
                  bent.map((bend) =>
                    fill(words.c3.bend, { bend, law: bend.law, successes: count(bend.label) }),
                  ),
                ),
              }),
      }),
      predicted: 'requests ÷ pool',
      measured: toLaw,
      unit: 'ratio',
      findings: [
        finding('successes ÷ (requests ÷ pool)', '성공 수 ÷ (요청 ÷ 풀)', '1', toLaw, 'ratio'),
        finding('exponent of the requests', '요청 수의 지수', '1', a, 'ratio'),
        finding('exponent of 1 ÷ pool', '1 ÷ 풀의 지수', '1', b, 'ratio'),
        ...BENDS.map(({ label, en, ko, law: expected }) =>
          finding(
            `successes ${en}`,
            `${ko} 성공 수`,
            String(expected),
            measuredIn(runs, label, (run) => run.successes),
          ),
        ),
      ],
    };
  },
};
