import { randomUUID } from 'node:crypto';
import type { App } from '../../app.ts';
import type { TokenIssuer } from '../../edge/tokens/development.ts';
import { isFromThisMachine } from '../../edge/tokens/development.ts';
import { sendNoRoute } from '../../answers/problem.ts';
import { devTokensSchema } from './schema.ts';

const SCOPES = {
  buyer: 'rowlock:top-up-own',
  admin: 'rowlock:admin rowlock:top-up rowlock:reverse',
} as const;

/** `POST /v1/dev/tokens`; not found for requests from elsewhere. */
export function devTokensRoute(app: App, issueToken: TokenIssuer): void {
  app.route({
    method: 'POST',
    url: '/v1/dev/tokens',
    schema: devTokensSchema,
    config: { access: 'public', rate: 'none', refusals: ['not_found'] },
    onRequest: (request, reply, done) => {
      if (isFromThisMachine(request)) done();
      else sendNoRoute(reply);
    },
    handler: async (request, reply) => {
      const { accountId = `dev-${randomUUID()}`, role = 'buyer' } = request.body ?? {};
      const { token, expiresAt } = await issueToken(accountId, SCOPES[role]);
      reply.code(201).header('cache-control', 'no-store');
      return { token, accountId, expiresAt };
    },
  });
}
