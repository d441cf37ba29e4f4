/** The service against a bare `node:http` server, which reads the same requests and answers with as many bytes. */
import { withService } from '../../measure/service-process.ts';
import type { PairOf } from '../../report/verdict.ts';
import type { Sample, Session } from '../../session.ts';
import { runSample } from '../../session.ts';
import type { Sizes } from '../sizes.ts';
import type { Side } from './alternating.ts';
import { alternating } from './alternating.ts';
import { httpNotes } from './notes.ts';
import type { HttpWork } from './sample.ts';
import { httpPlan } from './sample.ts';

export const BARE = 'a bare node:http server that reads the same requests';

export function samplesAgainstBare({ httpRepeats }: Sizes): number {
  return (1 + httpRepeats) * 2;
}

/** The samples of both, and the notes on them. */
export interface AgainstBare {
  readonly samples: PairOf<readonly Sample[]>;
  readonly notes: readonly string[];
}

export function measureAgainstBare(
  session: Session,
  name: string,
  requests: HttpWork['requests'],
): Promise<AgainstBare> {
  return withService(session, {}, async (service) => {
    const second = await session.worker('second');
    const bare = { ...service, port: await second.serveBare(), pids: [second.pid] };
    const { rows, httpMs: durationMs, httpRepeats } = session.sizes;
    const make = async (side: Side, repeat: number, measure: string): Promise<Sample> => {
      const named = { measure, repeat, work: { requests, rows, durationMs } };
      const plan = await (side === 'ours'
        ? httpPlan(session, { ...named, contender: 'service', service })
        : httpPlan(session, { ...named, contender: 'bare', service: bare, to: 'bare' }));
      return runSample(session, plan);
    };
    // Warms up both processes.
    for (const side of ['ours', 'baseline'] as const) await make(side, 0, `${name} trial`);
    const samples = await alternating(httpRepeats, (side, repeat) => make(side, repeat, name));
    return { samples, notes: httpNotes({ service: samples.ours, 'bare server': samples.baseline }) };
  });
}
