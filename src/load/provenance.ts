/** What a measurement was made of, so that somebody else can make it again and knows what to compare it with. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Provenance {
  readonly rowlock: {
    readonly version: string;
    /** Null in an installed package, which is no working copy. */
    readonly commit: string | null;
    /** Whether the working copy had changes that were not committed. */
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

/** This program and this machine. */
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

/** Null where there is no git, or no working copy. */
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
