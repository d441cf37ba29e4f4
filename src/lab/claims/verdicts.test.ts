import { describe, expect, it } from 'vitest';
import type { LinesOfCode } from '../lines-of-code.ts';
import type { Runs } from '../schedule.ts';
import type { RunSummary } from '../measure/run-summary.ts';
import { EXPERIMENTS } from './all.ts';
import type { Context, Experiment, Judgement } from './experiment.ts';
import { controlShowsFault, guardedRunsAreCorrect, isControl, QUICK } from './experiment.ts';

/** A change to the runs of the scenarios whose label matches. */
interface Change {
  readonly where: RegExp;
  readonly to: (run: RunSummary) => Partial<RunSummary>;
}

const LINES_OF_CODE: readonly LinesOfCode[] = [
  { strategy: 'pessimistic', sqlLines: 4, codeLines: 26 },
  { strategy: 'optimistic+retry', sqlLines: 10, codeLines: 50 },
];
const CONTEXT: Context = { scale: QUICK, linesOfCode: LINES_OF_CODE };

const LATENCY = { count: 1, meanMs: 10, p50Ms: 10, p95Ms: 10, p99Ms: 10, maxMs: 10 };

const PLAIN: RunSummary = {
  requests: 100,
  successes: 100,
  losers: {},
  timeouts: 0,
  errors: 0,
  deadlocks: 0,
  retries: 0,
  wallMs: 1_000,
  winnersLatency: LATENCY,
  losersLatency: LATENCY,
  poolWaitMs: 0,
  winnersStatementMs: 1,
  losersStatementMs: 1,
  losersTransactionMs: 10,
  statements: 400,
  transactions: 100,
  rollbacks: 0,
  waves: [],
  cost: { walBytes: 1_000, serverCpuMs: 100, clientCpuMs: 100, lockWaitMs: 0 },
  finalState: { lostUpdates: 0, doubleSales: 0, auditViolations: 0 },
};
const FAULTY = { lostUpdates: 3, doubleSales: 0, auditViolations: 2 };

/** Runs of the whole schedule, as if the claim were true: everyone succeeds, and what `changes` say. */
function runsOf(experiment: Experiment, changes: readonly Change[]): Runs {
  const scenarios = experiment.schedule(QUICK);
  return Object.fromEntries(
    scenarios.map(({ label, scenario, repeats }) => {
      const base = { ...PLAIN, requests: scenario.requests, successes: scenario.requests };
      const faulty = isControl(label) ? { ...base, finalState: FAULTY } : base;
      const changed = changes
        .filter(({ where }) => where.test(label))
        .reduce((run, { to }): RunSummary => ({ ...run, ...to(run) }), faulty as RunSummary);
      return [label, Array.from({ length: repeats }, () => changed)];
    }),
  );
}

const successes = (count: number) => (): Partial<RunSummary> => ({ successes: count });
const cost =
  (factor: number) =>
  (run: RunSummary): Partial<RunSummary> => ({
    statements: run.statements * factor,
    transactions: run.transactions * factor,
    cost: { ...run.cost, clientCpuMs: run.cost.clientCpuMs * factor, walBytes: run.cost.walBytes * factor },
  });

/** C3's sweep as its law has it, in full waves. */
const law: Change = {
  where: /requests, pool/,
  to: ({ requests }) => ({ successes: requests }),
};
function lawful(experiment: Experiment): readonly Change[] {
  return experiment.schedule(QUICK).map(({ label, scenario }): Change => {
    const waves = Math.ceil(scenario.requests / scenario.poolSize);
    return {
      where: new RegExp(`^${label}$`),
      to: () => ({
        successes: waves,
        waves: [{ size: scenario.poolSize, winners: 1, count: waves }],
      }),
    };
  });
}

