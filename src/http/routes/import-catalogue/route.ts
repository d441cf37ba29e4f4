import { CatalogueDocument } from '../../../catalogue/import/document/document.ts';
import { CatalogueInvalid } from '../../../catalogue/import/document/problems.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalOfThrown } from '../../answers/faults.ts';
import { allowLongWork } from '../../edge/long-work.ts';
import { sendProblem, sendRefusal } from '../../answers/problem.ts';
import { importCatalogueSchema } from './schema.ts';

/** `POST /v1/admin/catalogue` */
export function importCatalogueRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/catalogue',
    schema: importCatalogueSchema,
    config: {
      access: 'rowlock:admin',
      refusals: ['outcome_unknown'],
      swaggerTransform: ({ schema, url }) => ({ schema: { ...schema, body: CatalogueDocument }, url }),
    },
    bodyLimit: limits.importLimitBytes,
    handler: async (request, reply) => {
      allowLongWork(reply, limits);
      try {
        return await boxOffice.operator.importCatalogue(request.body);
      } catch (error) {
        if (!(error instanceof CatalogueInvalid)) return sendRefusal(reply, refusalOfThrown(error));
        const { problems, problemCount } = error;
        const more = problemCount > problems.length ? `; the first ${problems.length} are listed` : '';
        const errors = problems.map(({ path, rule }) => ({ path: `body${path}`, rule }));
        return sendProblem(reply, 'invalid_request', {
          detail: `The catalogue breaks ${problemCount} ${problemCount === 1 ? 'rule' : 'rules'}${more}. Nothing was changed.`,
          errors,
        });
      }
    },
  });
}
