import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { PAGE_SIZE_DEFAULT } from '../../edge/limits.ts';
import { awayAnswer } from '../../answers/away.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { listActionsSchema } from './schema.ts';

export function listActionsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/actions',
    schema: listActionsSchema,
    // A scope that is bound to a performance admits to the actions of that one.
    config: { access: 'rowlock:finance', performanceInQuery: 'performanceId' },
    handler: async (request, reply) => {
      const { performanceId, before: given, limit = PAGE_SIZE_DEFAULT } = request.query;
      const before = given !== undefined && /^\d+$/.test(given) ? Number(given) : given;
      const page = await boxOffice.operator.listActions({ performanceId, before, limit });
      if (isRefusal(page)) return sendRefusal(reply, page);
      return {
        ...awayAnswer(page),
        actions: page.actions.map((action) => ({ ...action })),
        next: page.before ?? null,
      };
    },
  });
}
