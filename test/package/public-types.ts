import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The declarations of one built file, and where the names come from that it imports or passes on. */
interface Declarations {
  readonly declared: ReadonlyMap<string, string>;
  readonly exported: ReadonlySet<string>;
  readonly imported: ReadonlyMap<string, Place>;
  readonly passedOn: ReadonlyMap<string, Place>;
  /** Files whose types are passed on whole. */
  readonly whole: readonly string[];
}

interface Place {
  readonly file: string;
  readonly name: string;
}

/** The types that a declaration file exports, and those that they mention although it does not export them. */
export function publicTypes(entry: string): {
  readonly exported: readonly string[];
  readonly missing: readonly string[];
} {
  const files = new Map<string, Declarations>();
  const read = (file: string): Declarations => {
    const known = files.get(file) ?? declarationsIn(file);
    files.set(file, known);
    return known;
  };
  const publicNames = new Map<string, Place>();
  const root = read(entry);
  for (const name of root.exported) publicNames.set(name, { file: entry, name });
  for (const [name, place] of root.passedOn) publicNames.set(name, place);
  for (const file of root.whole) {
    for (const name of read(file).exported) {
      if (isType(read(file).declared.get(name))) publicNames.set(name, { file, name });
    }
  }

  const isPublic = new Set([...publicNames.values()].map(({ file, name }) => `${file} ${name}`));
  const missing = new Set<string>();
  for (const { file, name } of publicNames.values()) {
    const { declared, imported } = read(file);
    for (const [word] of (declared.get(name) ?? '').matchAll(/\b[A-Z]\w+\b/g)) {
      const place = declared.has(word) ? { file, name: word } : imported.get(word);
      if (place !== undefined && !isPublic.has(`${place.file} ${place.name}`))
        missing.add(`${word} in ${name}`);
    }
  }
  const names = [...publicNames].filter(([, { file, name }]) => isType(read(file).declared.get(name)));
  return {
    exported: names.map(([name]) => name).toSorted(),
    missing: [...missing].toSorted(),
  };
}

function isType(declaration = ''): boolean {
  return /^(?:export )?(?:declare )?(?:interface|type|class) /.test(declaration);
}

function declarationsIn(file: string): Declarations {
  // A comment may mention any name.
  const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const declared = new Map<string, string>();
  const exported = new Set<string>();
  for (const part of text.split(/^(?=export |import |declare |interface |type )/m)) {
    const found = /^(export )?(?:declare )?(?:interface|type|class|const|function) (\w+)/.exec(part);
    if (found === null) continue;
    declared.set(found[2]!, part);
    if (found[1] !== undefined) exported.add(found[2]!);
  }
  const placesAfter = (keyword: 'import' | 'export'): Map<string, Place> => {
    const places = new Map<string, Place>();
    for (const [, names = '', from = ''] of text.matchAll(
      new RegExp(`^${keyword} (?:type )?\\{([^}]*)\\} from '(\\.[^']*)';`, 'gm'),
    )) {
      for (const name of names
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean)) {
        const [original = '', alias = original] = name.replace(/^type /, '').split(' as ');
        places.set(alias, { file: fileFrom(file, from), name: original });
      }
    }
    return places;
  };
  const whole = [...text.matchAll(/^export type \* from '(\.[^']*)';/gm)].map(([, from]) =>
    fileFrom(file, from!),
  );
  return { declared, exported, imported: placesAfter('import'), passedOn: placesAfter('export'), whole };
}

function fileFrom(file: string, specifier: string): string {
  return join(dirname(file), specifier.replace(/\.[jt]s$/, '.d.ts'));
}
