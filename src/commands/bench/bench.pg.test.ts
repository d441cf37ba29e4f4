/** What the command does before and after measuring; the measurement has its own tests. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { forgetSignalListeners } from '../../../test/support/signals.ts';
import type { BenchReport } from '../../bench/bench.ts';
import { beginManifest } from '../../bench/report/manifest.ts';
import { trustOf } from '../../bench/report/trust.ts';
import { QUICK } from '../../bench/workloads/sizes.ts';
import { ConfigError } from '../options/option.ts';
import { publish } from './run.ts';
import { createProgram } from '../program.ts';
import { CommandFailed } from '../shared/failure.ts';

forgetSignalListeners();

let directory = '';
const printed: string[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rowlock-bench-command-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** Runs the benchmark on a server that it refuses, unless DATABASE_URL names another: it measures nothing. */
async function bench(...args: readonly string[]): Promise<void> {
  const some = ['--quick', '--only', 'hot-wallet', '--database-url', inject('templateUrl')];
  await createProgram().parseAsync(['bench', ...some, ...args], { from: 'user' });
}

describe('before anything is measured', () => {
  it('refuses a file that cannot be written, and leaves none', async () => {
    const missing = join(directory, 'missing', 'bench.json');
    await expect(bench('--json', missing)).rejects.toEqual(
      new ConfigError(`--json cannot be written: ENOENT: no such file or directory, open '${missing}'`),
    );
    await expect(bench('--json', directory)).rejects.toThrow(/^--json cannot be written: EISDIR: /);
    await expect(bench('--csv', directory)).rejects.toThrow(/^--csv cannot be written: EISDIR: /);
    const good = join(directory, 'bench.json');
    await expect(bench('--json', good, '--out', '/dev/null')).rejects.toThrow(/^--out /);
    expect(existsSync(good)).toBe(false);
  });

  it('refuses a directory that cannot be made', async () => {
    const file = join(directory, 'file');
    writeFileSync(file, 'kept');
    await expect(bench('--out', file)).rejects.toThrow(/^--out cannot be written: EEXIST: .*file'$/);
    await expect(bench('--out', join(file, 'below'))).rejects.toThrow(/^--out cannot be written: ENOTDIR: /);
    await expect(bench('--out', '')).rejects.toThrow(/^--out must be a path, not ""$/);
  });

  it('says in one line what the address of a database must look like', async () => {
    await expect(bench('--database-url', 'foo')).rejects.toEqual(
      new CommandFailed('DATABASE_URL must look like postgres://user:password@host:port/database'),
    );
  });

  it('names the workloads when --only has another', async () => {
    await expect(bench('--only', 'crowd,magic,hot-wallet,more')).rejects.toEqual(
      new ConfigError(
        '--only must be a list of hot-wallet, on-sale-1-seat, on-sale-2-seats, payments, crowd, crowd-growth, crowd-interleaved, best-available, http-hold, http-top-up, http-purchase, http-sell-out, http-two-processes, http-crowded, hostile, replays, latency, two-processes, watchers, not "magic,more"',
      ),
    );
  });

  it('leaves no directory after refusing a benchmark', async () => {
    if (process.env['DATABASE_URL'] !== undefined) return;
    const out = join(directory, 'refused');
    await expect(bench('--out', out)).rejects.toThrow(/^the server has fsync /);
    expect(existsSync(out)).toBe(false);
    mkdirSync(out);
    await expect(bench('--out', out)).rejects.toThrow(/^the server has fsync /);
    expect(existsSync(out)).toBe(true);
  });
});

describe('a result', () => {
  it('is printed before it is written', () => {
    const report = emptyReport();
    const json = join(directory, 'for-programs.json');
    publish(report, directory, { json, csv: join(directory, 'for-sheets.csv') });
    expect(readdirSync(directory)).toEqual(
      expect.arrayContaining([
        'chart.svg',
        'for-programs.json',
        'for-sheets.csv',
        'manifest.json',
        'report.md',
        'table.csv',
        'table.txt',
      ]),
    );
    printed.length = 0;
    expect(() => publish(report, join(directory, 'gone'), { json: undefined, csv: undefined })).toThrow(
      'ENOENT',
    );
    expect(printed.join('')).toContain('No sample was audited; 0 trials not audited.');
  });
});

function emptyReport(): BenchReport {
  const target = {
    url: '',
    isEmbedded: true,
    dataDir: undefined,
    version: '18',
    settings: {},
    postmasterPid: undefined,
    connectionsMax: 100,
  };
  const fsync = { notMeasured: 'for a test' };
  const endManifest = beginManifest({ target, options: {}, sizes: QUICK, baselineClient: 'pg', fsync });
  const nothing = { verdicts: [], samples: [] };
  const trust = trustOf({ loadBefore: 0, cores: 2, fsync }, nothing);
  return { ...nothing, auditClean: true, trust, manifest: endManifest(), interruptedIn: null };
}
