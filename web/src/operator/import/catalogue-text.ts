/** The text of a catalogue's file, and where in it a value stands, so that a broken rule can be shown beside its line. */
import type { JSONVisitor } from 'jsonc-parser';
import { visit } from 'jsonc-parser';
import { pointerStep } from '../../../../src/catalogue/import/document/problems.ts';

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
  const pointers = errors.map(({ path }) => path.replace(/^body/, ''));
  const places = placesOf(text, pointers);
  return errors.map(({ rule }, i) => ({ path: pointers[i]!, rule, place: places[i]! }));
}

/** The places of the values that the pointers lead to; where one leads nowhere, of the last value on its way. */
export function placesOf(json: string, pointers: readonly string[]): readonly TextPlace[] {
  const places = pointers.map(() => ({ line: 1, column: 1 }));
  // Outer values come before the values in them, so the last place noted for a pointer is the nearest.
  const note: JSONVisitor['onArrayBegin'] = (_at, _length, line, character, pathOf) => {
    const own = pathOf().map(pointerStep).join('');
    const onTheWay = [...pointers.keys()].filter((i) => `${pointers[i]}/`.startsWith(`${own}/`));
    for (const i of onTheWay) places[i] = { line: line + 1, column: character + 1 };
    // What is in it is passed over unless a pointer leads there.
    return onTheWay.length > 0;
  };
  visit(json, {
    onObjectBegin: note,
    onArrayBegin: note,
    onLiteralValue: (_value, ...place) => void note(...place),
    // Without these, the visitor never returns from what it passes over.
    onObjectEnd: () => undefined,
    onArrayEnd: () => undefined,
  });
  return places;
}