const C9_TRUE: readonly Change[] = [
  { where: /nowait/, to: successes(0) },
  { where: /^(optimistic|pessimistic)$/, to: successes(1) },
];
const C7_TRUE: readonly Change[] = [{ where: /until-success/, to: cost(3) }];
const C11_TRUE: readonly Change[] = [
  { where: /^optimistic/, to: () => ({ successes: 5, losersTransactionMs: 10 }) },
  { where: /^guard-last/, to: () => ({ successes: 5, losersTransactionMs: 20 }) },
  { where: /^guard-last, [a-z ]+wallets?$/, to: (run) => ({ cost: { ...run.cost, walBytes: 9_000 } }) },
];
const C12_TRUE: readonly Change[] = [{ where: /^optimistic/, to: successes(4) }];
const C6_TRUE: readonly Change[] = [
  { where: /^optimistic/, to: successes(5) },
  { where: /^pessimistic/, to: () => ({ successes: 20, timeouts: 80 }) },
];

/** For each claim: data in which it holds, and ways to tamper with them. */
const CASES: readonly {
  readonly id: string;
  readonly isTrue: readonly Change[];
  readonly tampered: readonly { readonly change: Change; readonly verdict: string }[];
}[] = [
  {
    id: 'C1',
    isTrue: [{ where: /refuse|roll back/, to: successes(5) }],
    tampered: [
      { change: { where: /roll back/, to: successes(9) }, verdict: 'holds-only-when' },
      { change: { where: /refuse|roll back/, to: successes(20) }, verdict: 'does-not-hold' },
    ],
  },
  {
    id: 'C2',
    isTrue: [{ where: /refuse|roll back/, to: successes(3) }],
    tampered: [{ change: { where: /refuse|roll back/, to: successes(5) }, verdict: 'does-not-hold' }],
  },
  {
    id: 'C3',
    isTrue: [],
    tampered: [
      { change: { where: /no work/, to: successes(40) }, verdict: 'holds-only-when' },
      { change: { where: /requests, pool/, to: successes(4) }, verdict: 'does-not-hold' },
      {
        change: { where: /requests, pool/, to: () => ({ waves: [{ size: 20, winners: 2, count: 4 }] }) },
        verdict: 'does-not-hold',
      },
      { change: law, verdict: 'does-not-hold' },
    ],
  },
  {
    id: 'C4',
    isTrue: [],
    tampered: [
      {
        change: { where: /pool 40/, to: (run) => ({ successes: run.requests - 1 }) },
        verdict: 'holds-only-when',
      },
      { change: { where: /pool/, to: () => ({ finalState: FAULTY }) }, verdict: 'does-not-hold' },
    ],
  },
  {
    id: 'C5',
    isTrue: [{ where: /pool/, to: successes(10) }],
    tampered: [
      { change: { where: /lock/, to: successes(20) }, verdict: 'holds-only-when' },
      { change: { where: /pool/, to: successes(20) }, verdict: 'does-not-hold' },
    ],
  },
  {
    id: 'C6',
    isTrue: C6_TRUE,
    tampered: [
      { change: { where: /after/, to: () => ({ losersStatementMs: 50 }) }, verdict: 'holds-only-when' },
      { change: { where: /^optimistic, statement/, to: () => ({ timeouts: 30 }) }, verdict: 'does-not-hold' },
      { change: { where: /^optimistic, acquire/, to: successes(2) }, verdict: 'does-not-hold' },
    ],
  },
  {
    id: 'C7',
    isTrue: C7_TRUE,
    tampered: [
      {
        change: { where: /until-success, no work/, to: () => ({ wallMs: 9_000 }) },
        verdict: 'holds-only-when',
      },
      {
        change: { where: /until-success$/, to: () => ({ statements: 400, transactions: 100 }) },
        verdict: 'holds-only-when',
      },
    ],
  },
  {
    id: 'C8',
    isTrue: [],
    tampered: [
      { change: { where: /^no work, pool 40/, to: () => ({ wallMs: 4_000 }) }, verdict: 'holds-only-when' },
      { change: { where: /^work, pool 2$/, to: successes(1) }, verdict: 'does-not-hold' },
    ],
  },
  {
    id: 'C9',
    isTrue: C9_TRUE,
    tampered: [
      { change: { where: /one by one/, to: successes(1) }, verdict: 'holds-only-when' },
      { change: { where: /^pessimistic-nowait$/, to: successes(1) }, verdict: 'does-not-hold' },
      { change: { where: /^optimistic$/, to: successes(0) }, verdict: 'does-not-hold' },
    ],
  },
  {
    id: 'C10',
    isTrue: [],
    tampered: [
      {
        change: { where: /^optimistic/, to: () => ({ losersLatency: { ...LATENCY, p50Ms: 30 } }) },
        verdict: 'holds-only-when',
      },
      {
        change: {
          where: /^optimistic/,
          to: () => ({ wallMs: 9_000, losersLatency: { ...LATENCY, p50Ms: 30 } }),
        },
        verdict: 'does-not-hold',
      },
    ],
  },
  {
    id: 'C11',
    isTrue: C11_TRUE,
    tampered: [
      {
        change: { where: /^optimistic, one wallet$/, to: () => ({ losersTransactionMs: 30 }) },
        verdict: 'holds-only-when',
      },
      {
        change: {
          where: /^optimistic/,
          to: (run) => ({ losersTransactionMs: 30, cost: { ...run.cost, walBytes: 99_000 } }),
        },
        verdict: 'holds-only-when',
      },
      {
        change: { where: /^guard-last/, to: () => ({ losersTransactionMs: 10, cost: PLAIN.cost }) },
        verdict: 'does-not-hold',
      },
    ],
  },
  {
    id: 'C12',
    isTrue: C12_TRUE,
    tampered: [
      { change: { where: /^pessimistic, timeouts/, to: successes(0) }, verdict: 'holds-only-when' },
      { change: { where: /^pessimistic$/, to: successes(39) }, verdict: 'does-not-hold' },
    ],
  },
];

