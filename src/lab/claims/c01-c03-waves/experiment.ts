/** C1, C2 and C3: how many of a crowd get through when each reads a version, works, and then writes. */
import type { Scenario, ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import { fitPowerLaw } from '../../statistics.ts';
import { meanOf, spreadOf } from '../../../load/spread.ts';
import type { PowerLaw } from '../../statistics.ts';
import { figure, percent, timesEn } from '../../text.ts';
import type { Experiment, Scale, Verdict } from '../experiment.ts';
import { CONTROL, finding, runsOf, spreadIn, verdictOf } from '../experiment.ts';

/** Long against the time in which a pool's connections are handed out, so that a wave reads before anyone writes. */
const WORK_MS = 120;
const REQUESTS = 100;
/** How far the mean may be from the claim's number. */
const TOLERANCE = 1;

function topUp(strategy: string, given: Partial<Scenario> = {}): Scenario {
  return scenarioOf({ operation: 'topUp', strategy, requests: REQUESTS, workMs: WORK_MS, ...given });
}

function literal(id: string, poolSize: number, predicted: number): Experiment {
  return {
    id,
    claim: {
      en: `With an optimistic lock, of 100 identical requests over a pool of ${poolSize} connections about ${predicted} succeed.`,
      ko: `낙관적 락에서 100개의 동일한 요청을 커넥션 풀 ${poolSize}개로 처리하면 평균 ${predicted}번 성공한다.`,
    },
    setUp: (scale) => ({
      en: `100 top-ups of one wallet at once, pool of ${poolSize}, ${WORK_MS} ms of work between reading the version and writing, no retry, no timeout; both forms of the optimistic lock (refuse; modify, then roll back), ${timesEn(scale.pick(3, 10))}.`,
      ko: `지갑 하나에 100건을 동시에 충전, 풀 ${poolSize}개, 버전을 읽고 쓰기까지 ${WORK_MS} ms의 작업, 재시도와 타임아웃 없음. 낙관적 락의 두 형태(거절, 수정 후 롤백), ${scale.pick(3, 10)}회 반복.`,
    }),
    prediction: {
      en: `${predicted} successes: 100 requests fill the pool ${predicted} times, and of each filling one wins.`,
      ko: `${predicted}건 성공: 100건이 풀을 ${predicted}번 채우고, 채워질 때마다 하나만 이긴다.`,
    },
    rule: {
      en: `Holds if the mean number of successes is within ±${TOLERANCE} of ${predicted} for both forms; only when, if for one of them.`,
      ko: `두 형태 모두 평균 성공 수가 ${predicted}±${TOLERANCE} 안이면 성립, 한 형태만이면 조건부 성립.`,
    },
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
        successes: spreadIn(runs, label, (run) => run.successes),
      }));
      const within = forms.map(({ successes }) => Math.abs(successes.mean - predicted) <= TOLERANCE);
      const [refuse, rollback] = forms.map(({ successes }) => figure(successes.mean));
      const waves = fullWaves(runs, 'refuse', poolSize);
      const lost = figure(spreadIn(runs, CONTROL, (run) => run.finalState.lostUpdates).mean);
      return {
        verdict: verdictOf(within),
        reason: {
          en: `On average ${refuse} of 100 succeeded by refusing and ${rollback} by rolling back. The requests came in waves of ${figure(waves.size)} that had read the same version; ${figure(waves.winners)} of each won. Without a guard all got a success, and ${lost} top-ups were lost.`,
          ko: `100건 중 평균 ${refuse}건(거절 방식), ${rollback}건(롤백 방식)이 성공했다. 같은 버전을 읽은 ${figure(waves.size)}건씩 파도를 이루었고 파도마다 ${figure(waves.winners)}건이 이겼다. 락이 없으면 모두 성공했다는 답을 받지만 충전 ${lost}건이 사라졌다.`,
        },
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
            spreadIn(runs, CONTROL, (run) => run.finalState.lostUpdates),
          ),
        ],
      };
    },
  };
}

export const c1 = literal('C1', 20, 5);
export const c2 = literal('C2', 50, 2);

/** Mean size of the waves that are at least half a pool, and how many won in each; the last one may be a remnant. */
function fullWaves(
  runs: Runs,
  label: string,
  poolSize: number,
): { readonly size: number; readonly winners: number } {
  const waves = runsOf(runs, label).flatMap((run) => run.waves.filter(({ size }) => size >= poolSize / 2));
  const all = waves.reduce((sum, { count }) => sum + count, 0);
  const mean = (of: (wave: (typeof waves)[number]) => number): number =>
    all === 0 ? 0 : waves.reduce((sum, wave) => sum + of(wave) * wave.count, 0) / all;
  return { size: mean(({ size }) => size), winners: mean(({ winners }) => winners) };
}

const SWEEP_REQUESTS = [40, 80, 160];
const SWEEP_POOLS = [10, 20, 40];
/** Quick runs stay long against the hand-out of connections; see WORK_MS. */
const SWEEP_WORK_MS: Readonly<Record<Scale['name'], number>> = { quick: 50, full: 100 };
const EXPONENT_TOLERANCE = 0.2;
const MECHANISM_MIN = 0.8;
const FEW = 0.25;
/** A bend is a count that is this much off the law. */
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
  return Math.abs(spreadIn(runs, bend.label, (run) => run.successes).mean - bend.law) > bend.law * BEND;
}

