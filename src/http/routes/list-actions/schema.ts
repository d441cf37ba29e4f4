import Type from 'typebox';
import { ACTIONS_CURSOR_LENGTH_MAX, ACTIONS_CURSOR_PATTERN } from '../../../box-office/operator/actions.ts';
import { awayProperties } from '../../answers/away.ts';
import { CLOSED, pageQuery, PerformanceId, Time } from '../../answers/schemas.ts';

const IdOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

const Action = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'Rises from action to action of one server, with gaps.' }),
    server: Type.Optional(
      Type.String({
        description: 'Where it was done; left out where there is one server.',
        examples: ['seoul-1'],
      }),
    ),
    at: Time,
    actor: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description:
        'The account that asked for it; `command line: ` with a name; null when a program named nobody.',
      examples: ['boss'],
    }),
    action: Type.String({
      description: 'What was done; more may be added.',
      examples: ['reservation_refunded'],
    }),
    performanceId: IdOrNull,
    concertId: IdOrNull,
    reservationId: IdOrNull,
    accountId: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: "The buyer's account.",
    }),
    details: Type.Unsafe<Readonly<Record<string, unknown>>>({
      type: 'object',
      additionalProperties: true,
      description: 'What else is known of it, by the action.',
    }),
    requestId: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: "The request's id in the service's log.",
    }),
  },
  CLOSED,
);

export const listActionsSchema = {
  tags: ['admin'],
  operationId: 'listActions',
  summary: 'List what operators did',
  description:
    'Newest first, all or those on one performance. Each is noted in the transaction that did it. A bound scope needs `performanceId`.',
  querystring: Type.Object(
    {
      ...pageQuery.properties,
      before: Type.Optional(
        Type.String({
          pattern: `^[1-9]\\d{0,12}$|${ACTIONS_CURSOR_PATTERN}`,
          maxLength: ACTIONS_CURSOR_LENGTH_MAX,
          description: "The last page's `next`; left out for the first.",
        }),
      ),
      performanceId: Type.Optional(PerformanceId),
    },
    CLOSED,
  ),
  response: {
    200: Type.Object(
      {
        ...awayProperties,
        actions: Type.Array(Action),
        next: Type.Unsafe<number | string | null>({
          type: ['integer', 'string', 'null'],
          description:
            'The `before` of the next page, a text where there are several servers; null on the last one.',
        }),
      },
      { ...CLOSED, description: 'A page.' },
    ),
  },
};
