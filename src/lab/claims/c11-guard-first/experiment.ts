/** C11: whether guarding a payment's first step keeps a loser's transaction short. */
import type { Scenario, ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import { spreadOf } from '../../../load/spread.ts';
import type { Spread } from '../../../load/spread.ts';
import { figure, timesEn } from '../../text.ts';
import type { Text } from '../../text.ts';
import type { Experiment, Finding } from '../experiment.ts';
import { CONTROL, ratioIn, runsOf, spreadIn, verdictOf } from '../experiment.ts';

const RESERVATIONS = 5;
const ATTEMPTS = 4;
const WORK_MS = 20;
/** "Shorter", "less": by more than repeats differ. */
const LESS = 0.9;

const FIRST = 'optimistic';
const LAST = 'guard-last';
const WALLETS: readonly { readonly label: string; readonly count: number; readonly name: Text }[] = [
  { label: 'one wallet', count: 1, name: { en: 'one wallet', ko: '같은 지갑' } },
  { label: 'own wallets', count: RESERVATIONS, name: { en: 'different wallets', ko: '다른 지갑' } },
];

const labelOf = (strategy: string, wallet: string, losers: boolean): string =>
  `${strategy}, ${wallet}${losers ? '' : ', winners only'}`;

function pay(strategy: string, wallets: number, attempts: number): Scenario {
  return scenarioOf({
    operation: 'pay',
    strategy,
    requests: RESERVATIONS * attempts,
    rows: RESERVATIONS,
    wallets,
    workMs: WORK_MS,
  });
}

/**
 * WAL that each loser adds: the runs with losers less the same winners alone. Those by their median: the server's own
 * writing (a checkpoint, autovacuum) puts ten times a run's bytes into one of them, and a mean would take it off every loser.
 */
function walPerLoser(runs: Runs, strategy: string, wallet: string): Spread {
  const alone = spreadIn(runs, labelOf(strategy, wallet, false), (run) => run.cost.walBytes).median;
  return spreadOf(
    runsOf(runs, labelOf(strategy, wallet, true)).map(
      (run) => (run.cost.walBytes - alone) / Math.max(1, run.requests - run.successes),
    ),
  );
}

/** A loser's transaction and its WAL, guard first and guard last, for the plot. */
export function loserCosts(runs: Runs): readonly {
  readonly strategy: string;
  readonly wallet: Text;
  readonly ms: number;
  readonly walBytes: number;
}[] {
  return WALLETS.flatMap(({ label, name }) =>
    [FIRST, LAST].map((strategy) => ({
      strategy,
      wallet: name,
      ms: spreadIn(runs, labelOf(strategy, label, true), (run) => run.losersTransactionMs).median,
      walBytes: walPerLoser(runs, strategy, label).median,
    })),
  );
}

export const c11: Experiment = {
  id: 'C11',
  claim: {
    en: "Guarding the first step (confirm the reservation) keeps a losing payment's transaction short.",
    ko: '예약 확정(첫 단계)에 낙관적 락을 적용하면 실패하는 결제의 트랜잭션이 짧다.',
  },
  setUp: (scale) => ({
    en: `${RESERVATIONS} reservations, each paid ${ATTEMPTS} times at once, ${WORK_MS} ms of work; the guard on the first step against the guard on the last; all from one wallet, and each from its own; ${timesEn(scale.pick(2, 15))}.`,
    ko: `예약 ${RESERVATIONS}건을 각각 ${ATTEMPTS}번씩 동시에 결제, 작업 ${WORK_MS} ms. 첫 단계의 락과 마지막 단계의 락을 비교, 모두 한 지갑에서 그리고 각자의 지갑에서. ${scale.pick(2, 15)}회 반복.`,
  }),
  prediction: {
    en: "With the guard first, a loser's transaction is shorter and writes less.",
    ko: '첫 단계에 락을 두면 패자의 트랜잭션이 더 짧고 덜 쓴다.',
  },
  rule: {
    en: `Guard first divided by guard last, median: the loser's transaction time, and its WAL, below ${LESS}; each for one wallet and for different ones. All four: holds; some: only when; none: does not hold.`,
    ko: `첫 단계 ÷ 마지막 단계의 중앙값: 패자의 트랜잭션 시간과 WAL이 각각 ${LESS} 미만, 같은 지갑과 다른 지갑에서. 네 가지 모두면 성립, 일부면 조건부, 없으면 불성립.`,
  },
  schedule: (scale) => {
    const scenarios = WALLETS.flatMap(({ label, count }) =>
      [FIRST, LAST].flatMap((strategy): ScheduledScenario[] => [
        {
          label: labelOf(strategy, label, true),
          scenario: pay(strategy, count, ATTEMPTS),
          repeats: scale.pick(2, 15),
        },
        {
          label: labelOf(strategy, label, false),
          scenario: pay(strategy, count, 1),
          repeats: scale.pick(1, 10),
        },
      ]),
    );
    return [
      ...scenarios,
      { label: CONTROL, scenario: pay('unguarded', 1, ATTEMPTS), repeats: scale.pick(1, 3) },
    ];
  },
  judge: (runs) => {
    const time = (run: RunSummary): number => run.losersTransactionMs;
    const compared = WALLETS.map(({ label, name }) => {
      const wal = { first: walPerLoser(runs, FIRST, label), last: walPerLoser(runs, LAST, label) };
      return {
        name,
        time: ratioIn(runs, labelOf(FIRST, label, true), labelOf(LAST, label, true), time),
        firstMs: spreadIn(runs, labelOf(FIRST, label, true), time),
        lastMs: spreadIn(runs, labelOf(LAST, label, true), time),
        wal,
        isLess: wal.first.median < LESS * wal.last.median,
      };
    });
    const conditions = compared.flatMap(({ time: ratio, isLess }) => [
      ratio.median > 0 && ratio.median < LESS,
      isLess,
    ]);
    const tell = (language: keyof Text): string =>
      compared
        .map(({ name, firstMs, lastMs, wal }) =>
          language === 'en'
            ? `${name.en}: ${figure(firstMs.median)} ms and ${figure(wal.first.median)} bytes of WAL per loser, against ${figure(lastMs.median)} ms and ${figure(wal.last.median)} bytes`
            : `${name.ko}: 패자당 ${figure(firstMs.median)} ms와 WAL ${figure(wal.first.median)} 바이트, 마지막 단계는 ${figure(lastMs.median)} ms와 ${figure(wal.last.median)} 바이트`,
        )
        .join('; ');
    return {
      verdict: verdictOf(conditions),
      reason: {
        en: `Guard first against guard last (both with ${WORK_MS} ms of work), for ${tell('en')}. A loser with the guard first still waits for the winner's commit, but has written no row to undo (the little WAL is the lock on the row it waited for).`,
        ko: `첫 단계의 락 대 마지막 단계의 락(둘 다 작업 ${WORK_MS} ms). ${tell('ko')}. 첫 단계에 락을 두어도 패자는 승자의 커밋을 기다리지만 되돌릴 행을 쓰지 않는다(적은 WAL은 기다린 행의 락이다).`,
      },
      predicted: '< 1',
      measured: compared[0]!.time,
      unit: 'ratio',
      findings: compared.flatMap(({ name, time: ratio, wal }): Finding[] => [
        {
          what: {
            en: `loser's transaction time, first ÷ last, ${name.en}`,
            ko: `패자의 트랜잭션 시간, 첫 ÷ 마지막, ${name.ko}`,
          },
          predicted: '< 1',
          measured: ratio,
          unit: 'ratio',
        },
        {
          what: { en: `WAL per loser, guard first, ${name.en}`, ko: `패자당 WAL, 첫 단계, ${name.ko}` },
          predicted: '0',
          measured: wal.first,
          unit: 'bytes',
        },
        {
          what: { en: `WAL per loser, guard last, ${name.en}`, ko: `패자당 WAL, 마지막 단계, ${name.ko}` },
          predicted: undefined,
          measured: wal.last,
          unit: 'bytes',
        },
      ]),
    };
  },
};
