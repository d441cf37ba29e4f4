/** A crowd over HTTP: the time until a hall is sold out, against a service that holds one by one. */
import { floorOf } from '../../floors.ts';
import { withService } from '../../measure/service-process.ts';
import type { Verdict } from '../../report/verdict.ts';
import { judge, pairsOf } from '../../report/verdict.ts';
import type { Sample, Session } from '../../session.ts';
import { runSample } from '../../session.ts';
import type { AccessPattern } from '../access-pattern.ts';
import type { Sizes } from '../sizes.ts';
import { soldOutAudit } from '../sold-out.ts';
import { alternating } from './alternating.ts';
import { httpNotes } from './notes.ts';
import { httpPlan } from './sample.ts';

const SEED = 1;
const REQUESTS_PER_SEAT = 4;
const STRATEGIES = { ours: 'grouped', baseline: 'atomic' } as const;

export function samplesOfHttpSellOut({ crowdRepeats }: Sizes): number {
  return crowdRepeats * 2;
}

export async function measureHttpSellOut(session: Session): Promise<readonly Verdict[]> {
  const { crowdRows: rows, crowdRepeats } = session.sizes;
  const samples = await alternating(crowdRepeats, (side, repeat) =>
    sellOutSample(session, STRATEGIES[side], repeat),
  );
  return [
    judge(
      {
        ...floorOf('http-sell-out'),
        ours: `hold/grouped over HTTP, ${rows.toLocaleString('en-US')} seats each asked for ${REQUESTS_PER_SEAT} times, shuffled, every request by a new account, until sold out`,
        baseline: 'the same by hold/atomic one by one',
      },
      pairsOf(samples, ({ lastSuccessMs }) => lastSuccessMs / 1_000),
      httpNotes({ grouped: samples.ours, atomic: samples.baseline }),
    ),
  ];
}

/** With a new service: one that has seen this hall before knows which seats were taken then. */
function sellOutSample(session: Session, hold: string, repeat: number): Promise<Sample> {
  const { crowdRows: rows } = session.sizes;
  const pattern: AccessPattern = { kind: 'shuffled', rows, times: REQUESTS_PER_SEAT, seed: SEED };
  return withService(session, { hold }, async (service) => {
    const plan = await httpPlan(session, {
      measure: 'http-sell-out',
      contender: hold,
      repeat,
      service,
      work: { requests: 'hold', rows, pattern, durationMs: Infinity },
    });
    return runSample(session, { ...plan, audit: soldOutAudit(rows, plan.audit) });
  });
}
