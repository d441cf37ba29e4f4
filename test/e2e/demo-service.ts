/** The service with the demo's concerts, for scripts that look at its pages. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

/** How a script runs the command line: its program, and its first arguments. */
export const ROWLOCK: readonly [program: string, ...args: string[]] = [
  process.execPath,
  '--import',
  'tsx',
  CLI,
];

export interface DemoService {
  readonly url: string;
  /** Stops it and removes its directory. */
  readonly end: () => Promise<void>;
}

/** Starts a service on a free port and on a directory of its own. */
export async function startDemoService(): Promise<DemoService> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rowlock-demo-'));
  await chmod(dataDir, 0o711);
  const [program, ...args] = ROWLOCK;
  const serve = [...args, 'serve', '--development', '--port', '0', '--data-dir', dataDir];
  const service = spawn(program, serve, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(service, 'exit');
  const end = async (): Promise<void> => {
    service.kill('SIGTERM');
    await ended;
    await rm(dataDir, { recursive: true, force: true });
  };
  let printed = '';
  service.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  while (!printed.includes("payment'")) {
    if (service.exitCode !== null) throw new Error(`the service ended:\n${printed}`);
    await delay(50);
  }
  return { url: /open at (\S+)/.exec(printed)![1]!, end };
}
