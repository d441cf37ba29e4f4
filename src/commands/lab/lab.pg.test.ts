import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { forgetSignalListeners } from '../../../test/support/signals.ts';
import { ConfigError } from '../options/option.ts';
import { createProgram } from '../program.ts';

const database = useDatabase({ poolSize: 2 });
forgetSignalListeners();

let directory = '';
const printed: string[] = [];
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'rowlock-lab-test-'));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterAll(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(directory, { recursive: true, force: true });
});

async function lab(...args: readonly string[]): Promise<typeof process.exitCode> {
  printed.length = 0;
  process.exitCode = undefined;
  await createProgram().parseAsync(['lab', ...args], { from: 'user' });
  const code = process.exitCode;
  process.exitCode = undefined;
  return code;
}

function readJson(...path: readonly string[]): unknown {
  return JSON.parse(readFileSync(join(directory, ...path), 'utf8'));
}

describe('lab claims', () => {
  it('gives a verdict as a table, JSON, CSV and a directory, and leaves no schema', async () => {
    const files = [
      '--json',
      join(directory, 'c.json'),
      '--csv',
      join(directory, 'c.csv'),
      '--out',
      join(directory, 'claims'),
    ];
    expect(await lab('claims', '--only', 'c9', '--quick', '--database-url', database.url, ...files)).toBe(0);
    expect(printed.join('')).toContain('C9');
    const { claims } = readJson('c.json') as { claims: Record<string, unknown>[] };
    expect(claims).toHaveLength(1);
    expect(claims[0]).toMatchObject({
      id: 'C9',
      predicted: 0,
      measured: { mean: 0, min: 0, max: 0 },
      controlShowsFault: true,
    });
    expect(['holds', 'holds-only-when']).toContain(claims[0]!['verdict']);
    expect(readFileSync(join(directory, 'c.csv'), 'utf8')).toMatch(/^id,verdict,.*\nC9,/);
    const manifest = readJson('claims', 'manifest.json') as {
      command: string;
      interrupted: boolean;
      server: { embedded: boolean };
    };
    expect(manifest).toMatchObject({ command: 'claims', interrupted: false, server: { embedded: false } });
    const attempts = gunzipSync(readFileSync(join(directory, 'claims', 'attempts.jsonl.gz')))
      .toString()
      .trimEnd()
      .split('\n');
    expect(JSON.parse(attempts.at(-1)!)).toMatchObject({ experiment: 'C9', row: 0 });
    expect(readFileSync(join(directory, 'claims', 'report.html'), 'utf8')).toMatch(/^<!doctype html>/);
    expect(existsSync(join(directory, 'claims', 'summary.json'))).toBe(true);
    const schemas = await database.sql(`select nspname from pg_namespace where nspname like 'rowlock_lab_%'`);
    expect(schemas).toEqual([]);
  });

  it('gives each of the twelve a verdict', { timeout: 600_000 }, async () => {
    const files = ['--json', join(directory, 'all.json'), '--out', join(directory, 'all')];
    // 0: every guarded run has left the database as it should be.
    expect(await lab('claims', '--quick', '--database-url', database.url, ...files)).toBe(0);
    const { claims, interrupted } = readJson('all.json') as {
      claims: { id: string; verdict: string; measured: { min: number }; controlShowsFault: boolean }[];
      interrupted: boolean;
    };
    expect(interrupted).toBe(false);
    expect(claims.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, index) => `C${index + 1}`));
    for (const { id, verdict, controlShowsFault } of claims) {
      expect(['holds', 'holds-only-when', 'does-not-hold'], id).toContain(verdict);
      expect(controlShowsFault, id).toBe(true);
    }
    // At most a pool of requests can have read one version, and one of them wins, so at least that many
    // succeed. Hardly more do only if the pool fills before any write, for which a busy machine is too slow.
    const [c1, c2] = claims;
    expect(c1!.measured.min).toBeGreaterThanOrEqual(5);
    expect(c2!.measured.min).toBeGreaterThanOrEqual(2);
  });

  it('never overwrites a measurement', async () => {
    const again = lab(
      'claims',
      '--only',
      'C9',
      '--quick',
      '--database-url',
      database.url,
      '--out',
      join(directory, 'claims'),
    );
    await expect(again).rejects.toThrow(/EEXIST/);
  });
});

describe('lab compare', () => {
  it('measures the grid and says which strategy was wrong', async () => {
    const lists = [
      '--strategies',
      'atomic,unguarded',
      '--pool',
      '2,4',
      '--requests',
      '8',
      '--work-ms',
      '10',
      '--repeats',
      '2',
    ];
    const files = [
      '--json',
      join(directory, 'g.json'),
      '--csv',
      join(directory, 'g.csv'),
      '--out',
      join(directory, 'compare'),
    ];
    expect(
      await lab('compare', '--operation', 'hold', ...lists, '--database-url', database.url, ...files),
    ).toBe(0);
    const { cells } = readJson('g.json') as { cells: { label: string; correct: boolean; repeats: number }[] };
    expect(cells.map(({ label, correct, repeats }) => ({ label, correct, repeats }))).toEqual([
      { label: 'atomic, pool 2', correct: true, repeats: 2 },
      { label: 'unguarded, pool 2', correct: false, repeats: 2 },
      { label: 'atomic, pool 4', correct: true, repeats: 2 },
      { label: 'unguarded, pool 4', correct: false, repeats: 2 },
    ]);
    expect(readFileSync(join(directory, 'g.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(5);
  });
});

describe('wrong use', () => {
  it.each([
    [['claims', '--only', 'C13'], /^--only must be a list of C1, C2,/],
    [['claims', '--seed', 'x'], /^--seed must be a whole number from 0 to 4294967295, not "x"$/],
    [['compare', '--operation', 'sell'], /^--operation must be a list of topUp, hold, pay, not "sell"$/],
    [
      ['compare', '--operation', 'pay', '--strategies', 'magic'],
      /^--strategies: pay has no strategy "magic"/,
    ],
    [['compare', '--operation', 'pay', '--pool', '0'], /^--pool must be whole numbers from 1 to/],
    [
      ['compare', '--operation', 'pay', '--work-ms', '1,,2'],
      /^--work-ms must be whole numbers from 0 to 60000, separated by commas, not "1,,2"$/,
    ],
    [['compare', '--operation', 'pay', '--load', 'open'], /^--load must be a list of closed, open:RATE/],
    [['compare', '--operation', 'pay', '--redis-url', 'x'], /^--redis-url must be an address like/],
    [['claims', '--json', '/nowhere/at/all.json'], /^--json cannot be written: ENOENT: .*all\.json'$/],
    [['compare', '--operation', 'pay', '--csv', tmpdir()], /^--csv cannot be written: EISDIR: /],
    [['claims', '--out', ''], /^--out must be a path, not ""$/],
  ] as const)('%j is refused in one line', async (args, message) => {
    const refused = lab(...args);
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(message);
  });
});
