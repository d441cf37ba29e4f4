/**
 * Checks that a parsed document has the shape of a catalogue, and explains where it departs from it.
 *
 * The compiled schema quickly accepts a valid document. Only a failed one is walked again, part by part: the
 * validator stops after eight errors and says of a union only that no branch fits, which does not help to
 * find a typo.
 */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { CATALOGUE_ID_PATTERN } from '../../../domain/ids.ts';
import {
  CatalogueDocument,
  CODE_PATTERN,
  CURRENCY_PATTERN,
  LONG_TEXT_PATTERN,
  TEXT_PATTERN,
  TIME_PATTERN,
  TIME_ZONE_PATTERN,
} from './document.ts';
import type { ProblemList } from './problems.ts';
import { PROBLEMS_LISTED_MAX, pointerStep } from './problems.ts';

const validator = Compile(CatalogueDocument);

/** The document with its type; undefined after adding its problems to `problems`. */
export function checkShape(document: unknown, problems: ProblemList): CatalogueDocument | undefined {
  if (validator.Check(document)) return document;
  explain(CatalogueDocument as SchemaNode, document, '', problems);
  if (problems.count === 0) problems.add('', 'must have the shape of a catalogue');
  return undefined;
}

/** What this walk reads of a JSON schema. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly anyOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

function explain(schema: SchemaNode, value: unknown, path: string, problems: ProblemList): void {
  if (problems.count >= PROBLEMS_LISTED_MAX) return;
  if (schema.anyOf !== undefined) return explainUnion(schema.anyOf, value, path, problems);
  const { items, properties } = schema;
  if (items !== undefined && !isTuple(items) && Array.isArray(value)) {
    report({ ...schema, items: {} }, value, path, problems);
    for (const [i, item] of value.entries()) explain(items, item, path + pointerStep(i), problems);
  } else if (properties !== undefined && isRecord(value)) {
    const open = Object.fromEntries(Object.keys(properties).map((name) => [name, {}]));
    report({ ...schema, properties: open }, value, path, problems);
    for (const [name, child] of Object.entries(properties)) {
      if (Object.hasOwn(value, name)) explain(child, value[name], path + pointerStep(name), problems);
    }
  } else {
    report(schema, value, path, problems);
  }
}

/** Explains the value by the branch that the writer probably meant. */
function explainUnion(
  branches: readonly SchemaNode[],
  value: unknown,
  path: string,
  problems: ProblemList,
): void {
  const kind = isRecord(value) ? kindOf(branches) : undefined;
  if (kind !== undefined && isRecord(value)) {
    const branch = branches.find((candidate) => candidate.properties?.[kind]?.const === value[kind]);
    if (branch !== undefined) return explain(branch, value, path, problems);
    const allowed = branches.map((candidate) => JSON.stringify(candidate.properties?.[kind]?.const));
    problems.add(path + pointerStep(kind), `must be one of ${allowed.join(', ')}`);
    return;
  }
  // Without a property that names its kind, that is the branch that knows most of the value's properties.
  const known = ({ properties = {} }: SchemaNode): number =>
    isRecord(value) ? Object.keys(properties).filter((name) => Object.hasOwn(value, name)).length : 0;
  const branch = branches.reduce((best, candidate) => (known(candidate) > known(best) ? candidate : best));
  explain(branch, value, path, problems);
}

/** The property for which every branch has its own constant. */
function kindOf(branches: readonly SchemaNode[]): string | undefined {
  const names = Object.keys(branches[0]?.properties ?? {});
  return names.find((name) => branches.every((branch) => branch.properties?.[name]?.const !== undefined));
}

type ShapeError = ReturnType<typeof Value.Errors>[number];

function report(schema: SchemaNode, value: unknown, path: string, problems: ProblemList): void {
  for (const error of Value.Errors(schema as TSchema, value)) {
    const at = path + error.instancePath;
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) problems.add(at + pointerStep(name), 'is required');
    } else if (error.keyword !== 'additionalProperties') {
      // The keyword `boolean` reports an unknown property in its own place.
      problems.add(at, ruleOf(error));
    }
  }
}

const PATTERN_RULES: Readonly<Record<string, string>> = {
  [CATALOGUE_ID_PATTERN]: 'must be 1 to 64 lower-case letters, digits and hyphens, not a hyphen first',
  [CODE_PATTERN]: 'must be 1 to 12 letters and digits of ASCII',
  [TIME_PATTERN]: 'must be an ISO 8601 time with an offset, such as 2030-05-01T19:00:00+09:00',
  [CURRENCY_PATTERN]: 'must be the three capitals of an ISO 4217 currency, such as EUR',
  [TIME_ZONE_PATTERN]: 'must be the name of an IANA time zone, such as Asia/Seoul',
  [TEXT_PATTERN]: 'must be one line of text, not empty, without control characters',
  [LONG_TEXT_PATTERN]: 'must be text without control characters other than line feeds',
};

function ruleOf(error: ShapeError): string {
  switch (error.keyword) {
    case 'boolean':
      return 'is not known here';
    case 'type':
      return `must be ${withArticle(String(error.params.type))}`;
    case 'pattern':
      return PATTERN_RULES[String(error.params.pattern)] ?? error.message;
    case 'enum':
      return `must be one of ${error.params.allowedValues.map((allowed) => JSON.stringify(allowed)).join(', ')}`;
    default:
      return error.message;
  }
}

function withArticle(type: string): string {
  if (type === 'array') return 'a list';
  return type === 'integer' ? 'a whole number' : type === 'object' ? 'an object' : `a ${type}`;
}

function isTuple(items: SchemaNode | readonly SchemaNode[]): items is readonly SchemaNode[] {
  return Array.isArray(items);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
