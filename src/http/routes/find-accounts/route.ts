import Type from 'typebox';
import { FOUND_ACCOUNTS_MAX, QUERY_LENGTH_MAX, QUERY_LENGTH_MIN } from '../../../identity/profiles.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { CLOSED, shared } from '../../answers/schemas.ts';
import { Profile } from '../read-account/schema.ts';

const schema = {
  tags: ['admin'],
  operationId: 'findAccounts',
  summary: 'Find accounts by name or e-mail address',
  description: `Accounts whose name or address begins with the query, in any case, and the account with this id: at most ${FOUND_ACCOUNTS_MAX}.`,
  querystring: Type.Object(
    {
      query: Type.String({
        minLength: QUERY_LENGTH_MIN,
        maxLength: QUERY_LENGTH_MAX,
        description: 'The beginning of a name or an address.',
      }),
    },
    CLOSED,
  ),
  response: {
    200: Type.Object(
      {
        accounts: Type.Array(shared(Profile)),
        hasMore: Type.Boolean({ description: 'Whether a longer query would find others.' }),
      },
      { ...CLOSED, description: 'What was found.' },
    ),
  },
};

export function findAccountsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/accounts',
    schema,
    config: { access: 'rowlock:box-office' },
    handler: async (request, reply) => {
      const found = await boxOffice.identity.findAccounts(request.query.query);
      if (isRefusal(found)) return sendRefusal(reply, found);
      return { accounts: [...found.accounts], hasMore: found.hasMore };
    },
  });
}
