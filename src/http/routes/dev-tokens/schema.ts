import Type from 'typebox';
import { AccountId, CLOSED, Time } from '../../answers/schemas.ts';

export const devTokensSchema = {
  tags: ['development'],
  operationId: 'createDevelopmentToken',
  summary: 'Get a token to try things out',
  description: 'Only for requests from this machine. Without a body, the token is for a new buyer.',
  body: Type.Unsafe<{ accountId?: string; role?: 'buyer' | 'admin' } | null>({
    type: ['object', 'null'],
    properties: {
      accountId: AccountId,
      role: { type: 'string', enum: ['buyer', 'admin'], description: '`buyer` by default.' },
    },
    additionalProperties: false,
    examples: [{ accountId: 'alice' }],
  }),
  response: {
    201: Type.Object(
      { token: Type.String(), accountId: AccountId, expiresAt: Time },
      { ...CLOSED, description: 'A token for the Authorization header.' },
    ),
  },
};
