/** What the document says of an operation beyond the schemas of its route. */
import type { FastifyContextConfig, RouteOptions } from 'fastify';
import { IDEMPOTENCY_KEY_PATTERN } from '../../domain/ids.ts';
import type { RefusalCode } from '../../domain/outcomes.ts';
import { REFUSALS } from '../../domain/outcomes.ts';
import { RETRY_AFTER_SECONDS } from '../answers/problem.ts';
import { scopesOf } from '../edge/guard.ts';
import { exampleOf } from './problem-examples.ts';
import { problemSchemaName } from './problem-schema.ts';

type Content = Record<string, { readonly schema: object; readonly examples?: unknown }>;

interface Response {
  readonly description: string;
  headers?: Record<string, unknown>;
  readonly content?: Content;
}

export interface Operation {
  readonly operationId: string;
  description?: string;
  security?: unknown;
  parameters?: unknown[];
  requestBody?: { required: boolean };
  responses: Record<string, Response>;
}

/** What is known of a route beyond its schema. */
export interface Documented {
  readonly method: string;
  readonly path: string;
  readonly config: FastifyContextConfig;
  readonly body: 'required' | 'optional' | 'none';
  readonly hasQuery: boolean;
  readonly refusals: ReadonlyMap<number, readonly RefusalCode[]>;
}

export function documentedRoute(route: RouteOptions): Documented {
  return {
    method: String(route.method).toLowerCase(),
    path: route.url.replaceAll(/:(\w+)/g, '{$1}'),
    config: route.config ?? {},
    body: bodyOf(route),
    hasQuery: route.schema?.querystring !== undefined,
    refusals: refusalsByStatus(route),
  };
}

/** A schema that takes null needs no body; if it also has no property, there is no body to send. */
function bodyOf(route: RouteOptions): Documented['body'] {
  const body = route.schema?.body as { readonly type?: unknown; readonly properties?: object } | undefined;
  if (body === undefined) return 'none';
  if (!Array.isArray(body.type) || !body.type.includes('null')) return 'required';
  return Object.keys(body.properties ?? {}).length === 0 ? 'none' : 'optional';
}

