import Type from 'typebox';
import { SALES_POINTS_DEFAULT, SALES_POINTS_MAX } from '../../../box-office/operator/sales-over-time.ts';
import { AMOUNT_MAX } from '../../../domain/money.ts';
import { CLOSED, Money, PerformanceId, performanceParams, Time } from '../../answers/schemas.ts';

export const readSalesOverTimeSchema = {
  tags: ['admin'],
  operationId: 'readSalesOverTime',
  summary: 'Read sales over time',
  description: 'Payments and refunds of a performance as they add up, for a chart, in one snapshot.',
  params: performanceParams,
  querystring: Type.Object(
    {
      points: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: SALES_POINTS_MAX,
          description: `Points at most; ${SALES_POINTS_DEFAULT} by default.`,
        }),
      ),
    },
    CLOSED,
  ),
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        at: Type.Unsafe<Date>({ ...Time, description: "The database's time of this snapshot." }),
        points: Type.Array(
          Type.Object(
            {
              at: Type.Unsafe<Date>({
                ...Time,
                description: 'The time of the last payment or refund counted.',
              }),
              seats: Type.Integer({ minimum: 0, description: 'Seats sold and not refunded.' }),
              payments: Money,
              refunds: Money,
              revenue: Type.Integer({
                minimum: 0,
                maximum: AMOUNT_MAX,
                description: 'Payments less refunds, in minor units.',
              }),
            },
            CLOSED,
          ),
          { description: 'Running totals, the earliest first; the last point has the totals of all.' },
        ),
      },
      { ...CLOSED, description: 'The series.' },
    ),
  },
};
