import { isUtf8 } from 'node:buffer';
import { CatalogueDocument } from '../../../catalogue/import/document/document.ts';
import type { Problem } from '../../../catalogue/import/document/problems.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { allowLongWork } from '../../edge/limits.ts';
import { BodyNotUtf8 } from '../../answers/faults.ts';
import type { BrokenRule } from '../../answers/problem.ts';
import { sendProblem, sendRefusal } from '../../answers/problem.ts';
import { importCatalogueSchema } from './schema.ts';

export function importCatalogueRoute(app: App, { boxOffice, limits }: HttpContext): void {
  void app.register(async (scoped: App) => {
    // The importer reads the text: it finds properties that are named twice, and says where a fault is.
    scoped.removeContentTypeParser('application/json');
    scoped.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer' },
      async (_request: unknown, body: Buffer) => {
        if (!isUtf8(body)) throw new BodyNotUtf8();
        return body.toString('utf8');
      },
    );
    scoped.route({
      method: 'POST',
      url: '/v1/admin/catalogue',
      schema: importCatalogueSchema,
      config: {
        access: 'rowlock:catalogue',
        refusals: refusalsOf<BoxOffice['operator']['importCatalogue']>({ outcome_unknown: true }),
        swaggerTransform: ({ schema, url }) => ({ schema: { ...schema, body: CatalogueDocument }, url }),
      },
      bodyLimit: limits.importLimitBytes,
      handler: async (request, reply) => {
        allowLongWork(reply, limits);
        const left = new AbortController();
        reply.raw.once('close', () => left.abort());
        const imported = await boxOffice.operator.importCatalogue(
          request.body ?? '',
          left.signal,
          byOf(request),
          request.query.server,
        );
        if (!isRefusal(imported)) return imported;
        if (!('problems' in imported)) return sendRefusal(reply, imported);
        const { detail, problems } = imported;
        return sendProblem(reply, 'invalid_request', { detail, errors: problems.map(brokenRule) });
      },
    });
  });
}

function brokenRule({ path, rule, line, column }: Problem): BrokenRule {
  const place = line === undefined ? '' : `line ${line}, column ${column}: `;
  return { path: `body${path}`, rule: `${place}${rule}` };
}
