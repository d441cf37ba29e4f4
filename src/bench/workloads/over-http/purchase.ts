/**
 * Whole purchases over HTTP, a hold, a top-up and a payment by one buyer with one new token, against a bare server that
 * gets the same three requests. Both sides count requests of complete purchases.
 */
import { floorOf } from '../../floors.ts';
import type { Verdict } from '../../report/verdict.ts';
import { judge, pairsOf } from '../../report/verdict.ts';
import type { Session } from '../../session.ts';
import { BARE, measureAgainstBare } from './against-bare.ts';

export async function measureHttpPurchase(session: Session): Promise<readonly Verdict[]> {
  const { samples, notes } = await measureAgainstBare(session, 'http-purchase', 'purchase');
  const ours = `hold, top-up and payment over HTTP, ${session.sizes.connections} connections, each purchase by a new account with one new token: three requests a purchase`;
  return [
    judge(
      { ...floorOf('http-purchase'), ours, baseline: BARE },
      pairsOf(samples, ({ perSecond }) => perSecond),
      notes,
    ),
  ];
}
