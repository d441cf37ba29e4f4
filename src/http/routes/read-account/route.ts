import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { shared } from '../../answers/schemas.ts';
import { Profile } from './schema.ts';

const schema = {
  tags: ['session'],
  operationId: 'readAccount',
  summary: 'Read what is kept of you',
  description:
    'Your name and e-mail address as the issuer said them at your last sign-in; null where nothing is kept. `GET /v1/reservations` and `GET /v1/wallet/entries` have the rest.',
  response: { 200: shared(Profile) },
};

export function readAccountRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/account',
    schema,
    config: { access: 'account' },
    handler: async ({ accountId }, reply) => {
      const profile = await boxOffice.identity.readProfile(accountId);
      if (!isRefusal(profile)) return profile;
      if (profile.outcome !== 'not_found') return sendRefusal(reply, profile);
      return { accountId, name: null, email: null, updatedAt: null };
    },
  });
}