/** The route's possible refusals: its own, and those that come with its access, key and inputs. */
function refusalsByStatus(route: RouteOptions): ReadonlyMap<number, readonly RefusalCode[]> {
  const { access, needsKey, rate, refusals = [] } = route.config ?? {};
  const has = new Set<RefusalCode>(refusals);
  if (access !== 'public') has.add('unauthenticated').add('overloaded');
  const isWrite = route.method !== 'GET';
  if (access !== 'public' && (access !== 'account' || isWrite)) has.add('forbidden');
  if (access !== undefined && route.url.startsWith('/v1/'))
    has.add('contended').add('overloaded').add('internal');
  if (access !== undefined && rate !== 'none') has.add('rate_limited');
  // Includes routes whose only input is an id: a malformed path is refused.
  const takesInput = [route.schema?.body, route.schema?.querystring].some((schema) => schema !== undefined);
  if (takesInput || /:\w/.test(route.url)) has.add('invalid_request');
  if (needsKey === true) has.add('idempotency_key_missing').add('invalid_request');
  if (/:\w+Id\b/.test(route.url)) has.add('not_found');
  const byStatus = new Map<number, readonly RefusalCode[]>([[405, ['invalid_request']]]);
  for (const { code, status } of REFUSALS) {
    if (has.has(code)) byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  if (route.method !== 'GET') byStatus.set(413, ['invalid_request']).set(415, ['invalid_request']);
  return byStatus;
}

/** The headers of answers that the document declares, by their names in it. */
export const HEADERS = {
  RequestId: header(
    "The `X-Request-Id` that the request brought, if it is 1 to 64 letters, digits, `.`, `_` and `-`; else the service's own id of the request. The log has both.",
    { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
  ),
  RetryAfter: header('After how many seconds to send the same request again.', {
    type: 'integer',
    minimum: 1,
  }),
  RateLimitPolicy: header(
    'What is counted, how many requests are admitted at once (`q`), and in how many seconds those are refilled (`w`).',
    { type: 'string', examples: ['"account";q=60;w=3'] },
  ),
  RateLimit: header('How many requests remain (`r`), and in how many seconds there are more (`t`).', {
    type: 'string',
    examples: ['"account";r=0;t=1'],
  }),
  Allow: header('The methods that this path takes.', { type: 'string', examples: ['GET, HEAD, OPTIONS'] }),
  Challenge: header('What the token must be or have (RFC 6750).', {
    type: 'string',
    examples: ['Bearer error="invalid_token"'],
  }),
  ETag: header('Names this state of the body, for If-None-Match. A weak one names equal states.', {
    type: 'string',
  }),
  Replayed: header('`true` if an earlier request did this; left out when this one did.', {
    type: 'string',
    enum: ['true'],
  }),
  Vary: header('The headers of the request on which the answer depends.', {
    type: 'string',
    examples: ['accept-encoding'],
  }),
};

function header(
  description: string,
  schema: object,
): { readonly description: string; readonly schema: object } {
  return { description, schema };
}

function headerReference(name: keyof typeof HEADERS): { readonly $ref: string } {
  return { $ref: `#/components/headers/${name}` };
}

/** Adds to an operation what its route's config implies. */
export function complete(operation: Operation, route: Documented): void {
  const { config, body, refusals } = route;
  if (body === 'none') delete operation.requestBody;
  else if (operation.requestBody !== undefined) operation.requestBody.required = body === 'required';
  operation.security = config.access === 'public' ? [] : [{ bearer: [] }, { session: [] }];
  const needed = scopeWords(config);
  if (needed !== undefined)
    operation.description = [operation.description, needed].flatMap((text) => text ?? []).join('\n\n');
  if (config.needsKey === true) addParameter(operation, IDEMPOTENCY_KEY);
  if (config.needsKey === true || config.isRepeatable === true) {
    for (const status of ['201', '204']) {
      addHeaders(operation, status, { 'Idempotency-Replayed': headerReference('Replayed') });
    }
  }
  if (operation.responses['304'] !== undefined) {
    addParameter(operation, IF_NONE_MATCH);
    for (const status of ['200', '304']) {
      addHeaders(operation, status, { ETag: headerReference('ETag'), Vary: headerReference('Vary') });
    }
  }
  for (const [status, codes] of refusals) operation.responses[status] = problemResponse(status, codes, route);
  for (const status of Object.keys(operation.responses)) {
    addHeaders(operation, status, { 'X-Request-Id': headerReference('RequestId') });
  }
}

/** The scopes in words: only an OAuth scheme may list them, and tokens may come from anywhere. */
function scopeWords({ access }: FastifyContextConfig): string | undefined {
  const scopes = scopesOf(access).map((scope) => `\`${scope}\``);
  if (scopes.length === 0) return undefined;
  return scopes.length === 1
    ? `Needs the scope ${scopes[0]}.`
    : `Needs one of the scopes ${scopes.slice(0, -1).join(', ')} and ${scopes.at(-1)}.`;
}

function addParameter(operation: Operation, parameter: object): void {
  operation.parameters = [...(operation.parameters ?? []), parameter];
}

function addHeaders(operation: Operation, status: string, headers: Record<string, unknown>): void {
  const response = operation.responses[status];
  if (response !== undefined) response.headers = { ...response.headers, ...headers };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'A value of your own, new for each operation; send it again to repeat the same request.',
  schema: { type: 'string', pattern: IDEMPOTENCY_KEY_PATTERN },
  example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
};

const IF_NONE_MATCH = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  description:
    'The `ETag` of the body that you have: if nothing has changed since, the answer is 304, without a body.',
  schema: { type: 'string' },
};

function problemResponse(status: number, codes: readonly RefusalCode[], route: Documented): Response {
  const content = {
    'application/problem+json': {
      schema: problemSchema(codes),
      examples: Object.fromEntries(codes.map((code) => [code, { value: exampleOf(code, status, route) }])),
    },
  };
  const headers = {
    ...(codes.some((code) => code in RETRY_AFTER_SECONDS) && {
      'Retry-After': headerReference('RetryAfter'),
    }),
    ...(status === 429 && {
      RateLimit: headerReference('RateLimit'),
      'RateLimit-Policy': headerReference('RateLimitPolicy'),
    }),
    ...((status === 401 || status === 403) && { 'WWW-Authenticate': headerReference('Challenge') }),
    ...(status === 405 && { Allow: headerReference('Allow') }),
  };
  return { description: codes.map((code) => `\`${code}\`: ${titleOf(code)}`).join('; '), headers, content };
}

/** A problem's `outcome` tells which of several it is. */
function problemSchema(codes: readonly RefusalCode[]): object {
  const references = codes.map((code) => `#/components/schemas/${problemSchemaName(code)}`);
  const schemas = references.map(($ref) => ({ $ref }));
  const [only, ...others] = schemas;
  if (only !== undefined && others.length === 0) return only;
  const mapping = Object.fromEntries(codes.map((code, i) => [code, references[i]]));
  return { oneOf: schemas, discriminator: { propertyName: 'outcome', mapping } };
}

function titleOf(code: RefusalCode): string | undefined {
  return REFUSALS.find((refusal) => refusal.code === code)?.title;
}
