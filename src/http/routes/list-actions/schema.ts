import Type from 'typebox';
import { CLOSED, Next, pageQuery, PerformanceId, Time } from '../../answers/schemas.ts';

const IdOrNull = Type.Unsafe<string | null>({ type: ['string', 'null'] });

const Action = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'Rises from action to action, with gaps.' }),
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
  querystring: Type.Object({ ...pageQuery.properties, performanceId: Type.Optional(PerformanceId) }, CLOSED),
  response: {
    200: Type.Object({ actions: Type.Array(Action), next: Next }, { ...CLOSED, description: 'A page.' }),
  },
};
