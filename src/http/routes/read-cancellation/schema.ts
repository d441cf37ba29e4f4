import Type from 'typebox';
import {
  CLOSED,
  PerformanceId,
  performanceParams,
  ReservationId,
  shared,
  Time,
  TimeOrNull,
} from '../../answers/schemas.ts';

const Count = Type.Integer({ minimum: 0 });

export const Cancellation = Type.Object(
  {
    performanceId: PerformanceId,
    cancelledAt: Time,
    cancelledBy: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'The account that asked for it.',
    }),
    completedAt: Type.Unsafe<Date | null>({
      ...TimeOrNull,
      description: 'When nothing was left to do; null before.',
    }),
    holds: Type.Integer({ minimum: 0, description: 'Holds that are still to be ended.' }),
    reservations: Type.Object(
      { total: Count, refunded: Count },
      { ...CLOSED, description: 'Those to be refunded, and how many of them are.' },
    ),
    failures: Type.Array(Type.Object({ reservationId: ReservationId, reason: Type.String() }, CLOSED), {
      description: 'Those that could not be refunded so far, 100 at most. They are tried again.',
    }),
  },
  { ...CLOSED, $id: 'Cancellation', description: 'A cancellation, and how far it is.' },
);

export const readCancellationSchema = {
  tags: ['admin'],
  operationId: 'readCancellation',
  summary: 'Read how far a cancellation is',
  description:
    'What a cancellation has still to do, and what it has done. A performance that is not cancelled has none.',
  params: performanceParams,
  response: { 200: shared(Cancellation) },
};
