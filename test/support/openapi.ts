/** Checks an answer against the OpenAPI document. */
import { Compile } from 'typebox/schema';

export interface ApiOperation {
  readonly operationId: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, unknown>>[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, ApiResponse>>;
}

export interface ApiResponse {
  readonly description: string;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<
    Record<
      string,
      { readonly schema: object; readonly examples?: Readonly<Record<string, { readonly value: unknown }>> }
    >
  >;
}

export interface ApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, ApiOperation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** `as documented`, or the difference. Only a problem may answer a path that the document does not have. */
export function conformsTo(document: ApiDocument, method: string, url: string, answer: Answered): string {
  const operation = operationOf(document, method, url);
  const header = answer.headers['content-type'];
  const type = typeof header === 'string' ? header.split(';')[0]! : '';
  if (operation === undefined) {
    const isProblem = type === 'application/problem+json' || answer.status === 302 || method === 'HEAD';
    return isProblem
      ? 'as documented'
      : `${method} ${url} is not documented and answers ${answer.status} ${type}`;
  }
  const response = operation.responses[answer.status];
  if (response === undefined)
    return `${operation.operationId} does not document ${answer.status}: ${answer.text}`;
  const undeclared = Object.keys(answer.headers).find(
    (name) => isToDeclare(name) && !declares(response, name),
  );
  if (undeclared !== undefined)
    return `${operation.operationId} ${answer.status} does not document the header ${undeclared}`;
  if (response.content === undefined) return answer.text === '' ? 'as documented' : 'there should be no body';
  const content = response.content[type];
  if (content === undefined) return `${operation.operationId} ${answer.status} does not document ${type}`;
  if (!type.endsWith('json')) return 'as documented';
  const errors = errorsIn(document, content.schema, JSON.parse(answer.text));
  return errors.length === 0
    ? 'as documented'
    : `${operation.operationId} ${answer.status}: ${JSON.stringify(errors)}`;
}

/** Headers that every HTTP answer may have, and those that protect browsers; a client of the API reads none of them. */
const USUAL_HEADERS =
  /^(cache-control|connection|content-(encoding|length|security-policy|type)|cross-origin-.*|date|keep-alive|permissions-policy|referrer-policy|strict-transport-security|transfer-encoding|x-content-type-options)$/;

function isToDeclare(name: string): boolean {
  return !USUAL_HEADERS.test(name);
}

function declares({ headers = {} }: ApiResponse, name: string): boolean {
  return Object.keys(headers).some((declared) => declared.toLowerCase() === name);
}

const compiled = new WeakMap<object, (value: unknown) => readonly unknown[]>();

/** How the value breaks the schema. References resolve in the document. */
export function errorsIn(document: ApiDocument, schema: object, value: unknown): readonly unknown[] {
  let check = compiled.get(schema);
  if (check === undefined) {
    const validator = Compile(closed({ ...schema, components: document.components }) as never);
    check = (given) => (validator.Check(given) ? [] : [validator.Errors(given)]);
    compiled.set(schema, check);
  }
  return check(value);
}

/** The schema without room for properties that it does not name: the document leaves it for later versions only. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const isObject = copy['type'] === 'object' && typeof copy['properties'] === 'object';
  return isObject ? { additionalProperties: false, ...copy } : copy;
}

/** The path's operation. A template without parameters comes first, as in the router. */
function operationOf(document: ApiDocument, method: string, url: string): ApiOperation | undefined {
  const path = url.split('?')[0]!;
  const templates = Object.keys(document.paths).filter((template) => {
    return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  });
  const template = templates.toSorted((a, b) => a.split('{').length - b.split('{').length)[0];
  return template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
}
