/** Optional packages load only where they are used: a service without a Redis loads no Redis client. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}
const MANIFEST = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as Manifest;
const OPTIONAL = Object.keys(MANIFEST.peerDependencies);

// Module hooks run on a thread of their own; they can write to the process's output.
const HOOKS = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  export async function load(url, context, next) {
    writeSync(1, url + '\\n');
    return next(url, context);
  }`)}`;

/** The packages that a process loads when it imports a module and runs `then`. */
function packagesLoadedBy(module: string, then = ''): readonly string[] {
  const url = new URL(module, import.meta.url).href;
  const script = `
    import { createRequire, register } from 'node:module';
    register(${JSON.stringify(HOOKS)});
    const module = await import(${JSON.stringify(url)});
    ${then}
    console.log(Object.keys(createRequire(${JSON.stringify(url)}).cache).join('\\n'));
    process.exit(0);`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const loaded = execFileSync(process.execPath, args, { cwd, encoding: 'utf8' });
  return [...loaded.matchAll(/\/node_modules\/((?:@[^/\n]+\/)?[^/\n]+)/g)].map(([, name]) => name!);
}

const OPEN_WITH_REDIS = `
  await module.createBoxOffice({
    databaseUrl: 'postgres://127.0.0.1:1/none',
    redisUrl: 'redis://127.0.0.1:1',
    migrate: false,
  });`;

describe('optional packages', () => {
  it('are optional peers, which this repository has in the same versions', () => {
    expect(OPTIONAL.length).toBeGreaterThan(0);
    for (const name of OPTIONAL) {
      expect(MANIFEST.peerDependenciesMeta[name], name).toEqual({ optional: true });
      expect(MANIFEST.devDependencies[name], name).toBe(MANIFEST.peerDependencies[name]);
    }
  });

  it.each(['./box-office.ts', '../commands/serve/serve.ts'])('are not loaded with %s', (module) => {
    const loaded = packagesLoadedBy(module);
    expect(loaded).toContain('pg');
    expect(loaded.filter((name) => OPTIONAL.includes(name))).toEqual([]);
  });

  it('are loaded by a box office with a Redis (control)', () => {
    expect(packagesLoadedBy('./box-office.ts', OPEN_WITH_REDIS)).toContain('ioredis');
  });
});
