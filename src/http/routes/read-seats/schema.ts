import Type from 'typebox';
import { CLOSED, NotModified, PerformanceId, performanceParams, Time } from '../../answers/schemas.ts';

export const readSeatsSchema = {
  tags: ['catalogue'],
  operationId: 'readSeats',
  summary: "Read every seat's state",
  description: 'All states at one moment, and the cursor from which `seats/events` tells what changes.',
  params: performanceParams,
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        at: Type.Unsafe<Date>({ ...Time, description: "The database's time of the states." }),
        seats: Type.String({
          description:
            'One character per seat number, number 1 first: `f` free, `h` held, `s` sold, `-` no seat of this number. ' +
            'The seat map gives each number its label and place.',
          examples: ['ffhs-f'],
        }),
        cursor: Type.String({
          description: 'Where to begin watching `seats/events` without missing a change.',
          examples: ['790:792:790@1777629900000@1777600000000@1'],
        }),
      },
      {
        ...CLOSED,
        description: 'The states of all seats at one moment.',
      },
    ),
    304: NotModified,
  },
};
