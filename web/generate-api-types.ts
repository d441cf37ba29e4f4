/**
 * Writes the types of the HTTP API that the pages use, from the OpenAPI document:
 * `node --import tsx web/generate-api-types.ts`. A test compares the file with what this makes.
 */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { JSONSchema } from 'json-schema-to-typescript';
import { compile } from 'json-schema-to-typescript';
import { createBoxOffice } from '../src/box-office/box-office.ts';
import { createServer } from '../src/http/server.ts';

export const API_TYPES_FILE: string = fileURLToPath(new URL('src/api/types.ts', import.meta.url));

interface Parameter {
  readonly in: string;
  readonly name: string;
  readonly required?: boolean;
  readonly schema: JSONSchema;
}

type Content = Readonly<Record<string, { readonly schema: JSONSchema }>>;

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JSONSchema>> };
}

/** The types as a module: each shared schema, each operation's `…Body` and `…Answer`, and the map `Routes` of them. */
export async function generateApiTypes(): Promise<string> {
  const { paths, components } = await readDocument();
  const definitions: Record<string, JSONSchema> = { ...components.schemas };
  const routes: Record<string, JSONSchema> = {};
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      routes[`${method.toUpperCase()} ${path}`] = routeOf(operation, definitions);
    }
  }
  definitions['Routes'] = closed(routes);
  const text = JSON.stringify(definitions).replaceAll('#/components/schemas/', '#/definitions/');
  const named = withTuples(withoutWords(JSON.parse(text), true)) as JSONSchema;
  const module = await compile({ type: 'object', definitions: named }, ROOT, {
    additionalProperties: false,
    // As tuples of every length the lists of seats would be longer than all the rest.
    ignoreMinAndMaxItems: true,
    bannerComment: '/** Made by web/generate-api-types.ts from the OpenAPI document: do not edit. */',
    unreachableDefinitions: true,
    style: { singleQuote: true, printWidth: 110 },
  });
  return withoutRoot(module);
}

/** The compiler asks for a schema around the definitions; its type says nothing and is taken out again. */
const ROOT = 'Document';

function withoutRoot(module: string): string {
  return module
    .replace(`export interface ${ROOT} {}\n`, '')
    .replaceAll(/\n?\/\*\*\n \* This interface was referenced by[^/]*\*\//g, '');
}

/** What a route takes, and what its success answers: JSON, a text, or nothing. Adds its schemas to the definitions. */
function routeOf(operation: Operation, definitions: Record<string, JSONSchema>): JSONSchema {
  const { operationId, parameters = [], requestBody, responses } = operation;
  const named = (what: string, schema: JSONSchema): JSONSchema => {
    if (schema.$ref !== undefined) return schema;
    const name = `${operationId.charAt(0).toUpperCase()}${operationId.slice(1)}${what}`;
    definitions[name] = schema;
    return { $ref: `#/definitions/${name}` };
  };
  const params = parameters.filter((each) => each.in === 'path');
  const query = parameters.filter((each) => each.in === 'query');
  const body = requestBody?.content['application/json']?.schema;
  const success = Object.entries(responses).find(([status]) => status.startsWith('2'))?.[1].content;
  const answer = success?.['application/json']?.schema;
  return closed(
    {
      ...(params.length > 0 && { params: parametersOf(params) }),
      ...(query.length > 0 && { query: parametersOf(query) }),
      ...(body !== undefined && { body: named('Body', body) }),
      answer:
        answer === undefined
          ? { tsType: success === undefined ? 'undefined' : 'string' }
          : named('Answer', answer),
    },
    ['params', 'answer', ...(requestBody?.required === true ? ['body'] : [])],
  );
}

function parametersOf(parameters: readonly Parameter[]): JSONSchema {
  const required = parameters.filter((each) => each.required === true).map(({ name }) => name);
  return closed(Object.fromEntries(parameters.map(({ name, schema }) => [name, schema])), required);
}

function closed(properties: Record<string, JSONSchema>, required = Object.keys(properties)): JSONSchema {
  return { properties, required, additionalProperties: false };
}

const WORDS = new Set(['title', 'description', 'examples', '$id']);

/** The document has the words; a title would even rename its type. Properties with these names stay. */
function withoutWords(schema: unknown, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((part) => withoutWords(part));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => areNames || !WORDS.has(name));
  return Object.fromEntries(kept.map(([name, part]) => [name, withoutWords(part, name === 'properties')]));
}

/** The tuples of draft 7, which the compiler knows, for the document's lists of exactly two items. */
function withTuples(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withTuples);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, withTuples(part)]));
  const isPair = copy['type'] === 'array' && copy['minItems'] === 2 && copy['maxItems'] === 2;
  return isPair ? { ...copy, items: [copy['items'], copy['items']], additionalItems: false } : copy;
}

async function readDocument(): Promise<ApiDocument> {
  // Nothing here asks the box office, so it never connects.
  const boxOffice = await createBoxOffice({
    databaseUrl: 'postgres://127.0.0.1:1/none',
    migrate: false,
    sweepIntervalMs: 0,
  });
  const auth = { secret: 'thirty-two bytes of a secret that nobody uses' };
  const app = await createServer({ boxOffice, auth, development: { embeddedDatabase: true } });
  try {
    return (await app.inject('/openapi.json')).json<ApiDocument>();
  } finally {
    await app.close();
    await boxOffice.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(API_TYPES_FILE, await generateApiTypes());
}
