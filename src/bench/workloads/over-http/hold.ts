/** Holds over HTTP, each by another account with a token never seen before, against a bare server. */
import { floorOf } from '../../floors.ts';
import type { Verdict } from '../../report/verdict.ts';
import { judge, pairsOf } from '../../report/verdict.ts';
import type { Session } from '../../session.ts';
import { BARE, measureAgainstBare } from './against-bare.ts';
import { serviceMicrosOf } from './notes.ts';

export async function measureHttpHold(session: Session): Promise<readonly Verdict[]> {
  const { samples, notes } = await measureAgainstBare(session, 'http-hold', 'hold');
  const ours = `hold/grouped over HTTP, ${session.sizes.connections} connections, each hold by a new account with a new token`;
  return [
    judge(
      { ...floorOf('http-hold'), ours, baseline: BARE },
      pairsOf(samples, ({ perSecond }) => perSecond),
      notes,
    ),
    judge(
      {
        ...floorOf('http-hold-cpu'),
        ours: "the service's processor time per hold",
        baseline: "the bare server's per request",
      },
      pairsOf(samples, serviceMicrosOf),
    ),
  ];
}
