/** Rewrites the schemas of a document into the forms that its readers need. */
import type { Operation } from './operations.ts';

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { schemas?: unknown };
}

function operationsOf(document: unknown): readonly Operation[] {
  return Object.values((document as Described).paths).flatMap((path) => Object.values(path));
}

/** Gives every JSON answer a name, `ReadWalletAnswer` of the operation `readWallet`, unless it has one. */
export function withNamedAnswers(document: unknown): unknown {
  const { components } = document as Described;
  const names = components.schemas as Record<string, unknown>;
  for (const { operationId, responses } of operationsOf(document)) {
    for (const [status, { content = {} }] of Object.entries(responses)) {
      const json = content['application/json'];
      if (json === undefined || !status.startsWith('2') || '$ref' in json.schema) continue;
      const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}Answer`;
      names[name] = json.schema;
      content['application/json'] = { ...json, schema: { $ref: `#/components/schemas/${name}` } };
    }
  }
  return document;
}

/** Later versions may add properties to answers: a client that refuses unknown ones would break. Bodies stay closed. */
export function withOpenAnswers(document: unknown): unknown {
  const { components } = document as Described;
  components.schemas = opened(components.schemas);
  for (const operation of operationsOf(document)) {
    operation.responses = opened(operation.responses) as Operation['responses'];
  }
  return document;
}

function opened(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(opened);
  if (typeof node !== 'object' || node === null) return node;
  const { additionalProperties, ...schema } = node as Readonly<Record<string, unknown>>;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, opened(value)]));
  return additionalProperties === undefined || additionalProperties === false
    ? copy
    : { ...copy, additionalProperties: opened(additionalProperties) };
}

/**
 * A copy in which a tuple is a list of so many equal items. TypeBox writes tuples of JSON Schema draft 7; those of 2020-12
 * (`prefixItems`) are what generators of clients know least.
 */
export function withUniformTuples(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withUniformTuples);
  if (typeof node !== 'object' || node === null) return node;
  const { additionalItems, items, ...schema } = node as Readonly<Record<string, unknown>>;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withUniformTuples(value)]),
  );
  if (!Array.isArray(items)) return items === undefined ? copy : { ...copy, items: withUniformTuples(items) };
  const [first, ...others] = items.map((item) => JSON.stringify(withUniformTuples(item)));
  if (first === undefined || additionalItems !== false || others.some((other) => other !== first)) {
    throw new Error(`the document can only have tuples of equal items, not ${JSON.stringify(items)}`);
  }
  return { ...copy, items: JSON.parse(first) as unknown, minItems: items.length, maxItems: items.length };
}
