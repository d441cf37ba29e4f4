import Type from 'typebox';
import { AccountId, CLOSED, reservationParams } from '../../answers/schemas.ts';
import { reservationProperties } from '../read-reservation/schema.ts';

export const adminReadReservationSchema = {
  tags: ['admin'],
  operationId: 'adminReadReservation',
  summary: "Read anyone's reservation",
  description: 'As it is now, with the account that made it.',
  params: reservationParams,
  response: {
    200: Type.Object(
      { ...reservationProperties, accountId: AccountId },
      { ...CLOSED, description: 'A reservation as it is now, and whose it is.' },
    ),
  },
};
