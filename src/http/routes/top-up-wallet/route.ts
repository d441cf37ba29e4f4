import type { BoxOffice } from '../../../box-office/box-office.ts';
import type { App, HttpContext } from '../../app.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { topUpWalletSchema } from './schema.ts';

/** `POST /v1/wallet/top-ups` */
export function topUpWalletRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/wallet/top-ups',
    schema: topUpWalletSchema,
    config: {
      access: 'rowlock:top-up',
      needsKey: true,
      refusals: refusalsOf<BoxOffice['topUp']>({
        idempotency_key_reused: true,
        balance_limit_exceeded: true,
        outcome_unknown: true,
      }),
    },
    handler: async (request, reply) => {
      const { amount, accountId = request.accountId } = request.body;
      const { idempotencyKey } = request;
      const toppedUp = await boxOffice.topUp({ accountId, amount, idempotencyKey });
      if (toppedUp.outcome !== 'topped_up') return sendRefusal(reply, toppedUp);
      const { seq, balanceAfter, createdAt } = toppedUp;
      reply.code(201);
      // Ledgers are read by their own account only.
      if (accountId === request.accountId)
        reply.header('location', `/v1/wallet/entries?before=${seq + 1}&limit=1`);
      return { accountId, seq, amount, balanceAfter, createdAt };
    },
  });
}
