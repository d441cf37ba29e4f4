/** Ends the services of a test run that is killed, and so can't end them itself. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** Its input ends with the process that started it, however that ends; SIGTERM lets a service end its database. */
const PROGRAM = `
  const pids = new Set();
  require('node:readline').createInterface({ input: process.stdin })
    .on('line', (line) => (line.startsWith('-') ? pids.delete(line.slice(1)) : pids.add(line)))
    .on('close', () => {
      for (const pid of pids) try { process.kill(Number(pid), 'SIGTERM'); } catch {}
    });`;

let reaper: ChildProcess | undefined;

/** Ends this process when the run that started it is gone. */
export function endWithRun(child: ChildProcess): void {
  const input = (reaper ??= startReaper()).stdin;
  if (child.pid === undefined || !input?.writable) return;
  input.write(`${child.pid}\n`);
  child.once('exit', () => input.write(`-${child.pid}\n`));
}

function startReaper(): ChildProcess {
  const stdio: ['pipe', 'ignore', 'ignore'] = ['pipe', 'ignore', 'ignore'];
  // In a group of its own: what ends the run by its group must not end this first.
  const started = spawn(process.execPath, ['-e', PROGRAM], { stdio, detached: true });
  started.unref();
  started.stdin.on('error', () => undefined);
  (started.stdin as unknown as { unref(): void }).unref();
  return started;
}
