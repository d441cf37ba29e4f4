import Type from 'typebox';
import { awayProperties } from '../../answers/away.ts';
import { CLOSED, Next, pageQuery, shared } from '../../answers/schemas.ts';
import { Reservation } from '../read-reservation/schema.ts';

export const listReservationsSchema = {
  tags: ['reservations'],
  operationId: 'listReservations',
  summary: 'List your reservations',
  description: 'Newest first: on the first page your live holds, then your purchases.',
  querystring: pageQuery,
  response: {
    200: Type.Object(
      { ...awayProperties, reservations: Type.Array(shared(Reservation)), next: Next },
      { ...CLOSED, description: 'A page.' },
    ),
  },
};
