import { createRandom } from '../../load/random.ts';
import type { Environment } from '../environment.ts';
import type { Attempt } from './attempt.ts';
import type { Scenario } from './scenario.ts';
import { sendCrowd } from './crowd.ts';
import { checkFinalState } from './final-state.ts';
import type { Cost } from './meter.ts';
import { startMeter } from './meter.ts';
import type { WarmPool } from './pools.ts';
import type { RunSummary } from './run-summary.ts';
import { summarise } from './run-summary.ts';
import { emptyTables, plantFixture } from './fixture.ts';

export interface Run {
  readonly attempts: readonly Attempt[];
  readonly summary: RunSummary;
}

/** Runs a scenario once, on fresh rows and warm connections. `name` seeds its random choices. */
export async function runScenario(environment: Environment, scenario: Scenario, name: string): Promise<Run> {
  const pool = await environment.pools.take(scenario);
  await warmUp(environment, pool, scenario);
  return runOn(environment, pool, scenario, name);
}

/** Prepares the scenario's statements on every connection by an unmeasured run without work. */
async function warmUp(environment: Environment, pool: WarmPool, scenario: Scenario): Promise<void> {
  const isWarm = pool.warmedFor.has(`${scenario.operation} ${scenario.strategy}`);
  pool.warmedFor.add(`${scenario.operation} ${scenario.strategy}`);
  if (isWarm) return;
  const requests = Math.max(2, scenario.poolSize);
  const rehearsal: Scenario = {
    ...scenario,
    requests,
    rows: Math.ceil(requests / 2),
    workMs: 0,
    workAfterMs: 0,
    load: { kind: 'closed' },
    firstFails: false,
  };
  const fixture = await plantFixture(environment.control, rehearsal, environment.resources);
  const random = createRandom(environment.seed, 'warm-up');
  await sendCrowd({
    scenario: rehearsal,
    fixture,
    database: pool.database,
    random,
    signal: environment.signal,
  });
}

async function runOn(
  environment: Environment,
  pool: WarmPool,
  scenario: Scenario,
  name: string,
): Promise<Run> {
  const { control, signal } = environment;
  await emptyTables(control);
  const fixture = await plantFixture(control, scenario, environment.resources);
  const endMeter = await startMeter({
    control: control.pool,
    applicationName: pool.applicationName,
    isLocal: environment.isLocal,
  });
  const random = createRandom(environment.seed, name);
  let cost: Cost | undefined;
  try {
    const { attempts, shared } = await sendCrowd({
      scenario,
      fixture,
      database: pool.database,
      random,
      signal,
    });
    cost = await endMeter();
    const finalState = await checkFinalState(control, scenario.operation, fixture, attempts);
    return { attempts, summary: summarise({ attempts, shared }, cost, finalState) };
  } finally {
    if (cost === undefined) await endMeter().catch(() => undefined);
  }
}
