import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readBlockSchema } from './schema.ts';

export function readBlockRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/accounts/:accountId/block',
    schema: readBlockSchema,
    config: { access: 'rowlock:box-office' },
    handler: async (request, reply) => {
      const block = await boxOffice.operator.readBlock(request.params.accountId);
      return isRefusal(block) ? sendRefusal(reply, block) : block;
    },
  });
}