describe.each(CASES)('the verdict on $id', ({ id, isTrue, tampered }) => {
  const experiment = EXPERIMENTS.find((one) => one.id === id)!;
  const truth = id === 'C3' ? lawful(experiment) : isTrue;

  it('holds where the data say so, and names the same figures each time', () => {
    const judgement = experiment.judge(runsOf(experiment, truth), CONTEXT);
    expect(judgement.verdict).toBe('holds');
    expect(experiment.judge(runsOf(experiment, truth), CONTEXT)).toEqual(judgement);
    for (const text of Object.values(judgement.reason)) expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it.each(tampered)('changes to $verdict when $change.where is tampered with', ({ change, verdict }) => {
    const judgement = experiment.judge(runsOf(experiment, [...truth, change]), CONTEXT);
    expect(judgement.verdict).toBe(verdict);
    for (const text of Object.values(judgement.reason)) expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });
});

it("takes nothing off a loser's WAL when the server itself has written much during one run of the winners alone", () => {
  const c11 = EXPERIMENTS.find(({ id }) => id === 'C11')!;
  const losing: Change = { where: /wallets?$/, to: (run) => ({ cost: { ...run.cost, walBytes: 2_500 } }) };
  const quiet = runsOf(c11, [losing, ...C11_TRUE]);
  const winnersOnly = 'optimistic, one wallet, winners only';
  const [run] = quiet[winnersOnly] ?? [];
  const busy = { ...run!, cost: { ...run!.cost, walBytes: 50_000 } };
  const loud = { ...quiet, [winnersOnly]: [run!, busy, run!] };
  expect(c11.judge(loud, CONTEXT).findings).toEqual(c11.judge(quiet, CONTEXT).findings);
});

describe('the tolerance of C12', () => {
  const c12 = EXPERIMENTS.find(({ id }) => id === 'C12')!;
  const judgedWith = (line: number, retry: number): Judgement => {
    const changes: readonly Change[] = [
      ...C12_TRUE,
      { where: /^pessimistic, timeouts/, to: successes(line) },
      { where: /^optimistic\+retry, timeouts/, to: successes(retry) },
    ];
    return c12.judge(runsOf(c12, changes), CONTEXT);
  };

  it.each([
    [20, 20],
    [20, 21],
    [21, 20],
    [20, 23],
  ])('keeps the verdict where %i and %i of 30 are carried out: that is noise', (line, retry) => {
    const { verdict, reason } = judgedWith(line, retry);
    expect(verdict).toBe('holds');
    expect(reason.en.includes('within the tolerance of 3 requests')).toBe(retry > line);
  });

  it('ends where optimistic carries out materially more', () => {
    const { verdict, reason } = judgedWith(20, 24);
    expect(verdict).toBe('holds-only-when');
    expect(reason.en).not.toContain('tolerance');
  });
});

it.each([
  { id: 'C6', change: { where: /^optimistic, acquire/, to: successes(1) }, said: /spared|짧다/ },
  {
    id: 'C8',
    change: { where: /^work, pool 40/, to: (): Partial<RunSummary> => ({ wallMs: 3_000 }) },
    said: /sets the pace|속도를 정하는/,
  },
])('the reason of $id explains nothing that the data contradict', ({ id, change, said }) => {
  const experiment = EXPERIMENTS.find((one) => one.id === id)!;
  const truth = CASES.find((one) => one.id === id)!.isTrue;
  const reasonFrom = (changes: readonly Change[]): string =>
    Object.values(experiment.judge(runsOf(experiment, changes), CONTEXT).reason).join(' ');
  expect(reasonFrom(truth)).toMatch(said);
  expect(reasonFrom([...truth, change])).not.toMatch(said);
});

it('tells no ratio of the CPU of a server that is elsewhere', () => {
  const c7 = EXPERIMENTS.find(({ id }) => id === 'C7')!;
  const elsewhere: Change = {
    where: /./,
    to: ({ cost: used }) => ({ cost: { ...used, serverCpuMs: null } }),
  };
  const told = c7.judge(runsOf(c7, [elsewhere]), CONTEXT).findings.map(({ what }) => what.en);
  expect(told.some((what) => what.startsWith('client CPU'))).toBe(true);
  expect(told.some((what) => what.startsWith('server CPU'))).toBe(false);
});

it('tells the p99 of winners and losers, too, for optimistic holds against NOWAIT', () => {
  const c10 = EXPERIMENTS.find(({ id }) => id === 'C10')!;
  const told = c10.judge(runsOf(c10, []), CONTEXT).findings.map(({ what }) => what.en);
  for (const who of ['winners', 'losers']) {
    expect(told.filter((what) => what.startsWith(`${who}' p99`))).toHaveLength(2);
  }
});

it('puts every claim of the analysis to the test', () => {
  expect(EXPERIMENTS.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `C${index + 1}`));
  expect(CASES.map(({ id }) => id)).toEqual(EXPERIMENTS.map(({ id }) => id));
});

describe.each(EXPERIMENTS)('the control of $id', (experiment) => {
  it('is there, and is asked whether it shows its fault', () => {
    const runs = runsOf(experiment, []);
    expect(controlShowsFault(runs)).toBe(true);
    const harmless: Change = { where: /^control/, to: () => ({ finalState: PLAIN.finalState }) };
    expect(controlShowsFault(runsOf(experiment, [harmless]))).toBe(false);
  });

  it('may leave the database wrong, and no other run may', () => {
    expect(guardedRunsAreCorrect(runsOf(experiment, []))).toBe(true);
    const wrong: Change = {
      where: /^(?!control)/,
      to: () => ({ finalState: { ...FAULTY, lostUpdates: 0 } }),
    };
    expect(guardedRunsAreCorrect(runsOf(experiment, [wrong]))).toBe(false);
  });
});
