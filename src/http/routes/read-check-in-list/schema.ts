import Type from 'typebox';
import {
  AccountId,
  CLOSED,
  PerformanceId,
  performanceParams,
  ReservationId,
  Time,
} from '../../answers/schemas.ts';

export const readCheckInListSchema = {
  tags: ['admin'],
  operationId: 'readCheckInList',
  summary: 'Read the check-in list',
  description:
    'Every valid ticket of a performance in one snapshot, by seat. A ticket that was refunded still verifies; it is not ' +
    'on this list.',
  params: performanceParams,
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        at: Type.Unsafe<Date>({ ...Time, description: "The database's time of the snapshot." }),
        cancelled: Type.Boolean({
          description: 'Whether the performance is cancelled: then nobody is admitted.',
        }),
        tickets: Type.Array(
          Type.Object(
            {
              seat: Type.String({ description: "The seat's label.", examples: ['A-1-1'] }),
              reservationId: ReservationId,
              accountId: AccountId,
            },
            CLOSED,
          ),
        ),
      },
      { ...CLOSED, description: 'The valid tickets.' },
    ),
  },
};
