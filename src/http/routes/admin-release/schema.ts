import Type from 'typebox';
import { NoBody, reservationParams } from '../../answers/schemas.ts';

export const adminReleaseSchema = {
  tags: ['admin'],
  operationId: 'adminRelease',
  summary: "Release anyone's hold",
  description: 'All its seats are free again at once. Releasing a released hold again is the same success.',
  params: reservationParams,
  body: NoBody,
  response: { 204: Type.Unsafe<undefined>({ type: 'null', description: 'The hold is released.' }) },
};
