import Type from 'typebox';
import {
  CLOSED,
  Location,
  Money,
  NoBody,
  PerformanceId,
  ReservationId,
  reservationParams,
  SeatLabels,
  StateNow,
  Time,
} from '../../answers/schemas.ts';

export const payReservationSchema = {
  tags: ['reservations'],
  operationId: 'payReservation',
  summary: 'Pay a hold',
  description: "Takes the reservation's amount from your wallet and confirms it. There is no body to send.",
  params: reservationParams,
  body: NoBody,
  response: {
    201: Type.Object(
      {
        id: ReservationId,
        performanceId: PerformanceId,
        seats: SeatLabels,
        amount: Money,
        seq: Type.Integer({ description: "The payment's number in your ledger." }),
        balanceAfter: Money,
        paidAt: Time,
        state: StateNow,
      },
      {
        ...CLOSED,
        description:
          'The payment as it was made, and the state of the reservation now. The same request with the same key gets the same answer, except the state.',
        headers: Location,
      },
    ),
  },
};
