import Type from 'typebox';
import { awayProperties } from '../../answers/away.ts';
import { AccountId, CLOSED, Next, pageQuery, shared } from '../../answers/schemas.ts';
import { Reservation } from '../read-reservation/schema.ts';

export const listAccountReservationsSchema = {
  tags: ['admin'],
  operationId: 'listAccountReservations',
  summary: "List an account's reservations",
  description:
    'As `GET /v1/reservations` answers that account: live holds on the first page, then its purchases.',
  params: Type.Object({ accountId: AccountId }),
  querystring: pageQuery,
  response: {
    200: Type.Object(
      { ...awayProperties, reservations: Type.Array(shared(Reservation)), next: Next },
      { ...CLOSED, description: 'A page.' },
    ),
  },
};
