import Type from 'typebox';
import { CLOSED, Money, PerformanceId, performanceParams } from '../../answers/schemas.ts';
import { BestAvailable } from '../create-reservation/schema.ts';

export const readBestAvailableSchema = {
  tags: ['reservations'],
  operationId: 'readBestAvailable',
  summary: 'Preview the best seats',
  description:
    'The seats that a hold by `bestAvailable` would try now; in a crowd, each account sees others of the best. It holds ' +
    'nothing: another account may hold them first. To get these seats and no others, hold them by label.',
  params: performanceParams,
  querystring: BestAvailable,
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        seats: Type.Array(
          Type.Object(
            { number: Type.Integer(), label: Type.String({ examples: ['A-1-1'] }), price: Money },
            CLOSED,
          ),
          { description: 'Neighbours in one row, by number; numbers and labels as on the seat map.' },
        ),
        amount: Type.Integer({
          minimum: 0,
          description: 'What a hold of them costs now, in minor units (won).',
        }),
      },
      { ...CLOSED, description: 'Seats that were free a moment ago.' },
    ),
  },
};
