/**
 * The mutation check (`npm run test:mutants [operation[/strategy]]`): plants one fault after another in a copy of the project and runs
 * the conformance suite of the strategy on it. A fault that the suite does not notice is printed as survived, and the
 * exit code is 1.
 */
import { spawnSync } from 'node:child_process';
import { cp, chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { startEmbeddedServer } from '../../src/db/embedded-server.ts';
import { MUTANTS } from './mutants.ts';
import type { Mutant } from './mutants.ts';

const PROJECT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const COPIED = ['src', 'test', 'migrations', 'demo', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

async function main(wanted: string | undefined): Promise<number> {
  const mutants = MUTANTS.filter(({ operation, strategy }) =>
    `${operation}/${strategy}`.startsWith(wanted ?? ''),
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
  let survived = 0;
  for (const [i, mutant] of mutants.entries()) {
    const verdict = await judge(copy, databaseUrl, mutant);
    if (verdict !== 'caught') survived += 1;
    table.push([`${mutant.operation}/${mutant.strategy}`, mutant.fault, verdict]);
    process.stdout.write(
      `${i + 1}/${mutants.length} ${mutant.operation}/${mutant.strategy}: ${mutant.fault}: ${verdict}\n`,
    );
  }
  process.stdout.write(
    `${table.toString()}\n${mutants.length - survived} of ${mutants.length} mutants caught\n`,
  );
  return survived === 0 ? 0 : 1;
}

async function judge(
  copy: string,
  databaseUrl: string,
  mutant: Mutant,
): Promise<'caught' | 'SURVIVED' | 'NOT PLANTED'> {
  const { operation, strategy } = mutant;
  const path = join(copy, mutant.file ?? `src/operations/${operation}/${strategy}.ts`);
  const original = await readFile(path, 'utf8');
  const planted = original.replaceAll(mutant.find, () => mutant.replace);
  if (planted === original) return 'NOT PLANTED';
  await writeFile(path, planted);
  try {
    const run = spawnSync(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        `src/operations/${operation}/`,
        '--bail=1',
        '-t',
        `${operation}/${strategy} `,
      ],
      { cwd: copy, env: { ...process.env, DATABASE_URL: databaseUrl }, stdio: 'pipe', timeout: 240_000 },
    );
    return run.status === 0 ? 'SURVIVED' : 'caught';
  } finally {
    await writeFile(path, original);
  }
}

process.exitCode = await main(process.argv[2]);
