/** C11: whether guarding a payment's first step keeps a loser's transaction short. */
import type { Scenario, ScheduledScenario } from '../../measure/scenario.ts';
import { scenarioOf } from '../../measure/scenario.ts';
import type { Runs } from '../../schedule.ts';
import type { RunSummary } from '../../measure/run-summary.ts';
import type { Measured } from '../../statistics.ts';
import { overRuns } from '../../statistics.ts';
import { fill, listed, medianText, timesOf } from '../../text.ts';
import type { Text } from '../../text.ts';
import * as words from './words.ts';
import type { Experiment } from '../experiment.ts';
import { CONTROL, finding, ratioIn, runsOf, measuredIn, stated, verdictOf } from '../experiment.ts';

const RESERVATIONS = 5;
const ATTEMPTS = 4;
const WORK_MS = 20;
/** "Shorter", "less": beyond the noise between repeats. */
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
 * WAL that each loser adds: runs with losers, less the same winners alone. Of the latter the median: a
 * checkpoint or autovacuum can write ten times a run's bytes into one of them, which would distort a mean.
 */
function walPerLoser(runs: Runs, strategy: string, wallet: string): Measured {
  const alone = measuredIn(runs, labelOf(strategy, wallet, false), (run) => run.cost.walBytes).median;
  return overRuns(
    runsOf(runs, labelOf(strategy, wallet, true)).map(
      (run) => (run.cost.walBytes - alone) / Math.max(1, run.requests - run.successes),
    ),
  );
}

/** A loser's transaction and its WAL, guard first and guard last, for the plot. */
export function loserCosts(runs: Runs): readonly {
  readonly strategy: string;
  readonly wallet: Text;
  readonly ms: Measured;
  readonly walBytes: Measured;
}[] {
  return WALLETS.flatMap(({ label, name }) =>
    [FIRST, LAST].map((strategy) => ({
      strategy,
      wallet: name,
      ms: measuredIn(runs, labelOf(strategy, label, true), (run) => run.losersTransactionMs),
      walBytes: walPerLoser(runs, strategy, label),
    })),
  );
}

export const c11: Experiment = {
  id: 'C11',
  ...stated(words, (scale) => ({
    reservations: RESERVATIONS,
    attempts: ATTEMPTS,
    workMs: WORK_MS,
    ...timesOf(scale.pick(2, 15)),
    less: LESS,
  })),
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
        firstMs: measuredIn(runs, labelOf(FIRST, label, true), time),
        lastMs: measuredIn(runs, labelOf(LAST, label, true), time),
        wal,
        isLess: wal.first.median < LESS * wal.last.median,
      };
    });
    const conditions = compared.flatMap(({ time: ratio, isLess }) => [
      ratio.median > 0 && ratio.median < LESS,
      isLess,
    ]);
    return {
      verdict: verdictOf(conditions),
      reason: fill(words.reason, {
        workMs: WORK_MS,
        list: listed(
          compared.map(({ name, firstMs, lastMs, wal }) =>
            fill(words.loser, {
              name,
              firstMs: medianText(firstMs),
              firstWal: medianText(wal.first),
              lastMs: medianText(lastMs),
              lastWal: medianText(wal.last),
            }),
          ),
        ),
      }),
      predicted: '< 1',
      measured: compared[0]!.time,
      unit: 'ratio',
      findings: compared.flatMap(({ name, time: ratio, wal }) => [
        finding(
          `loser's transaction time, first ÷ last, ${name.en}`,
          `패자의 트랜잭션 시간, 첫 ÷ 마지막, ${name.ko}`,
          '< 1',
          ratio,
          'ratio',
        ),
        finding(
          `WAL per loser, guard first, ${name.en}`,
          `패자당 WAL, 첫 단계, ${name.ko}`,
          '0',
          wal.first,
          'bytes',
        ),
        finding(
          `WAL per loser, guard last, ${name.en}`,
          `패자당 WAL, 마지막 단계, ${name.ko}`,
          undefined,
          wal.last,
          'bytes',
        ),
      ]),
    };
  },
};
