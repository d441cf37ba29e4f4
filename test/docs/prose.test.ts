/**
 * Every figure with a unit that is written by hand, in both languages, is a bound of the code that `CONFIGURED` names,
 * or it says there why no constant decides it. Measured figures are in generated parts.
 */
import { describe, expect, it } from 'vitest';
import { withoutParts } from '../../tools/figures/parts.ts';
import { CONFIGURED } from './configured.ts';
import { figureOf, figuresIn } from './figures-in.ts';
import { documents, read, withoutBlocks } from './documents.ts';

/** Decision records and runs are dated: they name their own measurements. */
const PAGES = documents()
  .filter((path) => /^(?:README|ARCHITECTURE|docs\/(?!decisions\/0).*)(?:\.ko)?\.md$/.test(path))
  .filter((path) => !path.endsWith('.ko.md'));

function figuresOf(page: string): readonly string[] {
  return figuresIn(withoutBlocks(withoutParts(read(page))));
}

function translationOf(page: string): readonly string[] {
  const path = page.replace(/\.md$/, '.ko.md');
  return documents().includes(path) ? [path] : [];
}

describe.each(PAGES)('the figures written by hand in %s', (page) => {
  const configured = Object.entries(CONFIGURED[page] ?? {});
  const known = configured.map(([figure]) => figureOf(figure));

  it.each([page, ...translationOf(page)])('are known: %s', (path) => {
    expect(figuresOf(path).filter((figure) => !known.includes(figure))).toEqual([]);
  });

  it('are those of the code', () => {
    for (const [figure, origin] of configured) {
      if (typeof origin === 'string') continue;
      const values = typeof origin === 'number' ? [origin] : origin;
      const [value] = figureOf(figure).split(' ');
      expect(
        values.map((each) => Number(each.toPrecision(12))),
        figure,
      ).toEqual(values.map(() => Number(value)));
    }
  });

  it('are all still there', () => {
    const told = [page, ...translationOf(page)].flatMap(figuresOf);
    expect(known.filter((figure) => !told.includes(figure))).toEqual([]);
  });
});

it('pages with figures are all documents', () => {
  expect(Object.keys(CONFIGURED).filter((page) => !PAGES.includes(page))).toEqual([]);
});

it('finds figures in digits and in words, in both languages', () => {
  expect(
    figuresIn('in 2.5 s, 4,000 holds a second, ten seconds or 200 ms; 95 %, 12.8× and four times; 64 kB'),
  ).toEqual(['2500 ms', '4000 /s', '10000 ms', '200 ms', '95 %', '12.8 times', '4 times', '65536 bytes']);
  expect(figuresIn('5초, 1.5배, 세 배, 5만 석, 100,000석, 5분, 4분의 3')).toEqual([
    '5000 ms',
    '1.5 times',
    '3 times',
    '50000 seats',
    '100000 seats',
    '300000 ms',
  ]);
});
