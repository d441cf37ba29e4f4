import Type from 'typebox';
import {
  CLOSED,
  Location,
  Money,
  NoBody,
  PerformanceId,
  ReservationId,
  reservationParams,
  shared,
  Time,
} from '../../answers/schemas.ts';

export const Refund = Type.Object(
  {
    id: ReservationId,
    performanceId: PerformanceId,
    amount: Money,
    seq: Type.Integer({ description: "The refund's number in the account's ledger." }),
    balanceAfter: Money,
    refundedAt: Time,
  },
  {
    ...CLOSED,
    $id: 'Refund',
    description: 'The refund as it was made; the same request with the same key gets the same answer.',
  },
);

export const refundReservationSchema = {
  tags: ['reservations'],
  operationId: 'refundReservation',
  summary: 'Refund a paid reservation',
  description:
    "Pays the amount back to your wallet and frees the seats, until the performance's refund deadline.",
  params: reservationParams,
  body: NoBody,
  response: { 201: shared(Refund, { headers: Location }) },
};
