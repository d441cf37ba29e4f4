import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { until } from '../../../test/support/gate.ts';
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

describe('lab compare --find-rate', () => {
  const search = ['compare', '--operation', 'topUp', '--find-rate', '--p99-ms', '2000', '--requests', '40'];

  it('tells a strategy that keeps the bound from one that cannot, and leaves no schema', async () => {
    const files = ['json', 'csv'].flatMap((kind) => [`--${kind}`, join(directory, `rates.${kind}`)]);
    const lists = [
      '--strategies',
      'pessimistic,atomic',
      '--work-ms',
      '250',
      '--repeats',
      '3',
      '--rate-max',
      '40',
    ];
    expect(
      await lab(
        ...search,
        ...lists,
        '--database-url',
        database.url,
        '--out',
        join(directory, 'rates'),
        ...files,
      ),
    ).toBe(0);
    const { searches } = readJson('rates.json') as {
      searches: {
        label: string;
        sustainedPerSecond: number | null;
        exceededPerSecond: number | null;
        correct: boolean;
        probesAtRate: number;
      }[];
    };
    // Under one lock 250 ms of work allow 4/s. Without a lock meanwhile, 20 connections allow 80/s.
    expect(searches).toMatchObject([
      { label: 'pessimistic', sustainedPerSecond: null, exceededPerSecond: 20, correct: true },
      { label: 'atomic', sustainedPerSecond: 40, exceededPerSecond: null, correct: true, probesAtRate: 3 },
    ]);
    expect(printed.join('')).toMatch(/pessimistic .*< 20[\s\S]*atomic .*≥ 40/);
    expect(readFileSync(join(directory, 'rates.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(3);
    expect(readFileSync(join(directory, 'rates', 'report.html'), 'utf8')).toContain('<svg');
    expect(existsSync(join(directory, 'rates', 'plots', 'find-rate.en.svg'))).toBe(true);
    const schemas = await database.sql(`select nspname from pg_namespace where nspname like 'rowlock_lab_%'`);
    expect(schemas).toEqual([]);
  });

  it('ends when it is interrupted, with what it has, and leaves no schema', async () => {
    const ended = lab(
      ...search,
      '--strategies',
      'atomic',
      '--database-url',
      database.url,
      '--out',
      join(directory, 'cut'),
    );
    await until(() => Promise.resolve(existsSync(join(directory, 'cut', 'attempts.jsonl.gz'))));
    // The command's own listener is the last one.
    process.listeners('SIGINT').at(-1)!('SIGINT');
    expect(await ended).toBe(130);
    expect(printed.join('')).toContain('Stopped early');
    const schemas = await database.sql(`select nspname from pg_namespace where nspname like 'rowlock_lab_%'`);
    expect(schemas).toEqual([]);
  });
});

describe('--dry-run', () => {
  /** Nothing listens there: a run that connected would fail. */
  const nowhere = 'postgres://somebody:pa55word@127.0.0.1:1/nothing';

  it.each([
    [
      ['claims', '--only', 'C5,C12'],
      ['C5', 'C12', 'optimistic+retry', '146 runs'],
    ],
    [
      ['claims', '--quick'],
      ['at most', 'drops repeats'],
    ],
    [
      ['compare', '--operation', 'hold', '--strategies', 'atomic', '--pool', '2,4'],
      ['atomic, pool 2', 'atomic, pool 4', '24 runs'],
    ],
    [
      [
        'compare',
        '--operation',
        'pay',
        '--strategies',
        'redis-lock+optimistic',
        '--find-rate',
        '--p99-ms',
        '50',
      ],
      ['p99 of at most 50 ms', 'within 5 min', 'redis-server'],
    ],
  ] as const)(
    '%j prints the plan with its duration, touches no database and writes nothing',
    async (args, told) => {
      const out = join(directory, 'never');
      const json = join(directory, 'never.json');
      const flags = ['--dry-run', '--database-url', nowhere, '--out', out, '--json', json];
      const before = readdirSync(directory);
      expect(await lab(...args, ...flags)).toBe(0);
      expect(readdirSync(directory)).toEqual(before);
      const text = printed.join('');
      for (const part of [...told, out, json, '127.0.0.1:1', 'about']) expect(text).toContain(part);
      expect(text).not.toContain('pa55word');
    },
  );

  it.each([
    [['claims', '--only', 'C13'], /^--only must be a list of C1, C2,/],
    [
      ['compare', '--operation', 'pay', '--strategies', 'magic'],
      /^--strategies: pay has no strategy "magic"/,
    ],
    [['claims', '--json', '/nowhere/at/all.json'], /^--json cannot be written: ENOENT: .*all\.json'$/],
    [['claims', '--csv', tmpdir()], /^--csv cannot be written: EISDIR: /],
    [['claims', '--out', '/dev/null/below'], /^--out cannot be written: ENOTDIR: /],
  ] as const)('%j fails as it does in a run', async (args, message) => {
    for (const flags of [[], ['--dry-run']]) await expect(lab(...args, ...flags)).rejects.toThrow(message);
  });

  it('refuses a directory that holds a measurement, and an address that is none', async () => {
    const old = ['claims', '--dry-run', '--out', join(directory, 'claims')];
    await expect(lab(...old)).rejects.toThrow(/^--out cannot be written: EEXIST: /);
    const address = ['claims', '--dry-run', '--database-url', 'mysql://localhost/x'];
    await expect(lab(...address)).rejects.toThrow(/must look like postgres:/);
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
    [['compare', '--operation', 'pay', '--find-rate'], /^--find-rate needs --p99-ms/],
    [['compare', '--operation', 'pay', '--p99-ms', '5'], /^--p99-ms is for --find-rate/],
    [['compare', '--operation', 'pay', '--find-rate', '--p99-ms', '0'], /^--p99-ms must be a whole number/],
    [
      ['compare', '--operation', 'pay', '--find-rate', '--p99-ms', '5000'],
      /^--p99-ms must be less than --timeout-ms/,
    ],
    [
      ['compare', '--operation', 'pay', '--find-rate', '--p99-ms', '10', '--work-ms', '10'],
      /^--p99-ms must be more than --work-ms/,
    ],
    [
      ['compare', '--operation', 'pay', '--find-rate', '--p99-ms', '9', '--load', 'open:5'],
      /^--load must be left out/,
    ],
    [
      ['compare', '--operation', 'pay', '--find-rate', '--p99-ms', '9', '--timeout-ms', '0'],
      /^--timeout-ms must not be 0/,
    ],
    [
      ['compare', '--operation', 'pay', '--find-rate', '--p99-ms', '9', '--repeats', '2'],
      /^--repeats must be at least 3/,
    ],
    [
      [
        'compare',
        '--operation',
        'pay',
        '--find-rate',
        '--p99-ms',
        '9',
        '--requests',
        '1,2,3,4,5,6,7,8,9,10,11,12,13',
      ],
      /^these lists make 104 searches; at most 100 are made$/,
    ],
  ] as const)('%j is refused in one line', async (args, message) => {
    const refused = lab(...args);
    await expect(refused).rejects.toThrow(ConfigError);
    await expect(refused).rejects.toThrow(message);
  });
});
