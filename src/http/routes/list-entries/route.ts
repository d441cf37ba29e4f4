import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { PAGE_SIZE_DEFAULT } from '../../edge/limits.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { listEntriesSchema } from './schema.ts';

export function listEntriesRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/wallet/entries',
    schema: listEntriesSchema,
    config: { access: 'account' },
    handler: async (request, reply) => {
      const { before, limit = PAGE_SIZE_DEFAULT } = request.query;
      const page = await boxOffice.listLedger(request.accountId, { before, limit });
      if (isRefusal(page)) return sendRefusal(reply, page);
      return { entries: [...page.entries], next: page.before ?? null };
    },
  });
}
