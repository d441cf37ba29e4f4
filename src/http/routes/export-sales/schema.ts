import Type from 'typebox';
import { performanceParams } from '../../answers/schemas.ts';

export const exportSalesSchema = {
  tags: ['admin'],
  operationId: 'exportSales',
  summary: 'Download the sales as CSV',
  description:
    'A line per payment and refund, the earliest first: `at,kind,reservationId,accountId,seats,amount` (RFC 4180). ' +
    'Amounts are minor units and never negative; seats are separated by spaces. A cell that a spreadsheet would take for ' +
    'a formula begins with an apostrophe.',
  params: performanceParams,
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
