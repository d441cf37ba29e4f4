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

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JSONSchema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: JSONSchema }>> }>
  >;
}

interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JSONSchema>> };
}

/** The types as a module: each shared schema, and each operation's `…Body` and `…Answer`. */
export async function generateApiTypes(): Promise<string> {
  const { paths, components } = await readDocument();
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const definitions = Object.fromEntries([
    ...Object.entries(components.schemas),
    ...operations.flatMap(typesOf),
  ]);
  const text = JSON.stringify(definitions).replaceAll('#/components/schemas/', '#/definitions/');
  const named = withoutWords(JSON.parse(text), true) as JSONSchema;
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

function typesOf(operation: Operation): [string, JSONSchema][] {
  const name = operation.operationId.charAt(0).toUpperCase() + operation.operationId.slice(1);
  const body = operation.requestBody?.content['application/json']?.schema;
  const success = Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1];
  const answer = success?.content?.['application/json']?.schema;
  return [
    ...(body === undefined ? [] : [[`${name}Body`, body] as [string, JSONSchema]]),
    ...(answer === undefined ? [] : [[`${name}Answer`, answer] as [string, JSONSchema]]),
  ];
}

const WORDS = new Set(['title', 'description', 'examples', '$id']);

/** Drops descriptions, which the document has, and titles, which would rename a type. Properties of these names stay. */
function withoutWords(schema: unknown, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((part) => withoutWords(part));
  if (typeof schema !== 'object' || schema === null) return schema;
  const kept = Object.entries(schema).filter(([name]) => areNames || !WORDS.has(name));
  return Object.fromEntries(kept.map(([name, part]) => [name, withoutWords(part, name === 'properties')]));
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
