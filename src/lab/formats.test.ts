import { expect, it } from 'vitest';
import { claimsToCsv, claimsToJson, formatClaims } from './claims/format.ts';
import type { ClaimsResult } from './claims/claims.ts';
import { compareToCsv, compareToJson, formatCompare } from './compare/format.ts';
import type { CompareResult } from './compare/compare.ts';
import { scheduleComparison, STRATEGIES_COMPARED } from './compare/compare.ts';
import type { FindRateResult } from './find-rate/find-rate.ts';
import { formatRates, ratesToCsv, ratesToJson } from './find-rate/format.ts';
import { EXPERIMENTS } from './claims/all.ts';
import { overRuns } from './statistics.ts';
import { summarise } from './measure/run-summary.ts';

const COST = { walBytes: 12_345_678, serverCpuMs: null, clientCpuMs: 123_456, lockWaitMs: 99_999 };
const RUN = summarise({ attempts: [], shared: { statements: 0, transactions: 0, rollbacks: 0 } }, COST, {
  lostUpdates: 1,
  doubleSales: 0,
  auditViolations: 2,
});

function scheduledScenarios(): CompareResult['scenarios'] {
  const [round] = scheduleComparison({
    operations: ['topUp', 'hold'],
    strategies: STRATEGIES_COMPARED,
    requests: [1_000, 1_000_000],
    pools: [20],
    worksMs: [0],
    accounts: [1],
    seats: [1, 2],
    timeoutsMs: [0],
    isolations: ['own', 'repeatable read'],
    loads: [{ kind: 'closed' }, { kind: 'open', perSecond: 100 }],
    repeats: [1],
    seeds: [7],
  });
  return round!.scenarios.map(({ label, scenario }) => ({
    label,
    scenario,
    seed: 7,
    runs: [],
    isCorrect: false,
  }));
}

const COMPARED: CompareResult = {
  scenarios: scheduledScenarios().map((scenario) => ({ ...scenario, runs: [RUN] })),
  aaControl: { first: 100, second: 150, difference: 0.5 },
  interrupted: true,
};

const CLAIMS: ClaimsResult = {
  scale: 'quick',
  claims: EXPERIMENTS.map(({ id }) => ({
    id,
    verdict: 'holds-only-when',
    reason: { en: `${id} holds only when it does, and ${'so on and '.repeat(40)}on`, ko: id },
    predicted: 'requests ÷ pool',
    measured: overRuns([0.1234, 123_456.7, 9_999_999]),
    unit: 'per second',
    findings: [],
    controlShowsFault: false,
    guardedRunsAreCorrect: id !== 'C4',
    runs: {},
  })),
  aaControl: { first: 100, second: 101, difference: 0.01 },
  interrupted: false,
};

it('fits every line of the terminal tables into 100 columns', () => {
  for (const text of [formatClaims(CLAIMS), formatCompare(COMPARED)]) {
    const widest = text.split('\n').toSorted((a, b) => b.length - a.length)[0]!;
    expect(widest.length, widest).toBeLessThanOrEqual(100);
  }
});

it('has no latency where nobody won or lost, and keeps a rate with its spread on one line', () => {
  const [scenario] = scheduledScenarios();
  const attempt = {
    row: 0,
    sentMs: 0,
    connectedMs: 0,
    workedMs: 0,
    tries: [],
    outcome: 'topped_up',
    cause: null,
  };
  const numbers = { version: null, poolWaitMs: 0, longestStatementMs: 1, transactionMs: 1, statements: 1 };
  const counts = { transactions: 1, rollbacks: 0, deadlocks: 0 };
  const runs = [28, 30, 33].map((answeredMs) => {
    const attempts = Array.from({ length: 1_000 }, (_, request) => ({
      ...attempt,
      ...numbers,
      ...counts,
      request,
      answeredMs,
    }));
    const shared = { statements: 0, transactions: 0, rollbacks: 0 };
    return summarise({ attempts, shared }, COST, {
      lostUpdates: 0,
      doubleSales: 0,
      auditViolations: 0,
    });
  });
  const compared = { ...COMPARED, scenarios: [{ ...scenario!, runs }] };
  const text = formatCompare(compared);
  expect(text).toContain('33,333 (30,303–35,714)│');
  expect(text).toContain('lost p50│');
  const { cells } = JSON.parse(JSON.stringify(compareToJson(compared))) as {
    cells: { median: Record<string, number | null> }[];
  };
  expect(cells[0]!.median).toMatchObject({ winnersP50Ms: 30, losersP50Ms: null, losersP99Ms: null });
});

