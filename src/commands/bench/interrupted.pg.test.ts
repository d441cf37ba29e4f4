/** The program, interrupted as by Ctrl-C on a terminal, which reaches every process of the command. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compiled } from '../../../test/support/program.ts';
import { eventually } from '../../../test/support/rowlock-process.ts';

const CLI = compiled(new URL('../../cli.ts', import.meta.url));

it.runIf(process.platform === 'linux')(
  'writes what it has measured, and leaves neither processes nor a data directory',
  async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rowlock-bench-interrupted-'));
    // The embedded server, another user when root runs the tests, keeps its data in it.
    chmodSync(directory, 0o777);
    const out = join(directory, 'results');
    const args = [CLI, 'bench', '--quick', '--only', 'replays,crowd', '--out', out];
    const child = spawn(process.execPath, args, {
      detached: true,
      env: { ...process.env, TMPDIR: directory },
    });
    const closed = once(child, 'close') as Promise<[number | null]>;
    let [told, printed, isStopped] = ['', '', false];
    let before: readonly string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      told += text;
      // The control has been measured by now, and crowd's first sample begins.
      if (/^crowd$/m.test(told) && !isStopped) {
        isStopped = true;
        before = serversIn(directory);
        process.kill(-child.pid!, 'SIGINT');
      }
    });
    const [code] = await closed;
    expect(told).toContain('SIGINT');
    expect(code, told).toBe(130);
    expect(printed).toMatch(/^INTERRUPTED in crowd: /);
    const summary = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8')) as object;
    expect(summary).toMatchObject({ interruptedIn: 'crowd', auditClean: true, verdicts: [] });
    expect(readdirSync(directory).filter((name) => name.startsWith('rowlock'))).toEqual([]);
    expect(before).not.toEqual([]);
    expect(serversIn(directory)).toEqual([]);
    // The compiler that tsx starts in each worker ends a moment after it.
    await eventually(() => !isAlive(-child.pid!));
    rmSync(directory, { recursive: true });
  },
  300_000,
);

/** The command lines of PostgreSQL servers whose data is below this directory. */
function serversIn(directory: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return command.includes(`${directory}/rowlock-bench-`) ? [command] : [];
      } catch {
        return [];
      }
    });
}

function isAlive(processGroup: number): boolean {
  try {
    return process.kill(processGroup, 0);
  } catch {
    return false;
  }
}
