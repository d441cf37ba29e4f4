import Type from 'typebox';
import { CLOSED, TimeOrNull } from '../../answers/schemas.ts';
import { listAccountReservationsSchema } from '../list-account-reservations/schema.ts';

export const accountParams = listAccountReservationsSchema.params;

export const blockProperties = {
  accountId: Type.String(),
  blocked: Type.Boolean(),
  reason: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  since: Type.Unsafe<Date | null>({ ...TimeOrNull, description: 'When it was last blocked or unblocked.' }),
};

export const readBlockSchema = {
  tags: ['admin'],
  operationId: 'readBlock',
  summary: 'Read whether an account is blocked',
  params: accountParams,
  response: { 200: Type.Object(blockProperties, { ...CLOSED, description: 'As it is now.' }) },
};
