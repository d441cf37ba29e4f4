/** The program and the machine of a measurement, so that others can repeat and compare it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Provenance {
  readonly rowlock: {
    readonly version: string;
    /** Null outside a git working copy. */
    readonly commit: string | null;
    /** Whether there were uncommitted changes. */
    readonly modified: boolean;
  };
  readonly machine: {
    readonly cores: number;
    readonly cpu: string;
    readonly memoryMiB: number;
    readonly system: string;
    readonly node: string;
  };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function provenance(): Provenance {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { readonly version: string };
  const commit = git('rev-parse', 'HEAD');
  const changes = commit === null ? null : git('status', '--porcelain', '--untracked-files=no');
  return {
    rowlock: { version, commit, modified: changes !== null && changes !== '' },
    machine: {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      memoryMiB: Math.round(totalmem() / 2 ** 20),
      system: `${platform()} ${release()}`,
      node: process.version,
    },
  };
}

/** Null without git or a working copy. */
function git(...args: readonly string[]): string | null {
  try {
    return execFileSync('git', ['-C', ROOT, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
