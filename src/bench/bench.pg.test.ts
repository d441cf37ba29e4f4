/** The whole benchmark in halls of a few dozen seats: on a durable server, because it refuses any other. */
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { databaseUrlOf } from '../../test/support/administer.ts';
import { compiled } from '../../test/support/program.ts';
import type { EmbeddedServer } from '../embedded-server/server.ts';
import { startEmbeddedServer } from '../embedded-server/server.ts';
import type { BenchOptions, BenchReport } from './bench.ts';
import { runBench } from './bench.ts';
import { patternOf, engineContender, fixtureSizeOf, scriptContender } from './rivals/rivals.ts';
import type { Work } from './rivals/rivals.ts';
import type { Workload } from './workloads/all.ts';
import { withControl, WORKLOADS } from './workloads/all.ts';
import { CONTENDED } from './workloads/contended.ts';
import { findPgbench } from './rivals/pgbench.ts';
import { MeasuringRefused } from '../load/measured-schema.ts';
import { textOf, writeJson, writeResults } from './report/results.ts';
import type { Session } from './session.ts';
import { countable, runSample } from './session.ts';
import type { Sizes } from './workloads/sizes.ts';
import { QUICK } from './workloads/sizes.ts';
import { judge } from './report/verdict.ts';

const TINY: Sizes = {
  ...QUICK,
  rows: 120,
  sampleMs: 120,
  scriptLength: { transactionsPerClient: 10 },
  trialRows: 100,
  trialMs: 60,
  scriptTrial: { transactionsPerClient: 5 },
  clientCounts: [2, 4],
  poolSizes: [2, 4],
  inFlight: 24,
  crowdRows: 60,
  closeRows: 120,
  growthRows: 60,
  connections: 12,
  httpMs: 120,
  latencyMs: 200,
  watchers: 20,
  crowdedWatchers: 20,
  idleConnections: 40,
};

let directory = '';
let server: EmbeddedServer;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowlock-bench-test-'));
  // When started by root, the server runs as another user, who must be able to enter.
  await chmod(directory, 0o711);
  server = await startEmbeddedServer({ dataDir: join(directory, 'data') });
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true, force: true });
});

function tinyBench(given: Partial<BenchOptions>): Promise<BenchReport> {
  return runBench({
    databaseUrl: server.url,
    workloads: WORKLOADS,
    sizes: TINY,
    pgbench: findPgbench(),
    servicePath: compiled(new URL('../commands/bench/service.ts', import.meta.url)),
    workerPath: compiled(new URL('./measure/worker.ts', import.meta.url)),
    signal: new AbortController().signal,
    given: { tiny: true },
    onTarget: () => undefined,
    onWorkload: () => undefined,
    onSample: () => undefined,
    ...given,
  });
}

