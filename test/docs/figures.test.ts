/** The figures that the documents take from committed runs are those of the runs. */
import { describe, expect, it } from 'vitest';
import { FLOORS } from '../../src/bench/floors.ts';
import { CANONICAL } from '../../src/bench/workloads/sizes.ts';
import { generatedFiles } from '../../tools/figures.ts';
import { withParts } from '../../tools/figures/parts.ts';
import { rowOf } from '../../tools/figures/rows.ts';
import { labRun } from '../../tools/figures/runs.ts';
import { read, tableUnder } from './documents.ts';

it.each([...generatedFiles()])(
  '%s has the figures of the newest runs (else npm run figures)',
  (path, text) => {
    expect(read(path)).toBe(text);
  },
);

it('are generated in both READMEs, the benchmark, the lab and the locking guide', () => {
  const pages = ['README', 'docs/benchmark', 'docs/lab', 'docs/locking-guide'];
  const files = [
    ...pages.flatMap((page) => [`${page}.md`, `${page}.ko.md`]),
    'docs/benchmark.svg',
    'docs/benchmark.ko.svg',
  ];
  expect([...generatedFiles().keys()].toSorted()).toEqual(files.toSorted());
});

it('have words for every row of the benchmark, and refuse a row without', () => {
  for (const name of Object.keys(FLOORS)) expect(rowOf(name).what.ko).not.toBe('');
  expect(() => rowOf('http-unheard-of')).toThrow('no words for the row http-unheard-of');
});

it.each(['docs/benchmark.md', 'docs/benchmark.ko.md'])('%s names the sizes of a full run', (path) => {
  const { inFlight, watchers, closePairs, crowdedWatchers, idleConnections } = CANONICAL;
  for (const size of [inFlight, watchers, closePairs, crowdedWatchers, idleConnections])
    expect(read(path)).toMatch(new RegExp(`(?<![\\d,])${size.toLocaleString('en-US')}(?![\\d,])`));
});

it('refuse a part that nobody generates', () => {
  const refuse = (name: string): string => {
    throw new Error(name);
  };
  expect(() => withParts('<!-- figures: C13 -->\n<!-- /figures -->', refuse)).toThrow('C13');
});

describe('the words of docs/locking-guide.md and of the table in docs/lab.md', () => {
  it('rest on these verdicts', () => {
    const always = new Set(['C1', 'C2', 'C4']);
    expect(labRun().claims.map(({ id, verdict }) => [id, verdict])).toEqual(
      Array.from({ length: 12 }, (_, i) => `C${i + 1}`).map((id) => [
        id,
        always.has(id) ? 'holds' : 'holds-only-when',
      ]),
    );
  });
});

describe.each(['docs/box-office.md', 'docs/box-office.ko.md'])('the page speeds of %s', (path) => {
  it('are those of the committed run', () => {
    const measured = tableUnder(read('docs/results/page-speed/table.md'), /^\| page \|/);
    const told = tableUnder(read(path), /^\| (page|화면) \| LCP/);
    expect(measured.length).toBe(3);
    expect(told.map((cells) => cells.slice(2))).toEqual(measured.map((cells) => cells.slice(2)));
  });
});

describe('the cost table of docs/group-execution.md', () => {
  it('is that of the committed count', () => {
    const counted = read('docs/results/group-costs/table.txt')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [, what = '', ...numbers] = /^(.+?)\s{2,}(.+)$/.exec(line)!;
        const [size, statements, updates, , indexes, wal] = numbers.join(' ').trim().split(/\s+/).map(Number);
        return {
          what,
          size: size!,
          statements: statements!,
          updates: updates!,
          indexes: indexes!,
          wal: wal!,
        };
      });
    const rows = tableUnder(read('docs/group-execution.md'), /^\| per winner, at a group size of \|/);
    /** The row of the page that begins so, as numbers. */
    const row = (start: string, nth = 0): string[] =>
      rows.filter(([, head]) => head!.startsWith(start))[nth]!.slice(2, 6);
    const of = (what: string, value: 'statements' | 'indexes' | 'wal'): number[] =>
      counted.filter((line) => line.what.startsWith(what)).map((line) => line[value]);
    // The run was counted before the operation had its present name: its top-ups come first.
    const [oneWallet = '', aWalletEach = ''] = new Set(counted.map(({ what }) => what));
    const numbers = (cells: readonly string[]): number[] =>
      cells.map((cell) => Number(cell.replace(',', '')));
    expect(numbers(row('`topUp`'))).toEqual(of(oneWallet, 'statements'));
    expect(numbers(row('`hold`'))).toEqual(of('hold', 'statements'));
    expect(numbers(row('`pay`'))).toEqual(of('pay', 'statements'));
    expect(numbers(row('bytes of WAL', 1))).toEqual(of('hold', 'wal'));
    expect(numbers(row('bytes of WAL', 2))).toEqual(of('pay', 'wal'));
    expect(row('bytes of WAL').map((cell) => cell.split(' / ').map(Number))).toEqual(
      of(oneWallet, 'wal').map((wal, i) => [wal, of(aWalletEach, 'wal')[i]]),
    );
    expect([row('index writes'), row('index writes', 1), row('index writes', 2)].map(numbers)).toEqual([
      of(oneWallet, 'indexes'),
      of('hold', 'indexes'),
      of('pay', 'indexes'),
    ]);
  });
});
