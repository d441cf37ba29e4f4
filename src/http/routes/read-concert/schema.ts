import Type from 'typebox';
import { ConcertId, shared } from '../../answers/schemas.ts';
import { Concert } from '../list-concerts/schema.ts';

export const readConcertSchema = {
  tags: ['catalogue'],
  operationId: 'readConcert',
  summary: 'Read a concert',
  description: 'One of the list, with its performances, categories and prices.',
  params: Type.Object({ concertId: ConcertId }),
  response: { 200: shared(Concert) },
};
