import Type from 'typebox';
import { CLOSED, ConcertId, shared } from '../../answers/schemas.ts';
import { ConcertOfOperator } from '../list-all-concerts/schema.ts';

export const setVisibilitySchema = {
  tags: ['admin'],
  operationId: 'setVisibility',
  summary: 'Hide a concert from buyers, or list it again',
  description:
    'A hidden concert is on no list and has no page. Its performances can be read and bought by anybody who has their ids; ' +
    'close their sales to prevent that. Reservations and tickets stay as they are, and no import changes it.',
  params: Type.Object({ concertId: ConcertId }),
  body: Type.Object({ hidden: Type.Boolean() }, { ...CLOSED, examples: [{ hidden: true }] }),
  response: { 200: shared(ConcertOfOperator) },
};
