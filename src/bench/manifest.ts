/** What a run was made of, so that somebody else can make it again and knows what to compare it with. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Sizes } from './sizes.ts';
import type { Target } from './target.ts';

export interface Manifest {
  readonly command: 'bench';
  readonly options: Readonly<Record<string, unknown>>;
  readonly sizes: Sizes;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly rowlock: { readonly version: string; readonly commit: string | null; readonly modified: boolean };
  readonly machine: {
    readonly cores: number;
    readonly cpu: string;
    readonly memoryMiB: number;
    readonly system: string;
    readonly node: string;
    /** Of one minute, before the run: what else the machine had to do. */
    readonly loadBefore: number;
  };
  readonly server: Pick<Target, 'version' | 'isEmbedded' | 'settings'>;
  /** What the baselines ran with. */
  readonly baselineClient: string;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Call it at the start; the result is called at the end. */
export function beginManifest(
  given: Pick<Manifest, 'options' | 'sizes' | 'baselineClient'> & { readonly target: Target },
): () => Manifest {
  const { target, ...rest } = given;
  const startedAt = new Date().toISOString();
  const [loadBefore = 0] = loadavg();
  const { version, isEmbedded, settings } = target;
  return () => ({
    command: 'bench',
    ...rest,
    startedAt,
    endedAt: new Date().toISOString(),
    rowlock: rowlockFacts(),
    machine: {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      memoryMiB: Math.round(totalmem() / 2 ** 20),
      system: `${platform()} ${release()}`,
      node: process.version,
      loadBefore,
    },
    server: { version, isEmbedded, settings },
  });
}

function rowlockFacts(): Manifest['rowlock'] {
  const { version } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { readonly version: string };
  const commit = git('rev-parse', 'HEAD');
  const changes = commit === null ? null : git('status', '--porcelain', '--untracked-files=no');
  return { version, commit, modified: changes !== null && changes !== '' };
}

/** Null in an installed package, which is no working copy, and where there is no git. */
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
