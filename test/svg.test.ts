/** A picture that is not well-formed XML shows in an HTML page, and nowhere else: not in a README, an editor or a viewer. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import { plotOf, draw } from '../src/lab/report/plot.ts';

const DOCS = fileURLToPath(new URL('../docs', import.meta.url));

/** What is wrong with it as XML. */
function faultsOf(xml: string): readonly string[] {
  const faults: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => faults.push(error.message));
  parser.write(xml).close();
  return faults;
}

describe('every committed SVG', () => {
  const svgs = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.svg'),
  );

  it.each(svgs)('%s is well-formed XML', (name) => {
    expect(faultsOf(readFileSync(join(DOCS, name), 'utf8'))).toEqual([]);
  });

  it('are many', () => {
    expect(svgs.length).toBeGreaterThan(30);
  });
});

it('a plot that the lab draws is well-formed XML', () => {
  const plot = plotOf({
    name: 'test',
    title: { en: 'A & B', ko: '가' },
    caption: { en: '', ko: '' },
    option: () => ({
      xAxis: { data: ['a < b', '"quoted"'] },
      yAxis: {},
      series: [{ type: 'bar', data: [1, 2] }],
    }),
  });
  const svg = draw(plot, 'en');
  expect(svg).toContain('&lt;');
  expect(faultsOf(svg)).toEqual([]);
});

it('the check finds a quote within an attribute, as the committed plots once had', () => {
  expect(
    faultsOf('<svg xmlns="http://www.w3.org/2000/svg"><text style="font: "Segoe UI""/></svg>'),
  ).not.toEqual([]);
});
