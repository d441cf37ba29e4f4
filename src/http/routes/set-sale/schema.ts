import Type from 'typebox';
import { CLOSED, performanceParams, shared } from '../../answers/schemas.ts';
import { Performance } from '../read-performance/schema.ts';

export const setSaleSchema = {
  tags: ['admin'],
  operationId: 'setSale',
  summary: "Open, pause or close a performance's sale",
  description:
    'Opening a future sale starts it now. Once a close is answered, no seat is held any more; holds that ' +
    'exist stay payable. A cancelled performance stays cancelled.',
  params: performanceParams,
  body: Type.Object(
    { state: Type.Enum(['open', 'paused', 'closed']) },
    { ...CLOSED, examples: [{ state: 'paused' }] },
  ),
  response: { 200: shared(Performance) },
};
