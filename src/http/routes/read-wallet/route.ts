import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { readWalletSchema } from './schema.ts';

export function readWalletRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/wallet',
    schema: readWalletSchema,
    config: { access: 'account' },
    handler: async ({ accountId }, reply) => {
      const wallet = await boxOffice.readWallet(accountId);
      if (isRefusal(wallet)) return sendRefusal(reply, wallet);
      return { accountId, ...wallet };
    },
  });
}
