/**
 * The mutation check (`npm run test:mutants [operation[/strategy[: fault]]]`): plants one fault after another in a
 * copy of the project and runs the conformance suite of the strategy on it. A fault is caught when a test
 * fails; one that the suite does not notice is printed as survived, and the exit code is 1. Every suite must
 * pass without a fault first; that of redis-lock needs a redis-server.
 */
import { spawnSync } from 'node:child_process';
import { cp, chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { startEmbeddedServer } from '../../src/embedded-server/server.ts';
import { administer } from '../support/administer.ts';
import { DIRECTORIES, fileOf, MUTANTS } from './mutants.ts';
import type { Mutant } from './mutants.ts';

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const COPIED = ['src', 'test', 'migrations', 'demo', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

/** Far more than any suite takes on a busy machine. */
const RUN_TIMEOUT_MS = 900_000;

async function main(wanted: string | undefined): Promise<number> {
  const mutants = MUTANTS.filter(({ operation, strategy, fault }) =>
    `${operation}/${strategy}: ${fault}`.startsWith(wanted ?? ''),
  );
  const copy = await mkdtemp(join(tmpdir(), 'rowlock-mutants-'));
  await chmod(copy, 0o755);
  const settings = { fsync: 'off', synchronous_commit: 'off', max_connections: '300' };
  const server = await startEmbeddedServer({ dataDir: join(copy, 'data'), settings });
  try {
    await Promise.all(COPIED.map((name) => cp(join(PROJECT, name), join(copy, name), { recursive: true })));
    await symlink(join(PROJECT, 'node_modules'), join(copy, 'node_modules'));
    return await check(copy, server.url, mutants);
  } finally {
    await server.stop();
    await rm(copy, { recursive: true, force: true });
  }
}

async function check(copy: string, databaseUrl: string, mutants: readonly Mutant[]): Promise<number> {
  const table = new Table({ head: ['strategy', 'planted fault', 'verdict'], style: { head: [] } });
  const sound = new Set<string>();
  let caught = 0;
  for (const [i, mutant] of mutants.entries()) {
    const name = `${mutant.operation}/${mutant.strategy}`;
    if (!sound.has(name)) await expectSound(copy, databaseUrl, mutant);
    sound.add(name);
    const { verdict, because } = await judge(copy, databaseUrl, mutant);
    if (verdict === 'caught') caught += 1;
    table.push([name, mutant.fault, verdict]);
    process.stdout.write(`${i + 1}/${mutants.length} ${name}: ${mutant.fault}: ${verdict}${because}\n`);
  }
  process.stdout.write(`${table.toString()}\n${caught} of ${mutants.length} mutants caught\n`);
  return caught === mutants.length ? 0 : 1;
}

/** Throws when the suite fails without any fault, because every planted fault would then seem to be caught. */
async function expectSound(copy: string, databaseUrl: string, mutant: Mutant): Promise<void> {
  const failed = await failedTest(copy, databaseUrl, mutant);
  if (failed !== undefined) throw new Error(`without a fault "${failed}" fails`);
}

async function judge(
  copy: string,
  databaseUrl: string,
  mutant: Mutant,
): Promise<{ readonly verdict: 'caught' | 'SURVIVED' | 'ERROR'; readonly because: string }> {
  const path = join(copy, fileOf(mutant));
  const original = await readFile(path, 'utf8');
  await writeFile(
    path,
    original.replace(mutant.find, () => mutant.replace),
  );
  try {
    const failed = await failedTest(copy, databaseUrl, mutant);
    return failed === undefined
      ? { verdict: 'SURVIVED', because: '' }
      : { verdict: 'caught', because: ` by "${failed}"` };
  } catch (error) {
    return { verdict: 'ERROR', because: `: ${String(error)}` };
  } finally {
    await writeFile(path, original);
  }
}

/** The parts of vitest's report that this check reads. */
interface Report {
  readonly numPassedTests: number;
  readonly testResults: readonly {
    /** Why a file could not be run. */
    readonly message: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/**
 * The first test of the suite that fails; undefined when all pass. Throws when a run ends otherwise: that it
 * took too long, could not be compiled or had no server says nothing of its tests.
 */
async function failedTest(
  copy: string,
  databaseUrl: string,
  { operation, strategy }: Mutant,
): Promise<string | undefined> {
  const report = join(copy, 'report.json');
  await rm(report, { force: true });
  const suite =
    operation !== 'top-up' && operation !== 'hold' && operation !== 'pay'
      ? [`${DIRECTORIES[operation]}/${strategy}`]
      : [`test/conformance/${operation}/`, `${DIRECTORIES[operation]}/`, '-t', `${operation}/${strategy} `];
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      ...suite,
      '--bail=1',
      '--reporter=json',
      `--outputFile=${report}`,
    ],
    {
      cwd: copy,
      env: { ...process.env, DATABASE_URL: databaseUrl },
      stdio: 'ignore',
      timeout: RUN_TIMEOUT_MS,
    },
  );
  const name = `the suite of ${operation}/${strategy}`;
  if (status === null) throw new Error(`${name} took too long`);
  await administer(databaseUrl, 'select 1');
  const { numPassedTests, testResults } = JSON.parse(await readFile(report, 'utf8')) as Report;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const failed = tests.find((test) => test.status === 'failed');
  if (failed === undefined && (status !== 0 || numPassedTests === 0)) {
    const messages = testResults.map(({ message }) => message).join(' ');
    throw new Error(`${name} ended with ${status}, ${numPassedTests} passed and no test failed: ${messages}`);
  }
  return failed?.fullName;
}

process.exitCode = await main(process.argv[2]);
