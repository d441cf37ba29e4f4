/** What a measurement was made of, so that somebody else can make it again and knows what to compare it with. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { SameAgain } from './same-again.ts';
import type { Target } from './target.ts';

export interface Manifest {
  readonly command: 'claims' | 'compare';
  readonly options: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly startedAt: string;
  readonly endedAt: string;
  /** Stopped before all was measured. */
  readonly interrupted: boolean;
  /** The A/A control: the same strategy twice. */
  readonly sameAgain: SameAgain | null;
  readonly rowlock: { readonly version: string; readonly commit: string | null; readonly modified: boolean };
  readonly machine: {
    readonly cores: number;
    readonly cpu: string;
    readonly memoryMiB: number;
    readonly system: string;
    readonly node: string;
  };
  readonly server: {
    readonly version: string;
    readonly embedded: boolean;
    readonly local: boolean;
    readonly settings: Readonly<Record<string, string>>;
  };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export function manifestOf(
  given: Pick<Manifest, 'command' | 'options' | 'seed' | 'interrupted'> & {
    readonly startedAt: Date;
    readonly sameAgain: SameAgain | undefined;
    readonly target: Target;
  },
): Manifest {
  const { command, options, seed, interrupted, startedAt, sameAgain, target } = given;
  return {
    command,
    options,
    seed,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
    interrupted,
    sameAgain: sameAgain ?? null,
    rowlock: rowlockFacts(),
    machine: {
      cores: availableParallelism(),
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
      memoryMiB: Math.round(totalmem() / 2 ** 20),
      system: `${platform()} ${release()}`,
      node: process.version,
    },
    server: {
      version: target.server.version,
      embedded: target.isEmbedded,
      local: target.isLocal,
      settings: target.server.settings,
    },
  };
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
    const top = execFileSync('git', ['-C', ROOT, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return top.trim();
  } catch {
    return null;
  }
}
