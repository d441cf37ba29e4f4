import type { App, HttpContext } from '../../app.ts';
import { refusalOfThrown } from '../../answers/faults.ts';
import { allowLongWork } from '../../edge/long-work.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { auditSchema } from './schema.ts';

/** `POST /v1/admin/audit` */
export function auditRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/audit',
    schema: auditSchema,
    config: { access: 'rowlock:admin' },
    handler: async (_request, reply) => {
      allowLongWork(reply, limits);
      try {
        const { clean, checkedAt, counts, invariants } = await boxOffice.operator.audit();
        const listed = invariants.map((invariant) => ({ ...invariant, examples: [...invariant.examples] }));
        return { clean, checkedAt, counts, invariants: listed };
      } catch (error) {
        return sendRefusal(reply, refusalOfThrown(error));
      }
    },
  });
}
