import type { EndedRun } from '../schedule.ts';
import { describe, expect, it } from 'vitest';
import type { Attempt } from '../measure/attempt.ts';
import { scenarioOf } from '../measure/scenario.ts';
import type { ClaimsResult } from '../claims/claims.ts';
import { judged } from '../claims/claims.ts';
import { EXPERIMENTS } from '../claims/all.ts';
import { QUICK } from '../claims/experiment.ts';
import type { Manifest } from '../manifest.ts';
import { summarise } from '../measure/run-summary.ts';
import { LIGHT, withVariables } from './palette.ts';
import { claimsReport, compareReport } from './report.ts';

const MANIFEST: Manifest = {
  command: 'claims',
  options: {},
  seed: 1,
  startedAt: '2025-01-31T00:00:00.000Z',
  endedAt: '2025-01-31T00:01:00.000Z',
  interrupted: false,
  sameAgain: null,
  rowlock: { version: '0', commit: null, modified: false },
  machine: { cores: 2, cpu: 'A <fast> one', memoryMiB: 1_024, system: 'linux', node: 'v20' },
  server: { version: '18', embedded: true, local: true, settings: { fsync: 'on' } },
};

function attempt(request: number): Attempt {
  const won = request % 3 === 0;
  return {
    request,
    row: 0,
    sentMs: 0,
    connectedMs: request,
    workedMs: won ? request + 1 : null,
    answeredMs: request + 10,
    tries: [{ connectedMs: request, workedMs: won ? request + 1 : null, endedMs: request + 10 }],
    outcome: won ? 'topped_up' : 'contended',
    cause: won ? null : request % 3 === 1 ? 'pool' : 'version',
    version: 0,
    poolWaitMs: 1,
    longestStatementMs: 1,
    transactionMs: 1,
    statements: 4,
    transactions: 1,
    rollbacks: 0,
    deadlocks: 0,
  };
}

const ATTEMPTS = Array.from({ length: 12 }, (_, request) => attempt(request));
const SCENARIO = scenarioOf({ operation: 'topUp', strategy: 'optimistic' });
const RUN = summarise(
  { attempts: ATTEMPTS, shared: { statements: 0, transactions: 0, rollbacks: 0 } },
  { walBytes: 100, serverCpuMs: 10, clientCpuMs: 10, lockWaitMs: 0 },
  { lostUpdates: 0, doubleSales: 0, auditViolations: 0 },
);

const ended: EndedRun[] = EXPERIMENTS.flatMap(({ id, schedule }) =>
  schedule(QUICK).map(({ label }) => ({
    experiment: id,
    label,
    repeat: 0,
    attempts: ATTEMPTS,
    estimateMs: 0,
  })),
);
const CLAIMS: ClaimsResult = {
  scale: 'quick',
  claims: EXPERIMENTS.map((experiment) => {
    const runs = Object.fromEntries(experiment.schedule(QUICK).map(({ label }) => [label, [RUN]]));
    return judged(experiment, runs, { scale: QUICK, linesOfCode: [] });
  }),
  aaControl: { first: 10, second: 20, difference: 1 },
  interrupted: false,
};

describe('the report of the claims', () => {
  const { html, plots } = claimsReport(CLAIMS, MANIFEST, ended);

  it('opens offline: it names no address but those of XML namespaces', () => {
    const addresses = [...html.matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]+[^"' )<]*/g)].map(
      ([address]) => address,
    );
    expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
    expect(html).not.toMatch(/<link|@import|src=/);
  });

  it('has a verdict and a plot for each claim, in both languages', () => {
    for (const { id } of EXPERIMENTS) {
      const [, section = ''] = html.split(`<article id="${id}">`);
      const [article = ''] = section.split('</article>');
      expect(article, id).toMatch(/class="badge (holds|holds-only-when|does-not-hold)"/);
      expect(article, id).toContain('<svg');
      expect(article, id).toMatch(/data-l="en"[\s\S]*data-l="ko"/);
    }
    expect(Object.keys(plots)).toEqual(
      expect.arrayContaining(['c1-waves.svg', 'c3-law.en.svg', 'c3-law.ko.svg']),
    );
  });

  it('follows light and dark: its plots name colours of the page only', () => {
    const svgs = [...html.matchAll(/<svg[\s\S]*?<\/svg>/g)].map(([svg]) => svg);
    expect(svgs.length).toBeGreaterThan(20);
    for (const svg of svgs) expect(svg).not.toMatch(/(?:fill|stroke)="#(?!000|fff)/i);
    expect(new Set(Object.values(LIGHT)).size).toBe(Object.values(LIGHT).length);
    expect(withVariables('<path fill="#c9452c">')).toBe('<path fill="var(--lost)">');
  });

  it('escapes what it did not write itself, and says what must be read first', () => {
    expect(html).toContain('A &lt;fast&gt; one');
    expect(html).toContain('The same strategy measured twice differs by 100 %');
  });
});

it('reports a comparison, too', () => {
  const scenarios = ['optimistic, pool 2', 'optimistic, pool 4'].map((label, index) => ({
    label,
    scenario: { ...SCENARIO, poolSize: 2 + 2 * index },
    seed: 1,
    runs: [RUN],
    isCorrect: index === 0,
  }));
  const { html, plots } = compareReport({ scenarios, aaControl: undefined, interrupted: true }, MANIFEST, []);
  expect(html).toContain('Stopped early');
  expect(html).toContain('WRONG');
  expect(Object.keys(plots)).toContain('compare-connections.en.svg');
});
