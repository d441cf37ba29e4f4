/** A service of two processes against one of one process: what a hold over HTTP takes of the processors. */
import { floorOf } from '../../floors.ts';
import { withService } from '../../measure/service-process.ts';
import type { Verdict } from '../../report/verdict.ts';
import { judge, pairsOf } from '../../report/verdict.ts';
import type { Sample, Session } from '../../session.ts';
import { runSample } from '../../session.ts';
import type { Sizes } from '../sizes.ts';
import type { Side } from './alternating.ts';
import { alternating } from './alternating.ts';
import { httpNotes, ratesText, serviceMicrosOf } from './notes.ts';
import { httpPlan } from './sample.ts';

/** A process is faster once it is compiled, and of two each gets half of the work that compiles it. */
const TRIALS: readonly Side[] = ['ours', 'baseline', 'ours'];

export function samplesOfHttpProcesses({ closePairs }: Sizes): number {
  return TRIALS.length + closePairs * 2;
}

export function measureHttpProcesses(session: Session): Promise<readonly Verdict[]> {
  return withService(session, { processes: 2 }, (two) =>
    withService(session, {}, async (one) => {
      const { closeRows: rows, closePairs } = session.sizes;
      const make = async (side: Side, repeat: number, measure: string): Promise<Sample> => {
        const [service, contender] = side === 'ours' ? [two, '2 processes'] : [one, '1 process'];
        // All seats: what a process takes for itself is then shared by as many holds on a slow machine.
        const work = { requests: 'hold', rows, durationMs: Infinity } as const;
        return runSample(session, await httpPlan(session, { measure, contender, repeat, service, work }));
      };
      for (const [repeat, side] of TRIALS.entries()) await make(side, repeat, 'http-two-processes trial');
      const samples = await alternating(closePairs, (side, repeat) =>
        make(side, repeat, 'http-two-processes'),
      );
      return [
        judge(
          {
            ...floorOf('http-two-processes'),
            ours: `hold/grouped over HTTP by a service of two processes with half of ${session.sizes.connections} connections each: the service's processor time`,
            baseline: 'of one process',
          },
          pairsOf(samples, serviceMicrosOf),
          [
            `holds a second, two divided by one: ${ratesText(samples.ours, samples.baseline)}`,
            ...httpNotes({ 'two processes': samples.ours, 'one process': samples.baseline }),
          ],
        ),
      ];
    }),
  );
}
