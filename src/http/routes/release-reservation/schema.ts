import Type from 'typebox';
import { reservationParams } from '../../answers/schemas.ts';

export const releaseReservationSchema = {
  tags: ['reservations'],
  operationId: 'releaseReservation',
  summary: 'Release a hold',
  description: 'Its seats are free again at once. Releasing a released hold again is the same success.',
  params: reservationParams,
  response: { 204: Type.Unsafe<undefined>({ type: 'null', description: 'The hold is released.' }) },
};
