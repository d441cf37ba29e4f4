/** The documents' two languages agree, and what they name exists. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocksOf, documents, read, ROOT, withoutBlocks } from './documents.ts';

function headingLevels(text: string): number[] {
  return [...withoutBlocks(text).matchAll(/^(#+) /gm)].map(([, marks]) => marks!.length);
}

/** The anchors that GitHub gives a document's headings. */
function anchorsOf(text: string): Set<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading!);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replaceAll(/\s/g, '-'),
    ),
  );
}

describe('the two languages', () => {
  const pairs = documents()
    .filter((path) => path.endsWith('.ko.md'))
    .map((path) => [path.replace(/\.ko\.md$/, '.md'), path] as const);

  it.each(pairs)('%s and its translation have the same headings and commands', (english, korean) => {
    const [one, other] = [read(english), read(korean)];
    expect(headingLevels(other)).toEqual(headingLevels(one));
    for (const language of ['sh', 'ts', 'sql'])
      expect(blocksOf(other, language)).toEqual(blocksOf(one, language));
  });
});

describe('every document', () => {
  it.each(documents())('%s links to what there is', (path) => {
    const links = withoutBlocks(read(path)).matchAll(/\]\((?<link>[^)\s]+)\)|<img src="(?<image>[^"]+)"/g);
    const targets = [...links].map(({ groups }) => groups!['link'] ?? groups!['image']!);
    const broken = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [file = '', anchor] = target.split('#');
        const linked = file === '' ? path : join(dirname(path), file);
        if (!existsSync(join(ROOT, linked))) return true;
        return anchor !== undefined && !anchorsOf(read(linked)).has(decodeURIComponent(anchor));
      });
    expect(broken).toEqual([]);
  });

  it('names npm scripts that there are', () => {
    const { scripts } = JSON.parse(read('package.json')) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const named = documents().flatMap((path) => {
      const found = read(path).matchAll(/\bnpm (?:run (?:-\S+ )*([\w:-]+)|(start|test)\b)/g);
      return [...found].map(([, script, short]) => `${path}: ${script ?? short}`);
    });
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((line) => scripts[line.split(': ')[1]!] === undefined)).toEqual([]);
  });

  it('names files of the project that there are', () => {
    const named = documents().flatMap((path) =>
      [...read(path).matchAll(/`((?:src|test|docs|migrations|demo|web)\/[\w./-]+\.\w+)`/g)].map(
        ([, file]) => `${path}: ${file}`,
      ),
    );
    expect(
      named.filter(
        (line) => !statSync(join(ROOT, line.split(': ')[1]!), { throwIfNoEntry: false })?.isFile(),
      ),
    ).toEqual([]);
  });
});
