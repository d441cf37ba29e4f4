import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { allowLongWork } from '../../edge/limits.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { auditSchema } from './schema.ts';

export function auditRoute(app: App, { boxOffice, limits }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/audit',
    schema: auditSchema,
    config: { access: 'rowlock:finance' },
    handler: async (_request, reply) => {
      allowLongWork(reply, limits);
      const report = await boxOffice.operator.audit();
      if (isRefusal(report)) return sendRefusal(reply, report);
      const { clean, checkedAt, counts, servers, invariants } = report;
      const listed = invariants.map((invariant) => ({ ...invariant, examples: [...invariant.examples] }));
      const apart = servers && { servers: servers.map((server) => ({ ...server })) };
      return { clean, checkedAt, counts, ...apart, invariants: listed };
    },
  });
}
