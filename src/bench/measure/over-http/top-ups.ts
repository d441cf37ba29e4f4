/** Top-ups. */
import { randomUUID } from 'node:crypto';
import { AMOUNT } from '../../fixture.ts';
import { orderOf } from '../../workloads/access-pattern.ts';
import { bearerToken } from '../tokens.ts';
import type { HttpLoad } from '../worker-protocol.ts';
import { isMade, messageOf } from './message.ts';
import type { Message, Requests, Sender } from './message.ts';

export const TOP_UP_SCOPE = 'rowlock:top-up';

/** Top-ups of the planted wallets by a payment backend, which has one token for all of them. */
export function topUps({ secret, fixture, pattern }: Omit<HttpLoad, 'port'>): Requests {
  const { count, rowOf } = orderOf(pattern);
  const authorization = `Bearer ${bearerToken(secret, 'backend', TOP_UP_SCOPE)}`;
  return {
    count,
    send: async (n, exchange) => {
      const accountId = `${fixture.accountPrefix}${rowOf(n)}`;
      return isMade(await exchange(topUpMessage({ accountId, authorization }))) ? 1 : 0;
    },
  };
}

/** A top-up of this account's wallet by what a seat costs. */
export function topUpMessage({ accountId, authorization }: Sender): Message {
  return messageOf(
    { accountId, authorization },
    '/v1/wallet/top-ups',
    { op: 'topUp', accountId, key: randomUUID(), amount: AMOUNT },
    { amount: AMOUNT, accountId },
  );
}
