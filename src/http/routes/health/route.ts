import type { App, HttpContext } from '../../app.ts';
import { sendProblem } from '../../answers/problem.ts';
import { aliveSchema, readinessSchema } from './schema.ts';

export function healthRoutes(app: App, { service }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/healthz',
    schema: aliveSchema,
    config: { access: 'public', rate: 'none' },
    handler: async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { status: 'ok' as const };
    },
  });
  app.route({
    method: 'GET',
    url: '/readyz',
    schema: readinessSchema,
    config: { access: 'public', rate: 'none', refusals: ['overloaded'] },
    handler: async (_request, reply) => {
      const detail = await service.whyNotReady();
      if (detail !== undefined) return sendProblem(reply, 'overloaded', { detail });
      reply.header('cache-control', 'no-store');
      return { status: 'ready' as const };
    },
  });
}
