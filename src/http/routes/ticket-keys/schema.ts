import Type from 'typebox';
import { CLOSED } from '../../answers/schemas.ts';

export const ticketKeysSchema = {
  tags: ['service'],
  operationId: 'readTicketKeys',
  summary: 'Read the keys that verify tickets',
  description:
    'A JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037): the one that signs, and earlier ones whose tickets are ' +
    'still valid. It is empty when the service signs no tickets.',
  response: {
    200: Type.Object(
      {
        keys: Type.Array(
          Type.Object(
            {
              kty: Type.Literal('OKP'),
              crv: Type.Literal('Ed25519'),
              x: Type.String({ description: 'The public key.' }),
              kid: Type.String({ description: "As in a ticket's header." }),
              alg: Type.Literal('EdDSA'),
              use: Type.Literal('sig'),
            },
            CLOSED,
          ),
        ),
      },
      { ...CLOSED, description: 'The public keys.' },
    ),
  },
};
