import Type from 'typebox';
import { AMOUNT_MAX } from '../../../domain/money.ts';
import { CLOSED, Money, PerformanceId, performanceParams, Time } from '../../answers/schemas.ts';

const Count = Type.Integer({ minimum: 0 });

export const readSalesSchema = {
  tags: ['admin'],
  operationId: 'readSales',
  summary: 'Read what was sold',
  description: 'Seats, reservations and money of a performance, all in one snapshot.',
  params: performanceParams,
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        at: Type.Unsafe<Date>({ ...Time, description: "The database's time of the snapshot." }),
        seats: Type.Object({ free: Count, held: Count, sold: Count }, CLOSED),
        reservations: Type.Object(
          {
            held: Type.Integer({ minimum: 0, description: 'Unexpired holds.' }),
            confirmed: Count,
            refunded: Count,
          },
          CLOSED,
        ),
        revenue: Type.Integer({
          minimum: 0,
          maximum: AMOUNT_MAX,
          description: 'Payments less refunds, in minor units.',
        }),
        payments: Money,
        refunds: Money,
      },
      { ...CLOSED, description: 'The numbers.' },
    ),
  },
};
