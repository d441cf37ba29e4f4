import type { App, HttpContext } from '../../app.ts';
import { readActivitySchema } from './schema.ts';

export function readActivityRoute(app: App, { service }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/activity',
    schema: readActivitySchema,
    config: { access: 'rowlock:finance' },
    handler: async () => {
      const { at, uptimeSeconds, strategies, waiting, pool, watchers, inFlight, seconds } =
        await service.readActivity();
      return {
        at,
        process: { uptimeSeconds, strategies },
        now: { waiting, pool, watchers, inFlight: { ...inFlight } },
        seconds: seconds.map(({ outcomes, latencyMs = null, groupSize = null, ...second }) => {
          return { ...second, outcomes: { ...outcomes }, latencyMs, groupSize };
        }),
      };
    },
  });
}
