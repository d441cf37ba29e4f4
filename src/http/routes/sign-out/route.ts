import type { FastifyReply, FastifyRequest } from 'fastify';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { refuseForeign } from '../../edge/guard.ts';
import { sessionCookie, sessionSecretOf, setCookies } from '../../edge/session/cookies.ts';
import { foreignReason } from '../../edge/session/origin.ts';
import { signOutSchema } from './schema.ts';

export function signOutRoute(app: App, context: HttpContext): void {
  const { boxOffice, senders } = context;
  app.route({
    method: 'POST',
    url: '/sign-out',
    schema: signOutSchema,
    // Public: to sign out where nobody is signed in any more is no error.
    config: { access: 'public', refusals: ['forbidden', 'contended', 'overloaded', 'outcome_unknown'] },
    handler: async (request, reply) => {
      const origin = senders.originOf(request);
      const secret = sessionSecretOf(request, origin);
      reply.header('cache-control', 'no-store');
      if (secret === undefined) return { signOutUrl: null };
      const foreign = foreignReason(request, origin);
      if (foreign !== undefined) return refuseForeign(reply, foreign);
      const ended = await boxOffice.identity.signOut(secret);
      if (isRefusal(ended)) return sendRefusal(reply, ended);
      return answerSignedOut(context, request, reply, ended.idToken);
    },
  });
}

/** Removes the cookie, and says where to sign out at the issuer, if the session is known there. */
export async function answerSignedOut(
  { senders, signIn }: HttpContext,
  request: FastifyRequest,
  reply: FastifyReply,
  idToken: string | undefined,
): Promise<{ signOutUrl: string | null }> {
  const origin = senders.originOf(request);
  setCookies(reply, origin, [sessionCookie('', 0)]);
  const afterwards = `${origin.url}${request.server.basePath}/`;
  return { signOutUrl: (await signIn?.signOutUrl(idToken, afterwards)) ?? null };
}
