import Type from 'typebox';
import { CLOSED, NoBody, Time } from '../../answers/schemas.ts';

const Count = Type.Integer({ minimum: 0 });

export const auditSchema = {
  tags: ['admin'],
  operationId: 'audit',
  summary: 'Check the invariants',
  description:
    'Checks the whole database in one snapshot, of several servers each in its own; it blocks nothing. 4 and 6 need a ' +
    'journal: `rowlock audit`.',
  body: NoBody,
  response: {
    200: Type.Object(
      {
        clean: Type.Boolean({ description: 'No violation of any invariant.' }),
        checkedAt: Time,
        counts: Type.Object(
          { performances: Count, seats: Count, reservations: Count, wallets: Count, entries: Count },
          CLOSED,
        ),
        servers: Type.Optional(
          Type.Array(Type.Object({ name: Type.String(), checkedAt: Time }, CLOSED), {
            description: 'With several servers: each has a snapshot of its own.',
          }),
        ),
        invariants: Type.Array(
          Type.Object(
            {
              number: Type.Integer({ minimum: 1, maximum: 9 }),
              title: Type.String(),
              violations: Count,
              examples: Type.Array(Type.String()),
              checked: Type.Boolean({ description: 'False if it needs a journal.' }),
            },
            CLOSED,
          ),
        ),
      },
      { ...CLOSED, description: 'The verdict.' },
    ),
  },
};