describe('runBench', () => {
  it('measures every workload, audits every sample but the trials, and writes the results', async () => {
    let samples = 0;
    const report = await tinyBench({ onSample: () => (samples += 1) });
    expect(report.samples.filter(({ audit }) => audit?.clean === false)).toEqual([]);
    expect(report.auditClean).toBe(true);
    expect(report.verdicts.map(({ name }) => name)).toEqual([
      'hot-wallet',
      'hot-wallet-own',
      'on-sale-1-seat',
      'on-sale-1-seat-own',
      'on-sale-2-seats',
      'on-sale-2-seats-own',
      'payments',
      'payments-own',
      'crowd',
      'crowd-atomic',
      'crowd-growth-statements',
      'crowd-growth-cpu',
      'crowd-interleaved',
      'best-available',
      'best-available-rank',
      'http-hold',
      'http-hold-cpu',
      'http-top-up',
      'http-purchase',
      'http-sell-out',
      'http-two-processes',
      'http-crowded',
      'hostile-seats',
      'hostile-served',
      'replays',
      'p99-winners',
      'p99-losers',
      'two-processes',
      'watchers',
    ]);
    const watched = report.samples.flatMap((sample) =>
      sample.watched === undefined ? [] : [sample.watched],
    );
    expect(watched.map(({ ended, idleEnded }) => ended + idleEnded)).toEqual(watched.map(() => 0));
    // The processor's clock is too coarse for so little work.
    const short = ['crowd-growth-cpu', 'http-hold-cpu', 'http-two-processes'];
    const measured = report.verdicts.filter(({ name }) => !short.includes(name));
    expect(measured.filter(({ ratioSpread }) => ratioSpread === null)).toEqual([]);
    const times = new Map(report.verdicts.map(({ name, processorTime }) => [name, processorTime]));
    const serviceOf = (name: string) => [times.get(name)?.ours?.service, times.get(name)?.baseline?.service];
    expect(serviceOf('hot-wallet')).toEqual(['in client', 'none']);
    expect(serviceOf('payments-own')).toEqual(['in client', 'in client']);
    expect(serviceOf('http-hold')).toEqual([expect.any(Number), expect.any(Number)]);
    expect([...times].filter(([, compared]) => compared === null).map(([name]) => name)).toEqual([
      'best-available-rank',
      'hostile-served',
    ]);
    expect(samples).toBe(WORKLOADS.reduce((sum, workload) => sum + workload.samples(TINY), 0));
    const plain = report.samples.filter(({ measure }) => measure !== 'hostile');
    const outcomes = new Set(plain.flatMap((sample) => Object.keys(sample.outcomes)));
    // Two services that want the same few best seats.
    outcomes.delete('contended');
    expect([...outcomes].sort()).toEqual([
      'created',
      'held',
      'paid',
      'seat_taken',
      'topped_up',
      'transaction',
    ]);
    expect(report.manifest.server.settings).toMatchObject({ fsync: 'on', synchronous_commit: 'on' });
    expect(report.trust.aa.map(({ measure }) => measure)).toEqual(CONTENDED.map(({ name }) => name));
    // This server is not the benchmark's own.
    expect(report.trust.fsync).toHaveProperty('notMeasured');
    await expectWritten(report);
  }, 600_000);

  it('runs the baselines through pg where there is no pgbench, and says so', async () => {
    const { verdicts, auditClean, manifest } = await tinyBench({
      pgbench: undefined,
      workloads: WORKLOADS.filter(({ name }) => name === 'hot-wallet' || name === 'payments'),
    });
    expect(auditClean).toBe(true);
    expect(verdicts.every(({ ratioSpread }) => ratioSpread !== null)).toBe(true);
    expect(verdicts[0]?.baseline).toMatch(/^pg, one statement/);
    expect(manifest.baselineClient).toBe('pg, because there is no pgbench');
  }, 600_000);

  it("measures its own server's disk, and itself twice where no workload does", async () => {
    const workloads = withControl(WORKLOADS.filter(({ name }) => name === 'replays'));
    expect(withControl(WORKLOADS)).toBe(WORKLOADS);
    const { trust, verdicts, samples } = await tinyBench({ databaseUrl: undefined, workloads });
    expect(trust.aa.map(({ measure }) => measure)).toEqual(['same-again']);
    expect(trust.fsync).toMatchObject({ medianMicros: expect.any(Number) });
    expect(verdicts.map(({ name }) => name)).toEqual(['replays']);
    expect(samples).toHaveLength(workloads.reduce((sum, workload) => sum + workload.samples(TINY), 0));
  }, 600_000);

  it('counts no sample whose audit finds a violation', async () => {
    const thieving = oneSample('thieving', ({ control }) =>
      control.pool.query('update wallet set balance = balance - 1'),
    );
    const { verdicts, auditClean } = await tinyBench({ workloads: [thieving] });
    expect(auditClean).toBe(false);
    expect(verdicts).toMatchObject([{ name: 'thieving', ratioSpread: null, result: 'not shown' }]);
  });

  it('refuses a server that does not keep what it acknowledges', async () => {
    // Unless DATABASE_URL names another, the tests' server is such a one.
    if (process.env['DATABASE_URL'] !== undefined) return;
    const databaseUrl = databaseUrlOf(inject('templateUrl'), 'postgres');
    await expect(tinyBench({ databaseUrl })).rejects.toEqual(
      new MeasuringRefused(
        'the server has fsync and full_page_writes and synchronous_commit off: what it acknowledges may be lost, so it is not measured',
      ),
    );
  });

  it('keeps what it has measured before a workload fails', async () => {
    const failing: Workload = {
      name: 'failing',
      samples: () => 0,
      run: () => Promise.reject(new Error('no more files')),
    };
    const report = await tinyBench({ workloads: [oneSample('kept'), failing] });
    expect(report).toMatchObject({ interruptedIn: 'failing', failure: new Error('no more files') });
    expect(report.verdicts).toMatchObject([{ name: 'kept', ratioSpread: expect.any(Object) as unknown }]);
  }, 600_000);

  it('keeps what it has measured before the signal, and judges nothing else', async () => {
    const stop = new AbortController();
    const workloads = [oneSample('kept'), interruptedBy(stop), oneSample('not begun')];
    const begun: string[] = [];
    const report = await tinyBench({
      workloads,
      signal: stop.signal,
      onWorkload: (name) => begun.push(name),
    });
    expect(begun).toEqual(['kept', 'interrupted']);
    expect(report.interruptedIn).toBe('interrupted');
    expect(report.verdicts).toMatchObject([{ name: 'kept', ratioSpread: expect.any(Object) as unknown }]);
    expect(report.samples).toHaveLength(1 + 1);
    expect(textOf(report)).toMatch(/^INTERRUPTED in interrupted: /);
  }, 600_000);

  it('leaves nothing behind on the server', async () => {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query(`select nspname from pg_namespace where nspname like 'rowlock%'`);
    await client.end();
    expect(rows).toEqual([]);
  });
});

