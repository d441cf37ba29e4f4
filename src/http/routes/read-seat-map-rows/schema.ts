import Type from 'typebox';
import { OutlineShape } from '../../../catalogue/import/document/document.ts';
import { CLOSED, LocalText, NotModified, PerformanceId, performanceParams } from '../../answers/schemas.ts';

const Steps = (axis: string): Type.TArray<Type.TInteger> =>
  Type.Array(Type.Integer(), {
    description:
      `Hundredths of ${axis}: the first seat's place, the step to the second, then by how much each further step ` +
      'differs from the one before; 0 after the last one given.',
    examples: [[-275, 50]],
  });

const SeatRun = Type.Object(
  {
    number: Type.Integer({ description: "The first seat's number; the others follow." }),
    count: Type.Integer({ description: 'Seats in the run.' }),
    grade: Type.String(),
    seats: Type.Array(Type.String(), {
      description: 'Names of the first seats. After the last one given, names count up: 1 is followed by 2.',
      examples: [['1']],
    }),
    x: Steps('x'),
    y: Steps('y'),
  },
  CLOSED,
);

export const readSeatMapRowsSchema = {
  tags: ['catalogue'],
  operationId: 'readSeatMapRows',
  summary: 'Read the seat map by rows',
  description: 'The same map as `readSeatMap` in a thirtieth of the bytes, for pages that draw large halls.',
  params: performanceParams,
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        venueId: Type.String(),
        venueName: LocalText,
        outline: Type.Array(OutlineShape),
        sections: Type.Array(
          Type.Object(
            {
              id: Type.String(),
              name: Type.Optional(LocalText),
              rows: Type.Array(Type.Object({ row: Type.String(), runs: Type.Array(SeatRun) }, CLOSED), {
                description: 'In the order of their first seats.',
              }),
            },
            CLOSED,
          ),
        ),
      },
      {
        ...CLOSED,
        description: 'The map.',
        headers: { ETag: { type: 'string', description: 'Changes with the map.' } },
      },
    ),
    304: NotModified,
  },
};
