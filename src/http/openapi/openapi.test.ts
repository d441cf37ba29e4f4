import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormatsModule from 'ajv-formats';
import { Validator } from '@seriousme/openapi-schema-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { TEST_SECRET, useServerWithoutDatabase } from '../../../test/support/http.ts';
import type { ApiDocument, ApiOperation } from '../../../test/support/openapi.ts';
import { errorsIn } from '../../../test/support/openapi.ts';
import { REFUSALS } from '../../domain/outcomes.ts';
import { createServer } from '../server.ts';

// The module is CommonJS.
const addFormats = addFormatsModule as unknown as typeof addFormatsModule.default;

/** Every schema that stands under the name `schema`. */
function schemasIn(node: unknown): readonly object[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'schema' ? [value as object] : schemasIn(value),
  );
}

describe('the OpenAPI document', () => {
  // The addresses of the web pages are not part of the API.
  const server = useServerWithoutDatabase({
    development: { embeddedDatabase: true },
    pagesDir: '/no-pages',
  });
  let document: ApiDocument;
  let operations: readonly (readonly [string, ApiOperation])[];

  beforeAll(async () => {
    const answer = await server.app.inject('/openapi.json');
    expect(answer.statusCode).toBe(200);
    document = answer.json();
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );
  });

  it('is valid OpenAPI 3.1', async () => {
    expect(document.openapi).toBe('3.1.0');
    const result = await new Validator().validate(structuredClone(document) as never);
    expect(result).toEqual({ valid: true });
  });

  it('has only schemas of JSON Schema 2020-12, as a strict validator takes them', () => {
    const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
    // Words of OpenAPI beside those of JSON Schema.
    ajv.addVocabulary(['discriminator']);
    const inAjv = (schema: object): object =>
      JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', 'components#/$defs/')) as object;
    ajv.addSchema({ $id: 'components', $defs: inAjv(document.components.schemas) });
    const schemas = operations.flatMap(([name, { parameters = [], requestBody, responses }]) =>
      schemasIn([parameters, requestBody, responses]).map((schema) => [name, schema] as const),
    );
    expect(schemas.length).toBeGreaterThan(100);
    for (const [name, schema] of schemas) expect(() => ajv.compile(inAjv(schema)), name).not.toThrow();
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.getSchema(`components#/$defs/${name}`), name).not.toThrow();
    }
  });

  it('leaves room in answers, and none in bodies', () => {
    const isClosed = (node: unknown): boolean =>
      JSON.stringify(node ?? null).includes('"additionalProperties":false');
    expect(isClosed(document.components.schemas)).toBe(false);
    for (const [name, { responses, requestBody }] of operations) {
      expect(isClosed(responses), name).toBe(false);
      expect(isClosed(requestBody), name).toBe(requestBody !== undefined);
    }
  });

  it('names every JSON answer, and tells problems of one status apart by their outcome', () => {
    let unions = 0;
    for (const [name, { responses }] of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        const schema = (content['application/json'] ?? content['application/problem+json'])?.schema;
        if (schema === undefined || '$ref' in schema) continue;
        const { oneOf, discriminator } = schema as {
          readonly oneOf: readonly { readonly $ref: string }[];
          readonly discriminator: { readonly propertyName: string; readonly mapping: Record<string, string> };
        };
        unions += 1;
        expect(discriminator.propertyName, `${name} ${status}`).toBe('outcome');
        expect(Object.values(discriminator.mapping)).toEqual(oneOf.map(({ $ref }) => $ref));
        for (const [outcome, reference] of Object.entries(discriminator.mapping)) {
          const problem = document.components.schemas[reference.split('/').at(-1)!];
          expect(problem).toMatchObject({ properties: { outcome: { enum: [outcome] } } });
        }
      }
    }
    expect(unions).toBeGreaterThan(20);
  });

  it('declares the headers of answers, and the request header that a 304 answers', () => {
    const declared = (status: string, header: string): readonly string[] =>
      operations
        .filter(([, { responses }]) => Object.hasOwn(responses[status]?.headers ?? {}, header))
        .map(([name]) => name);
    const having = (status: string): readonly string[] =>
      operations.filter(([, { responses }]) => status in responses).map(([name]) => name);
    const names = operations.map(([name]) => name);
    expect(having('405')).toEqual(names);
    expect(declared('405', 'Allow')).toEqual(names);
    for (const status of ['401', '403']) {
      expect(declared(status, 'WWW-Authenticate'), status).toEqual(having(status));
    }
    for (const status of ['429', '503']) {
      expect(declared(status, 'Retry-After'), status).toEqual(having(status));
    }
    for (const header of ['ETag', 'Vary']) expect(declared('304', header), header).toEqual(having('304'));
    expect(having('304')).toHaveLength(4);
    for (const [name, { parameters = [], responses }] of operations) {
      const isConditional = parameters.some((parameter) => parameter.name === 'If-None-Match');
      expect(isConditional, name).toBe('304' in responses);
      for (const [status, { headers = {} }] of Object.entries(responses)) {
        expect(Object.keys(headers), `${name} ${status}`).toContain('X-Request-Id');
      }
    }
  });

  it('shows for each status what is answered with it', () => {
    const detailOf = (path: string, method: string, status: number): unknown => {
      const examples =
        document.paths[path]?.[method]?.responses[status]?.content?.['application/problem+json'];
      return Object.values(examples?.examples ?? {})[0]?.value;
    };
    const topUp = (status: number): unknown => detailOf('/v1/wallet/top-ups', 'post', status);
    expect(topUp(413)).toMatchObject({ status: 413, detail: 'The body is too large.' });
    expect(topUp(415)).toMatchObject({ status: 415, detail: 'Send the body as application/json.' });
    expect(topUp(405)).toMatchObject({ status: 405, detail: expect.stringContaining('it takes POST') });
    expect(detailOf('/v1/concerts/{concertId}', 'get', 404)).toMatchObject({ what: 'concert' });
  });

  it('has exactly the listed routes', () => {
    expect(operations.map(([name]) => name).toSorted()).toEqual(
      [
        'GET /errors/{outcome}',
        'GET /healthz',
        'GET /openapi.json',
        'GET /readyz',
        'DELETE /v1/admin/accounts/{accountId}/profile',
        'DELETE /v1/admin/accounts/{accountId}/sessions',
        'GET /v1/account',
        'GET /v1/admin/accounts',
        'GET /v1/admin/accounts/{accountId}/block',
        'GET /v1/admin/accounts/{accountId}/profile',
        'GET /v1/admin/accounts/{accountId}/reservations',
        'GET /v1/admin/actions',
        'GET /v1/session',
        'POST /sign-out',
        'POST /sign-out/everywhere',
        'GET /v1/admin/activity',
        'GET /v1/admin/concerts',
        'GET /v1/admin/performances/{performanceId}/cancellation',
        'GET /v1/admin/performances/{performanceId}/check-in-list',
        'GET /v1/admin/performances/{performanceId}/reservations/{reservationId}',
        'GET /v1/admin/performances/{performanceId}/seats/{seat}',
        'GET /v1/admin/performances/{performanceId}/sales',
        'GET /v1/admin/performances/{performanceId}/sales-over-time',
        'GET /v1/admin/performances/{performanceId}/sales.csv',
        'GET /v1/concerts',
        'GET /v1/concerts/{concertId}',
        'GET /v1/performances/{performanceId}',
        'GET /v1/performances/{performanceId}/best-available',
        'GET /v1/performances/{performanceId}/reservations/{reservationId}',
        'GET /v1/performances/{performanceId}/reservations/{reservationId}/tickets',
        'GET /v1/performances/{performanceId}/seat-map',
        'GET /v1/performances/{performanceId}/seat-map/rows',
        'GET /v1/performances/{performanceId}/seats',
        'GET /v1/performances/{performanceId}/seats/events',
        'GET /v1/reservations',
        'GET /v1/ticket-keys',
        'GET /v1/wallet',
        'GET /v1/wallet/entries',
        'DELETE /v1/performances/{performanceId}/reservations/{reservationId}',
        'POST /v1/admin/audit',
        'POST /v1/admin/catalogue',
        'POST /v1/admin/concerts/{concertId}/visibility',
        'POST /v1/admin/performances/{performanceId}/cancellation',
        'POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/refund',
        'POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/release',
        'POST /v1/admin/performances/{performanceId}/sale',
        'POST /v1/dev/tokens',
        'POST /v1/performances/{performanceId}/reservations',
        'POST /v1/performances/{performanceId}/reservations/{reservationId}/payment',
        'POST /v1/performances/{performanceId}/reservations/{reservationId}/refund',
        'POST /v1/wallet/reversals',
        'POST /v1/wallet/top-ups',
        'PUT /v1/admin/accounts/{accountId}/block',
      ].toSorted(),
    );
  });

  it('has every route that the server has', () => {
    const routes = server.app.printRoutes({ commonPrefix: false, includeMeta: false }).split('\n');
    // Every line of the printed tree ends with the methods of a path; the parts above it are its prefix.
    const found: string[] = [];
    const parts: string[] = [];
    for (const line of routes) {
      const match = /^([│ ]*)(?:├──|└──) (.*?)(?: \(([A-Z, ]+)\))?$/.exec(line);
      if (match === null) continue;
      const depth = match[1]!.length / 4;
      parts.length = depth;
      parts[depth] = match[2]!;
      const path = parts.join('').replaceAll(/:(\w+)/g, '{$1}');
      for (const method of match[3]?.split(', ') ?? []) found.push(`${method} ${path}`);
    }
    const visible = found.filter((route) => !/^HEAD |\/docs|^GET \/$|^OPTIONS |\*/.test(route));
    expect(visible.toSorted()).toEqual(operations.map(([name]) => name).toSorted());
  });

  it('names every operation once, with a summary and a tag', () => {
    const ids = operations.map(([, operation]) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, operation] of operations) {
      expect(operation, name).toMatchObject({ summary: expect.any(String), tags: [expect.any(String)] });
    }
  });

  it('requires a token or a session except on public routes', () => {
    const open = operations.filter(([, operation]) => operation.security.length === 0).map(([name]) => name);
    expect(open.toSorted()).toEqual(
      [
        'GET /errors/{outcome}',
        'GET /healthz',
        'GET /openapi.json',
        'GET /readyz',
        'GET /v1/concerts',
        'GET /v1/concerts/{concertId}',
        'GET /v1/performances/{performanceId}',
        'GET /v1/performances/{performanceId}/seat-map',
        'GET /v1/performances/{performanceId}/seat-map/rows',
        'GET /v1/performances/{performanceId}/seats',
        'GET /v1/performances/{performanceId}/seats/events',
        'GET /v1/session',
        'GET /v1/ticket-keys',
        'POST /sign-out',
        'POST /v1/dev/tokens',
      ].toSorted(),
    );
    for (const [name, operation] of operations.filter(([, { security }]) => security.length > 0)) {
      expect(Object.keys(operation.responses), name).toContain('401');
      expect(operation.security, name).toEqual([{ bearer: [] }, { session: [] }]);
    }
  });

  it('requires an Idempotency-Key on every POST that creates something', () => {
    const keyed = operations.filter(([, operation]) =>
      operation.parameters?.some(({ name }) => name === 'Idempotency-Key'),
    );
    expect(keyed.map(([, operation]) => operation.operationId).toSorted()).toEqual(
      [
        'adminRefund',
        'topUp',
        'reverseTopUp',
        'createReservation',
        'payReservation',
        'refundReservation',
      ].toSorted(),
    );
  });

  it('shows examples that match their schemas', () => {
    let examples = 0;
    for (const [name, { responses }] of operations) {
      for (const [status, { content = {} }] of Object.entries(responses)) {
        for (const { schema, examples: shown = {} } of Object.values(content)) {
          for (const { value } of Object.values(shown)) {
            examples += 1;
            expect(errorsIn(document, schema, value), `${name} ${status}`).toEqual([]);
          }
        }
      }
    }
    expect(examples).toBeGreaterThan(50);
  });

  it('documents every refusal', () => {
    const text = JSON.stringify(operations.map(([, operation]) => operation.responses));
    for (const { code } of REFUSALS) expect(text, code).toContain(`/errors/${code}`);
  });

  it('has no development route on a service that issues no tokens', async () => {
    const other = await createServer({ boxOffice: server.boxOffice, auth: { secret: TEST_SECRET } });
    const paths = (await other.inject('/openapi.json')).json<ApiDocument>().paths;
    expect(paths['/v1/dev/tokens']).toBeUndefined();
    expect((await other.inject({ method: 'POST', url: '/v1/dev/tokens' })).statusCode).toBe(404);
    await other.close();
  });
});