/** Makes a sample, then is interrupted in the middle of the next, whose processes end under it. */
function interruptedBy(stop: AbortController): Workload {
  return {
    name: 'interrupted',
    samples: () => 2,
    run: async (session) => {
      const work: Work = { operation: 'topUp', seatsPerHold: 1, rows: 1 };
      const length = TINY.scriptLength;
      const script = await scriptContender(session, {
        baseline: 'single-statement',
        work,
        clients: 2,
        length,
      });
      const plan = {
        measure: 'interrupted',
        contender: 'script',
        fixtureSize: fixtureSizeOf(work),
        ...script,
      };
      await runSample(session, { ...plan, repeat: 0 });
      await runSample(session, {
        ...plan,
        repeat: 1,
        run: async (fixture) => {
          stop.abort();
          return script.run(fixture);
        },
      });
      throw new Error('the interrupted sample was made');
    },
  };
}

async function expectWritten(report: BenchReport): Promise<void> {
  const results = join(directory, 'results');
  await mkdir(results);
  writeResults(results, report);
  const read = (name: string) => readFile(join(results, name), 'utf8');
  expect((await read('samples.jsonl')).trimEnd().split('\n')).toHaveLength(report.samples.length);
  expect(JSON.parse(await read('manifest.json'))).toMatchObject({
    command: 'bench',
    options: { tiny: true },
  });
  expect(JSON.parse(await read('summary.json'))).toMatchObject({
    auditClean: true,
    audit: { withViolations: 0, notAudited: report.samples.filter(({ audit }) => audit === null).length },
  });
  expect(await read('table.txt')).toMatch(
    /A\/A, the same measured twice:\n    hot-wallet: rate [^]*samples audited, all clean; \d+ trials not audited/,
  );
  const json = join(directory, 'bench.json');
  writeJson(json, report);
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({
    auditClean: true,
    workloads: expect.arrayContaining([expect.objectContaining({ name: 'crowd', floor: 4 })]) as unknown,
  });
}

/** A measure of one sample, at whose end `meanwhile` goes on in the database. */
function oneSample(
  name: string,
  meanwhile: (session: Session) => Promise<unknown> = () => Promise.resolve(),
): Workload {
  return {
    name,
    samples: () => 1,
    run: async (session) => {
      const work: Work = { operation: 'topUp', seatsPerHold: 1, rows: 1 };
      const contender = await engineContender(session, 'ours', (fixture) => ({
        kind: 'engine',
        operation: 'topUp',
        strategy: 'grouped',
        poolSize: 2,
        fixture,
        pattern: patternOf(work),
        accounts: 'owners',
        pace: { inFlight: 4 },
        durationMs: 50,
      }));
      const sample = await runSample(session, {
        measure: name,
        contender: 'grouped',
        repeat: 0,
        fixtureSize: fixtureSizeOf(work),
        ...contender,
        run: async (fixture) => {
          const ran = await contender.run(fixture);
          await meanwhile(session);
          return ran;
        },
      });
      const goal = {
        name,
        ours: 'ours',
        baseline: 'nothing',
        unit: '/s',
        floor: 0,
        aim: 0,
        bound: 'at least',
        ratio: 'ours/baseline',
      } as const;
      return [judge(goal, [{ ours: countable(sample, ({ perSecond }) => perSecond), baseline: 1 }])];
    },
  };
}
