import Type from 'typebox';
import {
  CLOSED,
  ConcertId,
  currencyProperties,
  LocalText,
  Money,
  PerformanceId,
  performanceParams,
  shared,
  Time,
} from '../../answers/schemas.ts';
import { saleProperties } from '../list-concerts/schema.ts';

const Count = Type.Integer({ minimum: 0 });

export const Performance = Type.Object(
  {
    id: PerformanceId,
    concertId: ConcertId,
    title: LocalText,
    ...currencyProperties,
    ...saleProperties,
    grades: Type.Array(
      Type.Object({ grade: Type.String(), price: Money, free: Count, held: Count, sold: Count }, CLOSED),
      { description: 'By price, the highest first. Seats with an expired hold are free.' },
    ),
    at: Type.Unsafe<Date>({ ...Time, description: "The database's time of the counts." }),
  },
  { ...CLOSED, $id: 'Performance', description: 'A performance: its sale, and its seats counted by grade.' },
);

export const readPerformanceSchema = {
  tags: ['catalogue'],
  operationId: 'readPerformance',
  summary: 'Read a performance and its free seats',
  description: 'Its sale, and its seats counted by category at one moment.',
  params: performanceParams,
  response: { 200: shared(Performance) },
};
