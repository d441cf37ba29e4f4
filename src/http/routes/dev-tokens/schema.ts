import Type from 'typebox';
import { AccountId, CLOSED, Time } from '../../answers/schemas.ts';

export const devTokensSchema = {
  tags: ['development'],
  operationId: 'createDevelopmentToken',
  summary: 'Get a token to try things out',
  description: 'Answered to this machine only. Without a body it is a new buyer.',
  body: Type.Unsafe<{ accountId?: string; role?: 'buyer' | 'admin' } | null>({
    type: ['object', 'null'],
    properties: {
      accountId: AccountId,
      role: { type: 'string', enum: ['buyer', 'admin'], description: '`buyer` unless told.' },
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
