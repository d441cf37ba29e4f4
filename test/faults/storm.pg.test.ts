/**
 * Every kind of message between the service and PostgreSQL meets every kind of fault, under a crowd of buyers. Nothing that was
 * acknowledged is lost, nothing is done twice, the service does not end, and nothing is answered too late.
 */
import { expect, it } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import { SEED } from '../support/seed.ts';
import { PAIRS } from '../support/storm/plan.ts';
import { textOfErrors } from '../support/storm/service.ts';
import { LATEST_MS, runStorm } from '../support/storm/storm.ts';

const FAULTS = 500;

endRowlockProcesses();
const database = useDatabase();
const rival = useDatabase();

it(`survives ${FAULTS} faults by seed ${SEED}`, async () => {
  const storm = await runStorm({ database, databaseUrl: database.url, seed: SEED, faults: FAULTS });
  expect(storm.isStopped, 'the service answered all the time').toBe(false);
  const pairs = PAIRS.map(({ kind, fault }) => `${kind} × ${fault}`);
  expect(
    pairs.filter((pair) => !storm.faults.met.has(pair)),
    'no message × fault is left out',
  ).toEqual([]);
  expect(storm.faults.count).toBe(FAULTS);
  expect(storm.exit, 'the service did not end by itself').toBeUndefined();
  expect(storm.errors, `no error that nobody expected\n${textOfErrors(storm.errors)}`).toEqual([]);
  expect(storm.violations, 'nothing lost, nothing doubled').toEqual([]);
  expect(storm.unanswered).toBe(0);
  expect(storm.slowestMs, 'no answer later than its deadline and a second').toBeLessThan(LATEST_MS);
  expect(storm.outcomes['outcome_unknown'], 'faults were felt').toBeGreaterThan(0);
});

it(`control: without the listeners of its connections the service ends in the same storm, by seed ${SEED}`, async () => {
  const preloads = ['./unguarded.ts'];
  const storm = await runStorm({
    database: rival,
    databaseUrl: rival.url,
    seed: SEED,
    faults: FAULTS,
    preloads,
    // A parent would start the process again.
    processes: 1,
  });
  expect(storm.exit).toMatchObject({ code: 1, stderr: expect.stringContaining("Unhandled 'error' event") });
  expect(storm.violations, 'the audit finds nothing lost even then').toEqual([]);
});
