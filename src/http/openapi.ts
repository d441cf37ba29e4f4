/**
 * The OpenAPI 3.1 document at /openapi.json and its pages at /docs. Inputs and answers come from a route's
 * schema; its refusals, security and Idempotency-Key come from its `config`, so that each is written once.
 */
import { readFileSync } from 'node:fs';
import swagger from '@fastify/swagger';
import type { FastifyContextConfig, RouteOptions } from 'fastify';
import { IDEMPOTENCY_KEY_PATTERN } from '../domain/ids.ts';
import type { RefusalCode } from '../domain/outcomes.ts';
import { REFUSALS } from '../domain/outcomes.ts';
import type { App } from './app.ts';
import { serveDocsPages } from './docs-pages.ts';
import { RETRY_AFTER_SECONDS } from './answers/problem.ts';
import { exampleOf } from './answers/problem-examples.ts';
import { PROBLEM_SCHEMAS, problemSchemaName } from './answers/problem-schema.ts';

const DESCRIPTION = `Concert tickets, each sold exactly once.

Every request that creates something carries an \`Idempotency-Key\`: a value of your own, new for each thing you want done.
The same request with the same key has one effect and one answer, however often it is sent; after \`contended\`,
\`overloaded\`, \`outcome_unknown\` or a lost connection send it again as it was.

Every refusal is a problem document (RFC 9457) whose \`outcome\` names it; its \`type\` leads to a page that explains it.
Money is whole minor units (won). Times are ISO 8601.`;

interface Operation {
  security?: unknown;
  parameters?: unknown[];
  requestBody?: { required: boolean };
  responses: Record<string, unknown>;
}

/** What is known of a route beyond its schema. */
interface Documented {
  readonly method: string;
  readonly path: string;
  readonly config: FastifyContextConfig;
  readonly body: 'required' | 'optional' | 'none';
  readonly refusals: ReadonlyMap<number, RefusalCode[]>;
}

/** Documents every route registered after it whose schema is not hidden. */
export async function describeApi(app: App): Promise<void> {
  const documented: Documented[] = [];
  app.addHook('onRoute', (route) => {
    if (route.schema?.hide === true || route.method === 'HEAD') return;
    documented.push({
      method: String(route.method).toLowerCase(),
      path: route.url.replaceAll(/:(\w+)/g, '{$1}'),
      config: route.config ?? {},
      body: bodyOf(route),
      refusals: refusalsByStatus(route),
    });
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rowlock',
        version: packageVersion(),
        description: DESCRIPTION,
        license: { name: 'MIT', identifier: 'MIT' } as never,
      },
      servers: [{ url: '/' }],
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'A JSON Web Token; `sub` is the account, `scope` may hold `rowlock:top-up`, `rowlock:reverse` and `rowlock:admin`.',
          },
        },
        schemas: PROBLEM_SCHEMAS as never,
      },
    },
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, index) =>
        typeof $id === 'string' ? $id : `schema-${index}`,
    },
    transformObject: (document) => {
      if (!('openapiObject' in document)) throw new Error('not an OpenAPI document');
      const { openapiObject } = document;
      for (const route of documented) {
        const operations = openapiObject.paths?.[route.path] as Record<string, Operation> | undefined;
        const operation = operations?.[route.method];
        if (operation !== undefined) complete(operation, route);
      }
      return withOpenAnswers(withPrefixItems(openapiObject)) as typeof openapiObject;
    },
  });
  await serveDocsPages(app);
}

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { schemas?: unknown };
}

