import Type from 'typebox';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { AccountId, CLOSED } from '../../answers/schemas.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';

const schema = {
  tags: ['admin'],
  operationId: 'endSessions',
  summary: "End an account's sessions",
  description:
    'Signs the account out on every device, within seconds. It can sign in again, and its tokens stay valid until they expire.',
  params: Type.Object({ accountId: AccountId }),
  response: {
    200: Type.Object(
      { sessions: Type.Integer({ minimum: 0, description: 'How many have ended.' }) },
      { ...CLOSED, description: 'The sessions have ended.' },
    ),
  },
};

export function endSessionsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'DELETE',
    url: '/v1/admin/accounts/:accountId/sessions',
    schema,
    config: {
      access: 'rowlock:box-office',
      refusals: refusalsOf<BoxOffice['identity']['endSessions']>({ outcome_unknown: true }),
    },
    handler: async (request, reply) => {
      const ended = await boxOffice.identity.endSessions({ ...request.params, ...byOf(request) });
      return isRefusal(ended) ? sendRefusal(reply, ended) : { sessions: ended.sessions };
    },
  });
}
