import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { refuseUnidentified } from '../../edge/guard.ts';
import { readSessionSchema } from './schema.ts';

export function readSessionRoute(app: App, { boxOffice, senders, service, signInKind }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/session',
    schema: readSessionSchema,
    // Public: who is not signed in learns how to.
    config: { access: 'public', refusals: ['unauthenticated'] },
    handler: async (request, reply) => {
      reply.header('cache-control', 'no-store');
      const sender = await senders.identify(request);
      if ('unidentified' in sender) {
        const isWrong = request.headers.authorization !== undefined || sender.unidentified === 'unavailable';
        return isWrong
          ? refuseUnidentified(reply, sender, service.rates)
          : { signIn: signInKind, account: null };
      }
      const { accountId, scopes, isSession } = sender;
      const profile = await boxOffice.identity.readProfile(accountId);
      if (isRefusal(profile) && profile.outcome !== 'not_found') return sendRefusal(reply, profile);
      const { name, email } = isRefusal(profile) ? { name: null, email: null } : profile;
      const by = isSession === true ? 'session' : 'token';
      return { signIn: signInKind, account: { accountId, name, email, scopes: [...scopes], by } as const };
    },
  });
}
