/** Holds of one seat, each by another account. */
import { randomUUID } from 'node:crypto';
import { orderOf } from '../../workloads/access-pattern.ts';
import type { HttpLoad } from '../worker-protocol.ts';
import { isMade, messageOf, newcomersOf } from './message.ts';
import type { Message, Requests, Sender } from './message.ts';

/** Makes every request beforehand: signing tokens would take the client as long as sending. */
export function holds(load: Omit<HttpLoad, 'port'>): Requests {
  const { count, rowOf } = orderOf(load.pattern);
  const newcomer = newcomersOf(load);
  const messages = Array.from({ length: count }, (_, n) =>
    holdMessage(newcomer(n), load.fixture.performanceId, rowOf(n)),
  );
  return {
    count,
    send: async (n, exchange) => (isMade(await exchange(messages[n]!)) ? 1 : 0),
  };
}

/** A hold of the seat in this row of the pattern. */
export function holdMessage(buyer: Sender, performanceId: string, row: number): Message {
  const seats = [`A-1-${row + 1}`];
  return messageOf(
    buyer,
    `/v1/performances/${performanceId}/reservations`,
    { op: 'hold', accountId: buyer.accountId, key: randomUUID(), performanceId, seats },
    { seats },
  );
}

/** The number of the seat that a hold asks for. */
export function seatIn({ journaled }: Message): number {
  const label = 'seats' in journaled ? journaled.seats?.[0] : undefined;
  return Number(label?.split('-')[2]);
}
