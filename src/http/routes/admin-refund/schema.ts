import Type from 'typebox';
import { Location, NamedSeats, reservationParams, shared } from '../../answers/schemas.ts';
import { Refund } from '../refund-reservation/schema.ts';

export const adminRefundSchema = {
  tags: ['admin'],
  operationId: 'adminRefund',
  summary: "Refund anyone's reservation, or some of its seats",
  description:
    "To the wallet of the reservation's account, also after the deadline: what the named seats took, or what is left. " +
    "The reservation stays `confirmed` until its last seat is refunded. Keys are that account's.",
  params: reservationParams,
  body: Type.Unsafe<{ readonly seats?: string[] } | null>({
    type: ['object', 'null'],
    properties: { seats: NamedSeats },
    additionalProperties: false,
    description: 'The seats to refund; without them, all that are left.',
    examples: [{ seats: ['A-1-1'] }],
  }),
  response: { 201: shared(Refund, { headers: Location }) },
};
