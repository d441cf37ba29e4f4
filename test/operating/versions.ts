/** Another version of the program, from the repository's history, with this checkout's packages. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The version to upgrade from while no release has a tag: the last one without the operator's kit. */
const BEFORE_TAGS = '7e4d9c49896ef2164dac8009b83b0ced69fd708d';

/** The newest tag before this commit, else a commit from before there were tags; undefined where the history is missing. */
const earlier = newestTag() ?? (isKnown(BEFORE_TAGS) ? BEFORE_TAGS : undefined);

if (earlier === undefined) {
  process.stderr.write(
    'tests of upgrades are skipped: this checkout has neither a tag nor its history; clone it without --depth\n',
  );
}

/** `describe`, skipped where there is no earlier version. */
export const describeWithEarlierVersion = describe.skipIf(earlier === undefined);

export interface Checkout {
  readonly version: string;
  /** Its command line's source. */
  readonly cli: string;
  remove(): void;
}

/** Unpacks the earlier version into a temporary directory. */
export function unpackEarlierVersion(): Checkout {
  const version = earlier ?? '';
  const folder = mkdtempSync(join(tmpdir(), 'rowlock-earlier-'));
  const parts = ['package.json', 'tsconfig.json', 'src', 'migrations', 'demo', 'docs/errors'];
  const archive = execFileSync('git', ['archive', version, ...parts], {
    cwd: ROOT,
    maxBuffer: 256 * 1_024 ** 2,
  });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return {
    version,
    cli: join(folder, 'src', 'cli.ts'),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function newestTag(): string | undefined {
  // The commit itself may be the tagged one: an upgrade is from the one before.
  const { status, stdout } = spawnSync(
    'git',
    ['describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD^'],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  return status === 0 ? stdout.trim() : undefined;
}

function isKnown(commit: string): boolean {
  return (
    spawnSync('git', ['cat-file', '-e', `${commit}^{commit}`], { cwd: ROOT, stdio: 'ignore' }).status === 0
  );
}
