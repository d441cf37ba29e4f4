import type { BoxOffice } from '../../../box-office/box-office.ts';
import { answerMade } from '../../answers/made.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { reverseTopUpSchema } from './schema.ts';

export function reverseTopUpRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/wallet/reversals',
    schema: reverseTopUpSchema,
    config: {
      access: 'rowlock:reverse',
      needsKey: true,
      refusals: [
        'not_found',
        ...refusalsOf<BoxOffice['reverseTopUp']>({
          idempotency_key_reused: true,
          insufficient_balance: true,
          outcome_unknown: true,
        }),
      ],
    },
    handler: async (request, reply) => {
      const { body, idempotencyKey } = request;
      const reversed = await boxOffice.reverseTopUp({ ...body, ...byOf(request), idempotencyKey });
      if (reversed.outcome !== 'reversed') return sendRefusal(reply, reversed);
      const { outcome: _, replayed: _replayed, ...entry } = reversed;
      answerMade(reply, reversed);
      return entry;
    },
  });
}
