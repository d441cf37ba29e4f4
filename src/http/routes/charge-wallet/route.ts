import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../problem.ts';
import { chargeWalletSchema } from './schema.ts';

/** `POST /v1/wallet/charges` */
export function chargeWalletRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/wallet/charges',
    schema: chargeWalletSchema,
    config: {
      access: 'wallet:charge',
      needsKey: true,
      refusals: ['idempotency_key_reused', 'balance_limit_exceeded', 'outcome_unknown'],
    },
    handler: async (request, reply) => {
      const { amount, accountId = request.accountId } = request.body;
      const { idempotencyKey } = request;
      const charged = await boxOffice.charge({ accountId, amount, idempotencyKey });
      if (charged.outcome !== 'charged') return sendRefusal(reply, charged);
      const { seq, balanceAfter, createdAt } = charged;
      reply.code(201);
      // Ledgers are read by their own account only.
      if (accountId === request.accountId)
        reply.header('location', `/v1/wallet/entries?before=${seq + 1}&limit=1`);
      return { accountId, seq, amount, balanceAfter, createdAt };
    },
  });
}
