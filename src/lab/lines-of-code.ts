/** Lines of code of each strategy: the analysis calls one lock *easy* to write and the other *very easy*. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface LinesOfCode {
  readonly strategy: string;
  /** Lines of SQL in the strategy's own file. */
  readonly sqlLines: number;
  /** Its other lines, without comments and blank lines. */
  readonly codeLines: number;
}

const FILES: readonly (readonly [strategy: string, ...files: string[]])[] = [
  ['optimistic', 'top-up/optimistic'],
  ['optimistic-rollback', 'top-up/optimistic-rollback'],
  ['pessimistic', 'top-up/pessimistic'],
  ['pessimistic-nowait', 'top-up/pessimistic-nowait'],
  ['atomic', 'top-up/atomic'],
  ['optimistic+retry', 'top-up/optimistic', 'wrappers/retry'],
];

/** Counts the top-up strategies' own files, without `top-up.ts`, which all share. */
export function countLinesOfCode(): readonly LinesOfCode[] {
  return FILES.map(([strategy, ...files]) => {
    const counts = files.map((file) => countLines(sourceOf(file)));
    const sum = (of: (count: LineCount) => number): number =>
      counts.reduce((total, count) => total + of(count), 0);
    return {
      strategy,
      sqlLines: sum(({ sqlLines }) => sqlLines),
      codeLines: sum(({ codeLines }) => codeLines),
    };
  });
}

function sourceOf(file: string): string {
  // The TypeScript, also when this runs from dist/; an installed package has only the JavaScript.
  const candidates = ['../operations/$.ts', '../../src/operations/$.ts', '../operations/$.js'].map((place) =>
    fileURLToPath(new URL(place.replace('$', file), import.meta.url)),
  );
  const path = candidates.find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error(`the source of ${file} is gone`);
  return readFileSync(path, 'utf8');
}

type LineCount = Pick<LinesOfCode, 'sqlLines' | 'codeLines'>;

/** Counts lines: SQL is between the backticks of a `text:`; comments and blank lines don't count. */
export function countLines(source: string): LineCount {
  let isSql = false;
  let isComment = false;
  const count = { sqlLines: 0, codeLines: 0 };
  for (const line of source.split('\n').map((text) => text.trim())) {
    if (line === '') continue;
    if (isSql) {
      if (line !== '`,') count.sqlLines += 1;
      if (line.endsWith('`,')) isSql = false;
    } else if (isComment || line.startsWith('/*')) {
      isComment = !line.endsWith('*/');
    } else if (!line.startsWith('//')) {
      count.codeLines += 1;
      isSql = /^text: `$/.test(line);
    }
  }
  return count;
}
