/**
 * Reads the text of a catalogue file. JSON.parse gives the place of a fault only in messages that differ by
 * engine, and silently keeps the last of two properties with one name. So a walk over the text comes first
 * and finds both.
 */
import { CatalogueInvalid } from './problems.ts';

const DEPTH_MAX = 32;

/** Parses the text. Throws `CatalogueInvalid` with line and column if it is not JSON. */
export function parseCatalogueFile(text: string): unknown {
  const unmarked = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const walk: Walk = { text: unmarked, at: 0, depth: 0 };
  skipSpace(walk);
  passValue(walk);
  skipSpace(walk);
  if (walk.at < unmarked.length) throw expected(walk, 'the end of the file');
  return JSON.parse(unmarked) as unknown;
}

interface Walk {
  readonly text: string;
  at: number;
  depth: number;
}

const SPACE = /[ \t\n\r]*/y;
const UNESCAPED = new RegExp(String.raw`[^"\\\u0000-\u001f]*`, 'y');
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

function passValue(walk: Walk): void {
  const first = walk.text[walk.at];
  if (first === '{') return passNested(walk, '}', memberOf());
  if (first === '[') return passNested(walk, ']', passValue);
  if (first === '"') return passString(walk);
  if (take(walk, SCALAR) === undefined) throw expected(walk, 'a value');
}

function passString(walk: Walk): void {
  walk.at += 1;
  take(walk, UNESCAPED);
  while (take(walk, ESCAPE) !== undefined) take(walk, UNESCAPED);
  if (walk.text[walk.at] !== '"') throw expected(walk, 'a character of a string, or its end');
  walk.at += 1;
}

function passNested(walk: Walk, close: string, passElement: (walk: Walk) => void): void {
  walk.depth += 1;
  if (walk.depth > DEPTH_MAX) throw refusalAt(walk.text, walk.at, `must not nest deeper than ${DEPTH_MAX}`);
  walk.at += 1;
  skipSpace(walk);
  if (walk.text[walk.at] !== close) {
    passElement(walk);
    skipSpace(walk);
    while (walk.text[walk.at] === ',') {
      walk.at += 1;
      skipSpace(walk);
      passElement(walk);
      skipSpace(walk);
    }
    if (walk.text[walk.at] !== close) throw expected(walk, `"," or "${close}"`);
  }
  walk.at += 1;
  walk.depth -= 1;
}

/** Walks the members of one object, and refuses a repeated property name. */
function memberOf(): (walk: Walk) => void {
  const names = new Set<string>();
  return (walk) => {
    const start = walk.at;
    if (walk.text[start] !== '"') throw expected(walk, 'a property name in double quotes');
    passString(walk);
    const quoted = walk.text.slice(start, walk.at);
    const name = JSON.parse(quoted) as string;
    if (names.has(name))
      throw refusalAt(walk.text, start, `the property ${quoted.slice(0, 100)} is named twice`);
    names.add(name);
    skipSpace(walk);
    if (walk.text[walk.at] !== ':') throw expected(walk, '":"');
    walk.at += 1;
    skipSpace(walk);
    passValue(walk);
  };
}

function skipSpace(walk: Walk): void {
  take(walk, SPACE);
}

function take(walk: Walk, pattern: RegExp): string | undefined {
  pattern.lastIndex = walk.at;
  const found = pattern.exec(walk.text)?.[0];
  if (found !== undefined) walk.at += found.length;
  return found;
}

function expected(walk: Walk, what: string): CatalogueInvalid {
  const found = walk.text[walk.at];
  const instead = found === undefined ? 'the end of the file' : JSON.stringify(found);
  return refusalAt(walk.text, walk.at, `expected ${what}, found ${instead}`);
}

function refusalAt(text: string, at: number, rule: string): CatalogueInvalid {
  const before = text.slice(0, at).split('\n');
  const problem = { path: '', rule, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return new CatalogueInvalid([problem], 1);
}
