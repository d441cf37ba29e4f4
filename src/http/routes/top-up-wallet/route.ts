import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf, refuseScope } from '../../edge/guard.ts';
import { answerMade } from '../../answers/made.ts';
import { sendBrokenRules, sendRefusal } from '../../answers/problem.ts';
import { topUpWalletSchema } from './schema.ts';

/** The largest top-up with a development token, in minor units. */
const DEVELOPMENT_TOP_UP_MAX = 10_000_000;
const TOO_MUCH = {
  path: 'body/amount',
  rule: `must be <= ${DEVELOPMENT_TOP_UP_MAX} with a development token`,
};

export function topUpWalletRoute(app: App, { boxOffice, isDevelopment }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/wallet/top-ups',
    schema: topUpWalletSchema,
    config: {
      access: isDevelopment ? ['rowlock:top-up', 'rowlock:top-up-own'] : 'rowlock:top-up',
      needsKey: true,
      refusals: [
        'not_found',
        ...refusalsOf<BoxOffice['topUp']>({
          idempotency_key_reused: true,
          balance_limit_exceeded: true,
          outcome_unknown: true,
        }),
      ],
    },
    handler: async (request, reply) => {
      const { amount, accountId = request.accountId } = request.body;
      const isOwn = accountId === request.accountId;
      if (!request.scopes.has('rowlock:top-up')) {
        if (!isOwn) return refuseScope(reply, ['rowlock:top-up']);
        if (amount > DEVELOPMENT_TOP_UP_MAX) return sendBrokenRules(reply, [TOO_MUCH]);
      }
      const toppedUp = await boxOffice.topUp({
        accountId,
        amount,
        idempotencyKey: request.idempotencyKey,
        actor: request.accountId,
        // An account's own token shows that it exists.
        createAccount: isOwn || request.body.createAccount,
      });
      if (toppedUp.outcome !== 'topped_up') return sendRefusal(reply, toppedUp);
      const { seq, balanceAfter, createdAt } = toppedUp;
      // Only its own account may read a ledger.
      answerMade(reply, toppedUp, isOwn ? `/v1/wallet/entries?before=${seq + 1}&limit=1` : undefined);
      return { accountId, seq, amount, balanceAfter, createdAt };
    },
  });
}
