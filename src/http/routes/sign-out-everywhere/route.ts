import type { BoxOffice } from '../../../box-office/box-office.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { refusalsOf } from '../../edge/guard.ts';
import { sessionSecretOf } from '../../edge/session/cookies.ts';
import { answerSignedOut } from '../sign-out/route.ts';
import { signOutEverywhereSchema } from '../sign-out/schema.ts';

export function signOutEverywhereRoute(app: App, context: HttpContext): void {
  const { boxOffice, senders } = context;
  app.route({
    method: 'POST',
    url: '/sign-out/everywhere',
    schema: signOutEverywhereSchema,
    config: {
      access: 'account',
      refusals: [
        ...refusalsOf<BoxOffice['identity']['signOutEverywhere']>({ outcome_unknown: true }),
        'contended',
        'overloaded',
      ],
    },
    handler: async (request, reply) => {
      const secret = sessionSecretOf(request, senders.originOf(request));
      const ended = await boxOffice.identity.signOutEverywhere({ accountId: request.accountId, secret });
      if (isRefusal(ended)) return sendRefusal(reply, ended);
      return answerSignedOut(context, request, reply, ended.idToken);
    },
  });
}
