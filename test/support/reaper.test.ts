import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, it, vi } from 'vitest';

const LOADER = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const REAPER = fileURLToPath(new URL('reaper.ts', import.meta.url));

/** Starts a process that sleeps, tells its pid, and then waits to be killed. */
function runOf(lines: string): string {
  return `
    import { spawn } from 'node:child_process';
    import { endWithRun } from ${JSON.stringify(REAPER)};
    const child = spawn('sleep', ['300'], { detached: true });
    ${lines}
    console.log(child.pid);
    setInterval(() => undefined, 1_000);`;
}

async function pidAfterKill(lines: string): Promise<number> {
  const run = spawn(process.execPath, ['--import', LOADER, '--input-type=module', '-e', runOf(lines)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [told] = (await once(run.stdout, 'data')) as [Buffer];
  run.kill('SIGKILL');
  await once(run, 'exit');
  return Number(told.toString());
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it('ends the processes of a run that is killed; (control) without it they go on', async () => {
  const pid = await pidAfterKill('endWithRun(child);');
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 20_000 });
  const orphan = await pidAfterKill('');
  expect(isRunning(orphan)).toBe(true);
  process.kill(orphan);
});
