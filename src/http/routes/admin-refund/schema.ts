import { Location, NoBody, reservationParams, shared } from '../../answers/schemas.ts';
import { Refund } from '../refund-reservation/schema.ts';

export const adminRefundSchema = {
  tags: ['admin'],
  operationId: 'adminRefund',
  summary: "Refund anyone's reservation",
  description:
    "To the wallet of the reservation's account, also after the deadline. Keys are that account's.",
  params: reservationParams,
  body: NoBody,
  response: { 201: shared(Refund, { headers: Location }) },
};
