import Type from 'typebox';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { AccountId } from '../../answers/schemas.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';

const schema = {
  tags: ['admin'],
  operationId: 'eraseProfile',
  summary: "Erase an account's profile",
  description:
    'Removes name and e-mail address, and ends the sessions. Ledger, reservations and tickets stay; the next sign-in writes a profile again. A second request is the same success.',
  params: Type.Object({ accountId: AccountId }),
  response: { 204: Type.Unsafe<undefined>({ type: 'null', description: 'Nothing is kept any more.' }) },
};

export function eraseProfileRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'DELETE',
    url: '/v1/admin/accounts/:accountId/profile',
    schema,
    config: {
      access: 'rowlock:admin',
      refusals: refusalsOf<BoxOffice['identity']['eraseProfile']>({ outcome_unknown: true }),
    },
    handler: async (request, reply) => {
      const erased = await boxOffice.identity.eraseProfile({ ...request.params, ...byOf(request) });
      return isRefusal(erased) ? sendRefusal(reply, erased) : reply.code(204).send();
    },
  });
}
