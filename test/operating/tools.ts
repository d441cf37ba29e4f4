/** Programs that the tests of operating need and a machine may lack: what to install is said once, and the tests skipped. */
import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** `describe`, skipped where one of these programs is missing; Debian's package of each is named. */
export function describeWith(
  programs: Readonly<Record<string, string>>,
): typeof describe | typeof describe.skip {
  const missing = Object.keys(programs).filter(
    (program) => spawnSync('which', [program], { stdio: 'ignore' }).status !== 0,
  );
  if (missing.length === 0) return describe;
  const packages = missing.map((program) => programs[program]).join(' ');
  process.stderr.write(
    `tests with ${missing.join(', ')} are skipped; install it with: apt-get install ${packages}\n`,
  );
  return describe.skip;
}
