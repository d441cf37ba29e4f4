import Type from 'typebox';
import { SEATS_PER_HOLD_MAX } from '../../../box-office/input-rules.ts';
import {
  CLOSED,
  Money,
  Name,
  NamedSeats,
  PerformanceId,
  performanceParams,
  ReservationId,
  SeatLabels,
  Time,
} from '../../answers/schemas.ts';

export const createReservationSchema = {
  tags: ['reservations'],
  operationId: 'createReservation',
  summary: 'Hold seats',
  description:
    'Holds the named seats, or adjacent seats chosen for you: all or none. You can pay for them until `expiresAt`.',
  params: performanceParams,
  body: Type.Object(
    {
      seats: Type.Optional(NamedSeats),
      bestAvailable: Type.Optional(
        Type.Object(
          {
            grade: Name,
            quantity: Type.Integer({ minimum: 1, maximum: SEATS_PER_HOLD_MAX }),
          },
          { ...CLOSED, description: 'Adjacent seats of a grade, chosen by the service.' },
        ),
      ),
    },
    {
      ...CLOSED,
      minProperties: 1,
      maxProperties: 1,
      description: 'Either `seats` or `bestAvailable`.',
      examples: [{ seats: ['A-1-1', 'A-1-2'] }, { bestAvailable: { grade: 'R', quantity: 2 } }],
    },
  ),
  response: {
    201: Type.Object(
      { id: ReservationId, performanceId: PerformanceId, seats: SeatLabels, amount: Money, expiresAt: Time },
      {
        ...CLOSED,
        description:
          'The reservation as it was made; the same request with the same key gets the same answer.',
        headers: { Location: { type: 'string', description: 'The reservation.' } },
      },
    ),
  },
};
