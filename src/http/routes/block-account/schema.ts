import Type from 'typebox';
import { awayProperties } from '../../answers/away.ts';
import { REASON_LENGTH_MAX } from '../../../box-office/input-rules.ts';
import { CLOSED } from '../../answers/schemas.ts';
import { accountParams, blockProperties } from '../read-block/schema.ts';

export const blockAccountSchema = {
  tags: ['admin'],
  operationId: 'blockAccount',
  summary: 'Block an account, or unblock it',
  description:
    'A blocked account may neither hold nor pay. Its live holds are released, of every performance; the answer waits until no new one can be made. To set it again is the same.',
  params: accountParams,
  body: Type.Object(
    {
      blocked: Type.Boolean(),
      reason: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: REASON_LENGTH_MAX,
          pattern: '^[^\\u0000-\\u001f\\u007f]+$',
          description: 'For other operators.',
        }),
      ),
    },
    CLOSED,
  ),
  response: {
    200: Type.Object(
      {
        ...blockProperties,
        ...awayProperties,
        released: Type.Integer({ minimum: 0, description: 'Live holds that this request released.' }),
        left: Type.Integer({
          minimum: 0,
          description: 'Live holds that could not be released in time: send the request again.',
        }),
      },
      { ...CLOSED, description: 'As it is now.' },
    ),
  },
};
