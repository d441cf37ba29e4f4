import Type from 'typebox';
import { CLOSED, performanceParams } from '../../answers/schemas.ts';

export const exportSalesSchema = {
  tags: ['admin'],
  operationId: 'exportSales',
  summary: 'Download the sales as CSV',
  description:
    'A line per seat of each payment and refund, the earliest first (RFC 4180). `at` is UTC, `venueTime` the same moment ' +
    'on the clocks of `timeZone`. `amount` is the price of the seat in minor units, `price` the same in decimals; both are ' +
    'never negative, and `kind` gives the direction. `label` is the seat as the API names it; `section`, `row` and `seat` ' +
    'are its names. A cell that a spreadsheet would take for a formula, a date or a number where it is none begins with ' +
    'an apostrophe.',
  params: performanceParams,
  querystring: Type.Object(
    {
      language: Type.Optional(
        Type.Enum(['ko', 'en'], {
          description: 'Of the names of the concert and the sections; `en` by default.',
        }),
      ),
    },
    CLOSED,
  ),
  response: {
    200: {
      description: 'The sales, in one snapshot.',
      headers: {
        'Content-Disposition': { type: 'string', description: 'A name for the file.' },
      },
      content: { 'text/csv': { schema: Type.String() } },
    },
  },
};
