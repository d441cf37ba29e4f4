/** The text of a catalogue's file, and where in it a value stands, so that a broken rule can be shown beside its line. */

export interface TextPlace {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** A rule that a catalogue breaks, as the import page lists it. */
export interface ListedRule {
  /** A JSON pointer (RFC 6901); empty for the whole text. */
  readonly path: string;
  readonly rule: string;
  readonly place: TextPlace;
}

/** The text of a file; undefined when it is in another encoding than UTF-8, which would put garbled names on sale. */
export function textOf(bytes: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The rules of a problem document, each with its line; the service's paths begin with `body`. */
export function listedRules(
  text: string,
  errors: readonly { readonly path: string; readonly rule: string }[],
): readonly ListedRule[] {
  return errors.map(({ path, rule }) => {
    const pointer = path.replace(/^body/, '');
    return { path: pointer, rule, place: placeOf(text, pointer) };
  });
}

const TOKEN = /[\s,:]*("(?:[^"\\]|\\.)*"|[{}[\]]|[^\s,:"{}[\]]+)/y;

/** The place of the value that the pointer leads to; where it leads nowhere, the last value on the way. */
export function placeOf(json: string, pointer: string): TextPlace {
  const steps = pointer.split('/').slice(1).map(unescaped);
  let value = tokenAt(json, 0);
  for (const step of steps) {
    const inner = value && childOf(json, value, step);
    if (inner === undefined) break;
    value = inner;
  }
  const before = json.slice(0, value?.start ?? 0);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: before.length - lineStart + 1 };
}

function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function tokenAt(json: string, at: number): Token | undefined {
  TOKEN.lastIndex = at;
  const text = TOKEN.exec(json)?.[1];
  if (text === undefined) return undefined;
  return { text, start: TOKEN.lastIndex - text.length, end: TOKEN.lastIndex };
}

/** The first token of the member or element that the step names. */
function childOf(json: string, { text, end }: Token, step: string): Token | undefined {
  if (text !== '{' && text !== '[') return undefined;
  let at = end;
  for (let index = 0; ; index += 1) {
    const first = tokenAt(json, at);
    if (first === undefined || first.text === '}' || first.text === ']') return undefined;
    const value = text === '{' ? tokenAt(json, first.end) : first;
    if (value === undefined) return undefined;
    const name = text === '{' ? (JSON.parse(first.text) as unknown) : String(index);
    if (name === step) return value;
    at = endOf(json, value);
  }
}

/** Where the value ends that begins with this token. */
function endOf(json: string, first: Token): number {
  let depth = 0;
  for (let token: Token | undefined = first; token !== undefined; token = tokenAt(json, token.end)) {
    if (token.text === '{' || token.text === '[') depth += 1;
    if (token.text === '}' || token.text === ']') depth -= 1;
    if (depth === 0) return token.end;
  }
  return json.length;
}