const RATES: FindRateResult = {
  goal: { p99Ms: 1_000, rateMax: 100_000, searchMs: 60_000 },
  searches: [
    { sustained: 93_216, exceeded: 97_877, isSettled: true },
    { sustained: 100_000, exceeded: null, isSettled: true },
    { sustained: null, exceeded: 20, isSettled: true },
    { sustained: null, exceeded: null, isSettled: false },
  ].map((found, index) => ({
    ...scheduledScenarios()[index]!,
    confirmations: 3,
    found,
    isCorrect: index > 0,
    probes: [900.5, 950, null].map((p99Ms) => ({
      perSecond: found.sustained ?? 20,
      requests: 1_000,
      p99Ms,
      backlogGrowth: 0,
      successesPerSecond: 93_000,
      isSustained: p99Ms !== null,
    })),
  })),
  interrupted: true,
};

it('tells the rate that was found with its bounds as a table, JSON and CSV', () => {
  const text = formatRates(RATES);
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  expect(text).toMatch(/^Stopped early/);
  for (const told of ['93,216 (93,216–97,877)', '≥ 100,000', '< 20', ' ?│', '950│', '901–∞'])
    expect(text).toContain(told);
  const { goal, searches } = JSON.parse(JSON.stringify(ratesToJson(RATES))) as {
    goal: object;
    searches: object[];
  };
  expect(goal).toMatchObject({ p99Ms: 1_000, rateMin: 20, resolution: 1.05 });
  expect(searches[0]).toMatchObject({
    sustainedPerSecond: 93_216,
    exceededPerSecond: 97_877,
    settled: true,
    // JSON has no infinity.
    p99Ms: { value: 950, interval: { low: 900.5, high: null, confidence: 0.75 } },
    probesAtRate: 3,
  });
  const [head, first, ...others] = ratesToCsv(RATES).trimEnd().split('\n');
  expect(others).toHaveLength(3);
  expect(first!.split(',')).toHaveLength(head!.split(',').length);
  expect(first).toContain(',93216,97877,true,');
});

it('says on top what must be read first', () => {
  expect(formatCompare(COMPARED)).toMatch(/^Stopped early.*\nWARNING: A\/A control: .* 50 %/);
  expect(formatClaims(CLAIMS)).toMatch(
    /^A GUARDED RUN LEFT THE DATABASE WRONG in C4\.\nA\/A control: .* 1 %/,
  );
});

it('gives the claims as JSON in the form that programs rely on', () => {
  const { claims } = JSON.parse(JSON.stringify(claimsToJson(CLAIMS))) as {
    claims: Record<string, unknown>[];
  };
  expect(claims).toHaveLength(12);
  expect(claims[0]).toMatchObject({
    id: 'C1',
    verdict: 'holds-only-when',
    predicted: 'requests ÷ pool',
    measured: { min: 0.1234, max: 9_999_999, count: 3 },
    controlShowsFault: false,
  });
});

it('gives each combination a label of its own', () => {
  const labels = scheduledScenarios().map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
  expect(labels[0]).toBe('topUp, pessimistic, 1000 requests, own, closed');
});

it('writes what a scenario was and what it gave as JSON and CSV', () => {
  const { cells } = JSON.parse(JSON.stringify(compareToJson(COMPARED))) as {
    cells: { correct: boolean; settings: object }[];
  };
  expect(cells[0]).toMatchObject({ correct: false, settings: { operation: 'topUp', requests: 1_000 } });
  const [head, ...lines] = compareToCsv(COMPARED).trimEnd().split('\n');
  expect(lines).toHaveLength(COMPARED.scenarios.length);
  expect(lines[0]!.split(',')).toHaveLength(head!.split(',').length);
  expect(claimsToCsv(CLAIMS).trimEnd().split('\n')).toHaveLength(13);
});
