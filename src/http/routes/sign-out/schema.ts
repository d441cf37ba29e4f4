import Type from 'typebox';
import { CLOSED, NoBody } from '../../answers/schemas.ts';

const answer = {
  200: {
    ...Type.Object(
      {
        signOutUrl: Type.Unsafe<string | null>({
          type: ['string', 'null'],
          format: 'uri',
          description:
            'Where the browser goes on to sign out at the issuer, too; null where that is not possible.',
        }),
      },
      {
        ...CLOSED,
        description: 'The session has ended, here at once and in other processes within seconds.',
      },
    ),
    headers: { 'Set-Cookie': { type: 'string', description: 'Removes the cookie of the session.' } },
  },
};

export const signOutSchema = {
  tags: ['session'],
  operationId: 'signOut',
  summary: 'Sign out',
  description:
    'Ends the session of the cookie. Without a cookie nothing changes; tokens stay valid until they expire. The request must come from a page of this service (`Sec-Fetch-Site` or `Origin`).',
  body: NoBody,
  response: answer,
};

export const signOutEverywhereSchema = {
  tags: ['session'],
  operationId: 'signOutEverywhere',
  summary: 'Sign out on every device',
  description: 'Ends all sessions of your account. Tokens stay valid until they expire.',
  body: NoBody,
  response: answer,
};
