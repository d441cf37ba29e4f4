import Type from 'typebox';
import type { Static } from 'typebox';
import { AccountId, CLOSED } from '../../answers/schemas.ts';
import type { SignInKind } from '../../sign-in/config.ts';

export const NameOrNull = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'As the issuer says it, in any script; null where it says none.',
  examples: ['김민지'],
});
export const EmailOrNull = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'As the issuer says it; null where it says none.',
  examples: ['minji@example.com'],
});

const Account = Type.Object(
  {
    accountId: AccountId,
    name: NameOrNull,
    email: EmailOrNull,
    scopes: Type.Unsafe<readonly string[]>(
      Type.Array(Type.String(), { description: 'What the account may do beyond a buyer.' }),
    ),
    by: Type.Unsafe<'session' | 'token'>({
      type: 'string',
      enum: ['session', 'token'],
      description: 'What names the account: a cookie or a bearer token.',
    }),
  },
  CLOSED,
);

export const readSessionSchema = {
  tags: ['session'],
  operationId: 'readSession',
  summary: 'Read who you are here, and how one signs in',
  description:
    'A bearer token counts before a cookie, also when it is wrong. Without either `account` is null, and so it is after the end of a session.',
  response: {
    200: Type.Object(
      {
        signIn: Type.Unsafe<SignInKind>({
          type: 'string',
          enum: ['oidc', 'development', 'token'],
          description:
            'How one signs in: `oidc` in the browser at `/sign-in`, `development` by a name, `token` with bearer tokens only.',
        }),
        account: Type.Unsafe<Static<typeof Account> | null>({
          anyOf: [Account, { type: 'null' }],
        }),
      },
      { ...CLOSED, description: 'You, and how one signs in.' },
    ),
  },
};
