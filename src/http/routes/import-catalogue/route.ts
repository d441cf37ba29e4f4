import { CatalogueDocument } from '../../../catalogue/import/document/document.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { allowLongWork } from '../../edge/limits.ts';
import { sendProblem, sendRefusal } from '../../answers/problem.ts';
import { importCatalogueSchema } from './schema.ts';

export function importCatalogueRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/catalogue',
    schema: importCatalogueSchema,
    config: {
      access: 'rowlock:admin',
      refusals: refusalsOf<BoxOffice['operator']['importCatalogue']>({ outcome_unknown: true }),
      swaggerTransform: ({ schema, url }) => ({ schema: { ...schema, body: CatalogueDocument }, url }),
    },
    bodyLimit: limits.importLimitBytes,
    handler: async (request, reply) => {
      allowLongWork(reply, limits);
      const imported = await boxOffice.operator.importCatalogue(request.body);
      if (!isRefusal(imported)) return imported;
      if (!('problems' in imported)) return sendRefusal(reply, imported);
      const { detail, problems } = imported;
      const errors = problems.map(({ path, rule }) => ({ path: `body${path}`, rule }));
      return sendProblem(reply, 'invalid_request', { detail, errors });
    },
  });
}
