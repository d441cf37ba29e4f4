/** A sample beside which others hold connections to the service: watchers of its seats, and idle ones. */
import { memoryKibOf } from '../../../load/process-times.ts';
import type { ServiceProcess } from '../../measure/service-process.ts';
import type { SeatAnswer, WatchRequest } from '../../measure/worker-protocol.ts';
import type { SamplePlan, Session } from '../../session.ts';
import type { HttpPlan } from './sample.ts';

const SETTLE_MS = 500;

/** Opens the audience before the sample, in a process of its own, and adds to the result what the watchers saw. */
export async function withAudience(
  session: Session,
  service: ServiceProcess,
  audience: Pick<WatchRequest, 'watchers' | 'idle' | 'addresses'>,
  plan: HttpPlan,
): Promise<SamplePlan> {
  const second = await session.worker('second');
  let kibPerWatcher: number | null = null;
  let answered: readonly SeatAnswer[] = [];
  return {
    ...plan,
    loadPids: [...plan.loadPids, second.pid],
    prepare: async (fixture) => {
      const before = memoryKibOfAll(service.pids);
      await second.watch({ ...audience, port: service.port, performanceId: fixture.performanceId });
      // Lets the service finish the work that opening so many streams left it.
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const after = memoryKibOfAll(service.pids);
      // Idle connections take memory, too.
      const isKnown = before !== null && after !== null && audience.idle === 0;
      kibPerWatcher = isKnown ? (after - before) / audience.watchers : null;
      await plan.prepare?.(fixture);
    },
    run: async () => {
      const { held = [], ...ran } = await plan.run();
      answered = held;
      return ran;
    },
    conclude: async (ran) => ({
      ...ran,
      watched: { ...(await second.stopWatching(answered)), kibPerWatcher },
    }),
  };
}

function memoryKibOfAll(pids: readonly number[]): number | null {
  const each = pids.map(memoryKibOf);
  return each.includes(null) ? null : each.reduce<number>((sum, kib) => sum + (kib ?? 0), 0);
}
