import Type from 'typebox';
import { awayProperties } from '../../answers/away.ts';
import { CLOSED, shared } from '../../answers/schemas.ts';
import { concertProperties } from '../list-concerts/schema.ts';

export const ConcertOfOperator = Type.Object(
  {
    ...concertProperties,
    hidden: Type.Boolean({
      description: 'Whether it is kept from buyers: not listed, and no page of its own.',
    }),
  },
  {
    ...CLOSED,
    $id: 'ConcertOfOperator',
    description: 'A concert with its performances, by start, and whether it is listed.',
  },
);

export const listAllConcertsSchema = {
  tags: ['admin'],
  operationId: 'listAllConcerts',
  summary: 'List all concerts, hidden ones too',
  description: 'As buyers get them, and with whether each is hidden from them.',
  response: {
    200: Type.Object(
      { ...awayProperties, concerts: Type.Array(shared(ConcertOfOperator)) },
      { ...CLOSED, description: 'Every concert.' },
    ),
  },
};
