import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkCatalogue } from './check.ts';
import { CatalogueDocument, LIMITS } from './document.ts';
import { parseCatalogueFile } from './parse.ts';

const page = readFileSync(new URL('../../../../docs/catalogue.md', import.meta.url), 'utf8');

describe('docs/catalogue.md', () => {
  it('has an example that keeps the rules', () => {
    const [, example] = /```json\n([\s\S]+?)```/.exec(page)!;
    const { venues, performances } = checkCatalogue(parseCatalogueFile(example!));
    expect(venues[0]?.seats).toHaveLength(34 + 38 + 2);
    expect(performances).toHaveLength(1);
  });

  it.each(Object.entries(LIMITS).filter(([name]) => !/coordinate|textLength/.test(name)))(
    'names the limit %s',
    (_, limit) => {
      expect(page).toContain(` ${limit.toLocaleString('en-US')} `.trimEnd());
    },
  );

  it('names every field of the schema', () => {
    const names = new Set<string>();
    JSON.stringify(CatalogueDocument, (key, value: unknown) => {
      if (key === 'properties') for (const name of Object.keys(value as object)) names.add(name);
      return value;
    });
    const missing = [...names].filter((name) => !new RegExp(`["\`.]${name}["\`]`).test(page));
    expect(missing).toEqual([]);
  });
});
