import Type from 'typebox';
import { SEATS_PER_HOLD_MAX } from '../../../box-office/input-rules.ts';
import {
  CLOSED,
  Location,
  Money,
  Name,
  NamedSeats,
  PerformanceId,
  performanceParams,
  ReservationId,
  SeatLabels,
  StateNow,
  Time,
} from '../../answers/schemas.ts';

/** What the best available seats are asked for by. */
export const BestAvailable = Type.Object(
  {
    grade: Name,
    quantity: Type.Integer({ minimum: 1, maximum: SEATS_PER_HOLD_MAX }),
  },
  { ...CLOSED, description: 'The best adjacent seats of a grade, chosen by the service.' },
);

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
      bestAvailable: Type.Optional(BestAvailable),
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
      {
        id: ReservationId,
        performanceId: PerformanceId,
        seats: SeatLabels,
        amount: Money,
        expiresAt: Time,
        state: StateNow,
      },
      {
        ...CLOSED,
        description:
          'The reservation as it was made, and its state now. The same request with the same key gets the same answer, except the state.',
        headers: Location,
      },
    ),
  },
};
