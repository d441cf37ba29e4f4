import Type from 'typebox';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { AccountId, shared } from '../../answers/schemas.ts';
import { Profile } from '../read-account/schema.ts';

const schema = {
  tags: ['admin'],
  operationId: 'readProfile',
  summary: "Read an account's profile",
  description: 'For a request by a person to see what is kept of them. `not_found`: nothing is.',
  params: Type.Object({ accountId: AccountId }),
  response: { 200: shared(Profile) },
};

export function readProfileRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/accounts/:accountId/profile',
    schema,
    config: { access: 'rowlock:box-office' },
    handler: async (request, reply) => {
      const profile = await boxOffice.identity.readProfile(request.params.accountId);
      return isRefusal(profile) ? sendRefusal(reply, profile) : profile;
    },
  });
}
