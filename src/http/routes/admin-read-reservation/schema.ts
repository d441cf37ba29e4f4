import Type from 'typebox';
import { AccountId, CLOSED, Money, reservationParams } from '../../answers/schemas.ts';
import { reservationProperties } from '../read-reservation/schema.ts';

export const adminReadReservationSchema = {
  tags: ['admin'],
  operationId: 'adminReadReservation',
  summary: "Read anyone's reservation",
  description: 'As it is now, with the account that made it.',
  params: reservationParams,
  response: {
    200: Type.Object(
      {
        ...reservationProperties,
        accountId: AccountId,
        refundable: Type.Array(
          Type.Object(
            { seat: Type.String({ description: "The seat's label.", examples: ['A-1-1'] }), amount: Money },
            CLOSED,
          ),
          { description: 'The seats that are sold to it, with what a refund of each pays back.' },
        ),
      },
      { ...CLOSED, description: 'A reservation as it is now, and whose it is.' },
    ),
  },
};
