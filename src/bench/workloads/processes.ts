/**
 * Two service processes on one performance against one: the processor time of a hold, engine and database
 * together. Their rates would compare how many processors are idle.
 */
import { fixtureSizeOf } from '../rivals/rivals.ts';
import type { AuditVerdict, EngineLoad, LoadReport, Fixture } from '../measure/worker-protocol.ts';
import type { Session, Sample } from '../session.ts';
import { rotated, runSample } from '../session.ts';
import { ratesText } from './over-http/notes.ts';
import type { Sizes } from './sizes.ts';
import { floorOf } from '../floors.ts';
import { processorTimeOf, totalOf } from '../report/processor-time.ts';
import type { Verdict } from '../report/verdict.ts';
import { judge, pairsOf } from '../report/verdict.ts';
import type { Worker } from '../measure/worker-process.ts';

const SERVICE_POOL_SIZE = 20;
const TRIALS = 3;

export function samplesOfProcesses({ closePairs }: Sizes): number {
  return TRIALS + closePairs * 2;
}

export async function measureProcesses(session: Session): Promise<readonly Verdict[]> {
  // A process is faster once it is compiled; a cold one would be an outlier.
  for (let repeat = 0; repeat < TRIALS; repeat += 1) {
    await processesSample(session, 2, { measure: 'two-processes trial', repeat });
  }
  const samples = { 1: [] as Sample[], 2: [] as Sample[] };
  for (let repeat = 0; repeat < session.sizes.closePairs; repeat += 1) {
    for (const processes of rotated([1, 2] as const, repeat)) {
      samples[processes].push(
        await processesSample(session, processes, { measure: 'two-processes', repeat }),
      );
    }
  }
  return [
    judge(
      {
        ...floorOf('two-processes'),
        ours: 'hold/grouped in two processes on one performance',
        baseline: 'in one, with as many in flight together',
      },
      pairsOf({ ours: samples[2], baseline: samples[1] }, microsOf),
      [`holds a second, two divided by one: ${ratesText(samples[2], samples[1])}`],
    ),
  ];
}

function microsOf(sample: Sample): number | null {
  const time = processorTimeOf(sample);
  return time === null ? null : totalOf(time);
}

async function processesSample(
  session: Session,
  processes: 1 | 2,
  named: { readonly measure: string; readonly repeat: number },
): Promise<Sample> {
  const { closeRows: rows, inFlight } = session.sizes;
  const workers = [
    await session.worker('ours'),
    ...(processes === 2 ? [await session.worker('second')] : []),
  ];
  const loadOf = (fixture: Fixture, part: number): EngineLoad => ({
    kind: 'engine',
    operation: 'hold',
    strategy: 'grouped',
    poolSize: SERVICE_POOL_SIZE,
    // Each process has a journal, and a journal its own accounts.
    fixture: { ...fixture, accountPrefix: `${fixture.accountPrefix}of-${part}-` },
    pattern: { kind: 'each-once', rows, from: part, step: processes },
    accounts: 'owners',
    pace: { inFlight: inFlight / processes },
    // All seats: what a process takes for itself is then shared by as many holds on a slow machine.
    durationMs: Infinity,
  });
  return runSample(session, {
    ...named,
    contender: `${processes} processes`,
    fixtureSize: fixtureSizeOf({ operation: 'hold', seatsPerHold: 1, rows }),
    loadPids: workers.map(({ pid }) => pid),
    prepare: async () => void (await Promise.all(workers.map((worker) => worker.open(SERVICE_POOL_SIZE)))),
    run: async (fixture) =>
      together(await Promise.all(workers.map((worker, part) => worker.run(loadOf(fixture, part))))),
    audit: () => auditAll(workers),
  });
}

/** Several processes' reports as one. */
export function together(reports: readonly LoadReport[]): Omit<LoadReport, 'winners' | 'losers'> {
  const outcomes: Record<string, number> = {};
  for (const report of reports) {
    for (const [outcome, count] of Object.entries(report.outcomes))
      outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
  }
  const sum = (value: (report: LoadReport) => number): number =>
    reports.reduce((total, report) => total + value(report), 0);
  return {
    outcomes,
    successes: sum(({ successes }) => successes),
    statements: sum(({ statements }) => statements),
    elapsedMs: Math.max(...reports.map(({ elapsedMs }) => elapsedMs)),
    lastSuccessMs: Math.max(...reports.map(({ lastSuccessMs }) => lastSuccessMs)),
  };
}

/** Audits with the journal of each process. */
export async function auditAll(workers: readonly Worker[]): Promise<AuditVerdict> {
  const verdicts: AuditVerdict[] = [];
  for (const worker of workers) verdicts.push(await worker.audit());
  return {
    clean: verdicts.every(({ clean }) => clean),
    violations: verdicts.reduce((sum, { violations }) => sum + violations, 0),
    examples: verdicts.flatMap(({ examples }) => examples),
    auditMs: verdicts.reduce((sum, { auditMs }) => sum + auditMs, 0),
  };
}
