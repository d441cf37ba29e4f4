/** The README's example of the library can be copied and run: it fits the package's types and sells a seat. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importCatalogue } from '../src/catalogue/import/import.ts';
import { useDatabase } from './support/database.ts';
import { DEMO_CATALOGUE } from './support/rowlock-process.ts';
import { violationsIn } from './support/state.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const run = promisify(execFile);

interface Package {
  readonly name: string;
  readonly exports: { readonly '.': { readonly types: string; readonly default: string } };
}

async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(await readFile(join(ROOT, path), 'utf8')) as T;
}

/** The source of a built file, as `tsconfig.build.json` lays the one out after the other. */
async function sourceOf(built: string): Promise<string> {
  const { compilerOptions } = await readJson<{ compilerOptions: { outDir: string; rootDir: string } }>(
    'tsconfig.build.json',
  );
  const { outDir, rootDir } = compilerOptions;
  return built.replace(`./${outDir}/`, `${ROOT}${rootDir}/`).replace(/(\.d\.ts|\.js)$/, '.ts');
}

describe("the README's example", () => {
  const database = useDatabase();
  let directory = '';
  let example = '';
  let tsconfig = '';

  /** The example as a file of its own, to which the package's name means the source of what the package exports. */
  beforeAll(async () => {
    const [, block = ''] =
      /^```ts\n([^]*?)^```$/m.exec(await readFile(join(ROOT, 'README.md'), 'utf8')) ?? [];
    const { name, exports } = await readJson<Package>('package.json');
    expect(block).toContain(`from '${name}'`);
    directory = await mkdtemp(join(tmpdir(), 'rowlock-example-'));
    example = join(directory, 'example.mts');
    await writeFile(example, block.replace(/postgres:\/\/[^'"`]+/, database.url));
    tsconfig = join(directory, 'tsconfig.json');
    await writeFile(
      tsconfig,
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.json'),
        compilerOptions: {
          paths: { [name]: [await sourceOf(exports['.'].types)] },
          types: ['node'],
          typeRoots: [join(ROOT, 'node_modules/@types')],
        },
        include: [example],
        exclude: [],
      }),
    );
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('imports what the package exports: one module, with its types', async () => {
    const { exports } = await readJson<Package>('package.json');
    expect(Object.keys(exports)).toEqual(['.']);
    expect(await sourceOf(exports['.'].default)).toBe(await sourceOf(exports['.'].types));
    expect(Object.keys(await import(await sourceOf(exports['.'].default)))).toContain('createBoxOffice');
  });

  it('fits the types', async () => {
    const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
    const { stdout } = await run(process.execPath, [compiler, '-p', tsconfig]).catch(
      (error: unknown) => error as { stdout: string },
    );
    expect(stdout).toBe('');
  });

  it('sells a seat of the demo', async () => {
    await importCatalogue(database, JSON.parse(await readFile(DEMO_CATALOGUE, 'utf8')));
    const loader = pathToFileURL(require.resolve('tsx')).href;
    const { stdout } = await run(process.execPath, ['--import', loader, example], {
      cwd: ROOT,
      env: { ...process.env, DATABASE_URL: database.url, TSX_TSCONFIG_PATH: tsconfig },
    });
    expect(stdout).toContain('paid');
    const reservations = await database.sql(`select state::text from reservation`);
    expect(reservations).toEqual([{ state: 'confirmed' }]);
    expect(await violationsIn(database)).toEqual([]);
  }, 150_000);
});
