/**
 * Reads the text of a catalogue file. JSON.parse gives the place of a fault only in messages that differ by
 * engine, and silently keeps the last of two properties with one name. So a walk over the text comes first
 * and finds both.
 */
import { visit } from 'jsonc-parser';
import { CatalogueInvalid } from './problems.ts';

const DEPTH_MAX = 32;

const A_VALUE = 'a value';
const A_NAME = 'a property name in double quotes';

/** Parses the text. Throws `CatalogueInvalid` with line and column if it is not JSON. */
export function parseCatalogueFile(text: string): unknown {
  const unmarked = text.startsWith('\uFEFF') ? text.slice(1) : text;
  refuseFaults(unmarked);
  return JSON.parse(unmarked) as unknown;
}

/** Throws at the first fault; the parser would repair it and continue, and nest as deep as the text. */
function refuseFaults(text: string): void {
  /** The property names of each object around the walk; undefined for an array. */
  const around: (Set<string> | undefined)[] = [];
  let expected = A_VALUE;
  const begin = (names: Set<string> | undefined, at: number): void => {
    if (around.push(names) > DEPTH_MAX) throw refusalAt(text, at, `must not nest deeper than ${DEPTH_MAX}`);
    expected = names === undefined ? A_VALUE : A_NAME;
  };
  const afterValue = (): void => {
    if (around.length === 0) expected = 'the end of the file';
    else expected = around.at(-1) === undefined ? '"," or "]"' : '"," or "}"';
  };
  const end = (at: number): void => {
    if (at === text.length) throw expectedAt(text, at, expected);
    around.pop();
    afterValue();
  };
  visit(
    text,
    {
      onObjectBegin: (at) => begin(new Set(), at),
      onObjectProperty: (name, at, length) => {
        const names = around.at(-1)!;
        if (names.has(name)) {
          const quoted = text.slice(at, at + Math.min(length, 100));
          throw refusalAt(text, at, `the property ${quoted} is named twice`);
        }
        names.add(name);
        expected = '":"';
      },
      onObjectEnd: end,
      onArrayBegin: (at) => begin(undefined, at),
      onArrayEnd: end,
      onLiteralValue: (_, at, length) => {
        // To the parser, `01` is two numbers.
        if (text[at] !== '"' && IN_A_WORD.test(text[at + length] ?? '')) throw expectedAt(text, at, expected);
        afterValue();
      },
      onSeparator: (character) => {
        expected = character === ',' && around.at(-1) !== undefined ? A_NAME : A_VALUE;
      },
      onError: (_, at) => {
        const mayBeString = expected === A_VALUE || expected === A_NAME;
        const endAt = mayBeString && text[at] === '"' ? endOfString(text, at) : undefined;
        if (endAt === undefined || text[endAt] === '"') throw expectedAt(text, at, expected);
        throw expectedAt(text, endAt, 'a character of a string, or its end');
      },
    },
    { disallowComments: true },
  );
}

const IN_A_WORD = /[\w.+-]/;
const UNESCAPED = new RegExp(String.raw`[^"\\\u0000-\u001f]*`, 'y');
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** The place of a string's closing quote, or of the first character that no string may contain. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const isFound = pattern.test(text);
    if (isFound) at = pattern.lastIndex;
    return isFound;
  };
  do take(UNESCAPED);
  while (take(ESCAPE));
  return at;
}

function expectedAt(text: string, at: number, what: string): CatalogueInvalid {
  const found = text[at];
  const instead = found === undefined ? 'the end of the file' : JSON.stringify(found);
  return refusalAt(text, at, `expected ${what}, found ${instead}`);
}

function refusalAt(text: string, at: number, rule: string): CatalogueInvalid {
  const before = text.slice(0, at).split('\n');
  const problem = { path: '', rule, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return new CatalogueInvalid([problem], 1);
}
