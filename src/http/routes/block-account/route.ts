import { isRefusal } from '../../../domain/outcomes.ts';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { blockAccountSchema } from './schema.ts';

export function blockAccountRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'PUT',
    url: '/v1/admin/accounts/:accountId/block',
    schema: blockAccountSchema,
    config: {
      access: 'rowlock:box-office',
      refusals: refusalsOf<BoxOffice['operator']['blockAccount']>({ outcome_unknown: true }),
    },
    handler: async (request, reply) => {
      const block = { ...request.params, ...request.body, ...byOf(request) };
      const set = await boxOffice.operator.blockAccount(block);
      return isRefusal(set) ? sendRefusal(reply, set) : set;
    },
  });
}
