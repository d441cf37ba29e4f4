import { NoBody, performanceParams, shared } from '../../answers/schemas.ts';
import { Cancellation } from '../read-cancellation/schema.ts';

export const cancelPerformanceSchema = {
  tags: ['admin'],
  operationId: 'cancelPerformance',
  summary: 'Cancel a performance and refund everybody',
  description:
    'For good. Nothing is held any more, holds are ended, and every confirmed reservation is refunded in the background, ' +
    'whatever its deadline. Once the answer reports no `holds`, none can be paid. Sent again, it takes the refunds up again ' +
    'and reports how far they are.',
  params: performanceParams,
  body: NoBody,
  response: { 200: shared(Cancellation) },
};
