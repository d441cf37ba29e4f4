import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder with the program of this run, as JavaScript: see `program.ts`. */
    programDir: string;
  }
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONFIGURATION = fileURLToPath(new URL('program.tsconfig.json', import.meta.url));
/** What the program reads beside itself. */
const READ = ['package.json', 'node_modules', 'migrations', 'demo', 'docs', 'web'];
/** A style sheet, and the sources whose lines the lab counts. */
const COPIED = ['src/lab/report/page.css', 'src/operations'];

/**
 * Compiles the program once for the whole run. From TypeScript each of the hundreds of processes that the tests start would
 * take three times as much processor time before it does anything.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const programDir = await mkdtemp(join(tmpdir(), 'rowlock-program-'));
  await chmod(programDir, 0o755);
  await promisify(execFile)(process.execPath, [compiler(), '-p', CONFIGURATION, '--outDir', programDir]);
  for (const name of READ) await symlink(join(ROOT, name), join(programDir, name));
  for (const name of COPIED) await cp(join(ROOT, name), join(programDir, name), { recursive: true });
  project.provide('programDir', programDir);
  return () => rm(programDir, { recursive: true });
}

function compiler(): string {
  const manifest = createRequire(import.meta.url).resolve('typescript/package.json');
  return join(dirname(manifest), 'bin/tsc');
}