export const c3: Experiment = {
  id: 'C3',
  claim: {
    en: 'Without retries, an optimistic lock lets through a number that grows with the requests and shrinks with the pool: one per filled pool; far more fail.',
    ko: '재요청이 없으면 낙관적 락의 성공 수는 동시 요청 수에 비례하고 커넥션 풀에 반비례하며, 실패가 압도적으로 많다.',
  },
  setUp: (scale) => ({
    en: `Optimistic top-ups of one wallet: ${SWEEP_REQUESTS.join(', ')} requests over pools of ${SWEEP_POOLS.join(', ')}, ${SWEEP_WORK_MS[scale.name]} ms of work, ${timesEn(scale.pick(1, 5))}; then 100 requests without work, with work of unequal length, and 30 requests over a pool of 40.`,
    ko: `지갑 하나에 낙관적 충전: 요청 ${SWEEP_REQUESTS.join(', ')}건 × 풀 ${SWEEP_POOLS.join(', ')}개, 작업 ${SWEEP_WORK_MS[scale.name]} ms, ${scale.pick(1, 5)}회. 이어서 작업이 없는 100건, 작업 시간이 제각각인 100건, 풀 40개에 30건.`,
  }),
  prediction: {
    en: 'successes ≈ requests ÷ pool; in each wave of requests that read the same version one wins.',
    ko: '성공 수 ≈ 요청 수 ÷ 풀 크기. 같은 버전을 읽은 파도마다 하나가 이긴다.',
  },
  rule: {
    en: `The law: fitted to successes = k · requests^a ÷ pool^b, both a and b within ±${EXPONENT_TOLERANCE} of 1. The mechanism: full waves fill at least ${percent(MECHANISM_MIN)} of the pool and have one winner. Few: at most ${percent(FEW)} succeed. Holds if all three hold and no variation bends the law by more than ${percent(BEND)}; only when, if the law holds but bends; else it does not hold.`,
    ko: `법칙: 성공 수 = k · 요청^a ÷ 풀^b로 맞추어 a와 b가 모두 1±${EXPONENT_TOLERANCE}. 기제: 온전한 파도가 풀의 ${percent(MECHANISM_MIN)} 이상이고 승자가 하나. 소수: 성공이 ${percent(FEW)} 이하. 셋 다 맞고 변형에서도 ${percent(BEND)} 넘게 휘지 않으면 성립, 법칙은 맞지만 휘면 조건부, 아니면 불성립.`,
  },
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
    const [a, b] = law === undefined ? [0, 0] : [law.exponents[0] ?? 0, -(law.exponents[1] ?? 0)];
    const isLaw = Math.abs(a - 1) <= EXPONENT_TOLERANCE && Math.abs(b - 1) <= EXPONENT_TOLERANCE;
    const waves = SWEEP_POOLS.flatMap((pool) =>
      SWEEP_REQUESTS.filter((requests) => requests > pool).map((requests) => ({
        pool,
        ...fullWaves(runs, sweepLabel(requests, pool), pool),
      })),
    );
    const filling = meanOf(waves.map(({ pool, size }) => size / pool));
    const winners = meanOf(waves.map((wave) => wave.winners));
    const isMechanism = filling >= MECHANISM_MIN && Math.abs(winners - 1) < 0.05;
    const points = sweepOf(runs);
    const shares = points.flatMap(({ requests, successes }) => successes.map((count) => count / requests));
    const isFew = Math.max(0, ...shares) <= FEW;
    const bent = BENDS.filter((bend) => isBent(runs, bend));
    const verdict: Verdict = !(isLaw && isMechanism && isFew)
      ? 'does-not-hold'
      : bent.length > 0
        ? 'holds-only-when'
        : 'holds';
    const toLaw = spreadOf(
      points.flatMap(({ requests, pool, successes }) =>
        successes.map((count) => count / Math.ceil(requests / pool)),
      ),
    );
    const count = (label: string): string => figure(spreadIn(runs, label, (run) => run.successes).mean);
    return {
      verdict,
      reason: {
        en: `Fitted: successes = ${figure(law?.factor ?? 0)} · requests^${figure(a)} ÷ pool^${figure(b)} (R² ${figure(law?.rSquared ?? 0)}). A wave fills ${percent(filling)} of the pool, and ${figure(winners)} of it wins. ${bent.length === 0 ? 'No variation bends the law.' : `The law needs work that is long and equal: ${bent.map(({ label, en, law: expected }) => `${en} ${count(label)} succeeded instead of ${expected}`).join('; ')}.`}`,
        ko: `맞춘 법칙: 성공 수 = ${figure(law?.factor ?? 0)} · 요청^${figure(a)} ÷ 풀^${figure(b)} (R² ${figure(law?.rSquared ?? 0)}). 파도는 풀의 ${percent(filling)}를 채우고 승자는 ${figure(winners)}건이다. ${bent.length === 0 ? '어느 변형에서도 휘지 않았다.' : `작업이 길고 고를 때의 법칙이다: ${bent.map(({ label, ko, law: expected }) => `${ko} ${expected}건이 아니라 ${count(label)}건 성공`).join('; ')}.`}`,
      },
      predicted: 'requests ÷ pool',
      measured: toLaw,
      unit: 'ratio',
      findings: [
        finding('successes ÷ (requests ÷ pool)', '성공 수 ÷ (요청 ÷ 풀)', '1', toLaw, 'ratio'),
        finding('exponent of the requests', '요청 수의 지수', '1', spreadOf([a]), 'ratio'),
        finding('exponent of 1 ÷ pool', '1 ÷ 풀의 지수', '1', spreadOf([b]), 'ratio'),
        ...BENDS.map(({ label, en, ko, law: expected }) =>
          finding(
            `successes ${en}`,
            `${ko} 성공 수`,
            String(expected),
            spreadIn(runs, label, (run) => run.successes),
          ),
        ),
      ],
    };
  },
};
