/** Whole purchases: a hold, a top-up of the buyer's own wallet and a payment, one after another on one connection. */
import { randomUUID } from 'node:crypto';
import { orderOf } from '../../workloads/access-pattern.ts';
import type { HttpLoad } from '../worker-protocol.ts';
import type { HttpAnswer } from './connection.ts';
import { holdMessage } from './holds.ts';
import { isMade, messageOf, newcomersOf } from './message.ts';
import type { Message, Requests, Sender } from './message.ts';
import { TOP_UP_SCOPE, topUpMessage } from './top-ups.ts';

export const REQUESTS_PER_PURCHASE = 3;

/** A bare server's answer names no reservation, and any id makes a request of the same length. */
const NO_RESERVATION = '00000000-0000-4000-8000-000000000000';

/** Each purchase is another account's, with one token. It ends at a refusal, and then counts as no success. */
export function purchases(load: Omit<HttpLoad, 'port'>): Requests {
  const { performanceId } = load.fixture;
  const { count, rowOf } = orderOf(load.pattern);
  const newcomer = newcomersOf(load, TOP_UP_SCOPE);
  // All that does not depend on an answer is made beforehand, as for the holds.
  const prepared = Array.from({ length: count }, (_, n) => {
    const buyer = newcomer(n);
    return { buyer, hold: holdMessage(buyer, performanceId, rowOf(n)), topUp: topUpMessage(buyer) };
  });
  return {
    count,
    send: async (n, exchange) => {
      const { buyer, hold, topUp } = prepared[n]!;
      const held = await exchange(hold);
      if (!isMade(held) || !isMade(await exchange(topUp))) return 0;
      const paid = await exchange(payMessage(buyer, performanceId, reservationIn(held)));
      return isMade(paid) ? REQUESTS_PER_PURCHASE : 0;
    },
  };
}

function payMessage(buyer: Sender, performanceId: string, reservationId: string): Message {
  return messageOf(
    buyer,
    `/v1/performances/${performanceId}/reservations/${reservationId}/payment`,
    { op: 'pay', accountId: buyer.accountId, key: randomUUID(), performanceId, reservationId },
    {},
  );
}

/** Without parsing all of the answer, which is the journal's to do, after the sample. */
function reservationIn({ body }: HttpAnswer): string {
  return /"id":"([^"]+)"/.exec(body)?.[1] ?? NO_RESERVATION;
}
