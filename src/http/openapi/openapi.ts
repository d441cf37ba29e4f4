/**
 * The OpenAPI 3.1 document at /openapi.json. Inputs and answers come from a route's schema; its refusals,
 * security, headers and Idempotency-Key come from its `config`, so that each is written once.
 */
import swagger from '@fastify/swagger';
import { SCOPES } from '../../domain/scopes.ts';
import { packageVersion } from '../../lib/package-version.ts';
import type { App } from '../app.ts';
import type { Documented, Operation } from './operations.ts';
import { complete, documentedRoute, HEADERS } from './operations.ts';
import { PROBLEM_SCHEMAS } from './problem-schema.ts';
import { withNamedAnswers, withOpenAnswers, withUniformTuples } from './schema-forms.ts';

const DESCRIPTION = `Concert tickets, each sold exactly once.

Every request that creates something carries an \`Idempotency-Key\`: a value of your own, new for each thing you want done.
The same request with the same key has one effect and one answer, however often it is sent; after \`contended\`,
\`overloaded\`, \`outcome_unknown\` or a lost connection send it again as it was.

Every refusal is a problem document (RFC 9457) whose \`outcome\` names it; its \`type\` leads to a page that explains it.
Money is whole minor units (won). Times are ISO 8601.

Within \`/v1\` routes, optional inputs, properties of answers, events and outcomes may be added; nothing is removed or renamed.
Ignore what you do not know, and treat an unknown outcome by its status and \`retry\`.`;

const TAGS = [
  { name: 'catalogue', description: 'Concerts, performances and seats; no token needed.' },
  { name: 'reservations', description: 'Hold, pay, release, refund.' },
  { name: 'session', description: 'Who you are, and the sessions of browsers.' },
  { name: 'wallet', description: 'Balance, top-ups, ledger.' },
  { name: 'admin', description: "The operator's; each needs a scope, and `rowlock:admin` has them all." },
  { name: 'service', description: 'The service itself.' },
  { name: 'development', description: 'Only on a development service.' },
];

const BEARER = `A JSON Web Token; \`sub\` is the account, \`scope\` may hold ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}.
A scope with \`@\` and a performance's id holds for that performance only; it opens no route that names none.`;

/** Documents every route registered after it whose schema is not hidden. */
export async function describeApi(app: App): Promise<void> {
  const documented: Documented[] = [];
  app.addHook('onRoute', (route) => {
    if (route.schema?.hide !== true && route.method !== 'HEAD') documented.push(documentedRoute(route));
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rowlock',
        version: packageVersion(),
        description: DESCRIPTION,
        contact: { name: 'The operator of this service' },
        license: { name: 'MIT', identifier: 'MIT' } as never,
      },
      tags: TAGS,
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: BEARER,
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: '__Host-rowlock',
            description:
              'The session of a browser that has signed in at `/sign-in`. A request that changes something must come from a page of this service.',
          },
        },
        headers: HEADERS as never,
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
      // Relative to the document, so that it holds behind a path prefix, too. The plugin would parse it as absolute.
      openapiObject.servers = [{ url: '.' }];
      for (const route of documented) {
        const operations = openapiObject.paths?.[route.path] as Record<string, Operation> | undefined;
        const operation = operations?.[route.method];
        if (operation !== undefined) complete(operation, route);
      }
      return withUniformTuples(withOpenAnswers(withNamedAnswers(openapiObject))) as typeof openapiObject;
    },
  });
}