/** Later versions may add properties to answers: a client that refuses unknown ones would break. Bodies stay closed. */
function withOpenAnswers(document: unknown): unknown {
  const { components, paths } = document as Described;
  components.schemas = opened(components.schemas);
  for (const operation of Object.values(paths).flatMap((path) => Object.values(path))) {
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

/** A copy in which tuples are those of JSON Schema 2020-12, as OpenAPI 3.1 has them; TypeBox writes those of draft 7. */
function withPrefixItems(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withPrefixItems);
  if (typeof node !== 'object' || node === null) return node;
  const { additionalItems, ...schema } = node as Readonly<Record<string, unknown>>;
  const entries = Object.entries(schema).map(([key, value]) => [key, withPrefixItems(value)] as const);
  const copy = Object.fromEntries(entries);
  if (!Array.isArray(copy['items']))
    return additionalItems === undefined ? copy : { ...copy, additionalItems };
  return { ...copy, prefixItems: copy['items'], items: false };
}

const TAGS = [
  { name: 'catalogue', description: 'Concerts, performances and seats; no token needed.' },
  { name: 'reservations', description: 'Hold, pay, release, refund.' },
  { name: 'wallet', description: 'Balance, top-ups, ledger.' },
  { name: 'admin', description: "The operator's; needs the scope `rowlock:admin`." },
  { name: 'service', description: 'The service itself.' },
  { name: 'development', description: 'Only on a development service.' },
];

/** The route's possible refusals: its own, and those that come with its access, key and inputs. */
function refusalsByStatus(route: RouteOptions): ReadonlyMap<number, RefusalCode[]> {
  const { access, needsKey, refusals = [] } = route.config ?? {};
  const has = new Set<RefusalCode>(refusals);
  if (access !== 'public') has.add('unauthenticated').add('overloaded');
  if (access !== 'public' && access !== 'account') has.add('forbidden');
  if (access !== undefined && route.url.startsWith('/v1/'))
    has.add('rate_limited').add('contended').add('overloaded').add('internal');
  // Includes routes whose only input is an id: a malformed path is refused.
  const takesInput = [route.schema?.body, route.schema?.querystring].some((schema) => schema !== undefined);
  if (takesInput || /:\w/.test(route.url)) has.add('invalid_request');
  if (needsKey === true) has.add('idempotency_key_missing').add('invalid_request');
  if (/:\w+Id\b/.test(route.url)) has.add('not_found');
  const byStatus = new Map<number, RefusalCode[]>();
  for (const { code, status } of REFUSALS) {
    if (has.has(code)) byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  if (route.method !== 'GET') byStatus.set(413, ['invalid_request']).set(415, ['invalid_request']);
  return byStatus;
}

/** A schema that takes null needs no body; if it also has no property, there is no body to send. */
function bodyOf(route: RouteOptions): Documented['body'] {
  const body = route.schema?.body as { readonly type?: unknown; readonly properties?: object } | undefined;
  if (body === undefined) return 'none';
  if (!Array.isArray(body.type) || !body.type.includes('null')) return 'required';
  return Object.keys(body.properties ?? {}).length === 0 ? 'none' : 'optional';
}

function complete(operation: Operation, { config, body, refusals }: Documented): void {
  if (body === 'none') delete operation.requestBody;
  else if (operation.requestBody !== undefined) operation.requestBody.required = body === 'required';
  operation.security = config.access === 'public' ? [] : [{ bearer: [] }];
  if (config.needsKey === true)
    operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY_PARAMETER];
  for (const [status, codes] of refusals) operation.responses[status] = problemResponse(status, codes);
}

const IDEMPOTENCY_KEY_PARAMETER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'A value of your own, new for each operation; send it again to repeat the same request.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN },
  example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
};

function problemResponse(status: number, codes: readonly RefusalCode[]): unknown {
  const schemas = codes.map((code) => ({ $ref: `#/components/schemas/${problemSchemaName(code)}` }));
  const [only] = schemas;
  const content = {
    'application/problem+json': {
      schema: schemas.length === 1 ? only : { oneOf: schemas },
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code, status) }])),
    },
  };
  const hasRetryAfter = codes.some((code) => code in RETRY_AFTER_SECONDS);
  return {
    description: codes
      .map((code) => `\`${code}\`: ${REFUSALS.find((refusal) => refusal.code === code)?.title}`)
      .join('; '),
    ...(hasRetryAfter && {
      headers: { 'Retry-After': { description: 'Seconds.', schema: { type: 'integer' } } },
    }),
    content,
  };
}

function packageVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
