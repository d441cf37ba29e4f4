import Type from 'typebox';
import {
  CLOSED,
  Money,
  PerformanceId,
  ReservationId,
  reservationParams,
  SeatLabels,
  shared,
  Time,
} from '../../answers/schemas.ts';
import { RESERVATION_STATES } from '../../../domain/states.ts';

export const reservationProperties = {
  id: ReservationId,
  performanceId: PerformanceId,
  state: Type.Enum([...RESERVATION_STATES]),
  seats: SeatLabels,
  refundedSeats: Type.Unsafe<readonly string[]>({
    ...SeatLabels,
    description: 'Those of its seats that are refunded. It is `confirmed` until all are.',
    examples: [[]],
  }),
  amount: Money,
  createdAt: Time,
  expiresAt: Time,
};

export const Reservation = Type.Object(reservationProperties, {
  ...CLOSED,
  $id: 'Reservation',
  description: 'A reservation as it is now.',
});

export const readReservationSchema = {
  tags: ['reservations'],
  operationId: 'readReservation',
  summary: 'Read a reservation of yours',
  description: 'As it is now. A hold whose time has passed is `expired`.',
  params: reservationParams,
  response: { 200: shared(Reservation) },
};
