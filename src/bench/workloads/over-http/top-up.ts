/** Top-ups of one hot wallet over HTTP, by a payment backend with one token, against a bare server. */
import { floorOf } from '../../floors.ts';
import type { Verdict } from '../../report/verdict.ts';
import { judge, pairsOf } from '../../report/verdict.ts';
import type { Session } from '../../session.ts';
import { BARE, measureAgainstBare } from './against-bare.ts';

export async function measureHttpTopUp(session: Session): Promise<readonly Verdict[]> {
  const { samples, notes } = await measureAgainstBare(session, 'http-top-up', 'topUp');
  const ours = `topUp/grouped over HTTP, ${session.sizes.connections} connections, one wallet, one token`;
  return [
    judge(
      { ...floorOf('http-top-up'), ours, baseline: BARE },
      pairsOf(samples, ({ perSecond }) => perSecond),
      notes,
    ),
  ];
}
