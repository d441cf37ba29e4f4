import Type from 'typebox';
import { SEAT_CURSOR_LENGTH_MAX } from '../../../seats/cursor.ts';
import { CLOSED, performanceParams, shared, Time } from '../../answers/schemas.ts';
import { saleProperties } from '../list-concerts/schema.ts';

const DESCRIPTION = `Server-sent events, at most four a second, that tell what changes from a cursor on. Nothing is missed, and
nothing is repeated as history: an event tells the states as they are now. The schema lists the events with their fields
\`event\`, \`id\` and \`data\`, which is JSON in one line.

A comment comes every 15 seconds. A client that does not read is cut off; it continues where it was with \`Last-Event-ID\`.`;

const SeatNumbers = Type.Optional(
  Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1, examples: [[12, 13]] }),
);

export const SeatsEvent = Type.Object(
  {
    event: Type.Literal('seats'),
    id: Type.String({ description: 'The cursor behind these changes.' }),
    data: Type.Object({ at: Time, free: SeatNumbers, held: SeatNumbers, sold: SeatNumbers }, CLOSED),
  },
  {
    ...CLOSED,
    $id: 'SeatsEvent',
    description: 'Seat numbers by their new state; a state without a seat is left out.',
  },
);

const { saleState, sale, saleOpensAt, saleClosesAt } = saleProperties;

export const SaleEvent = Type.Object(
  {
    event: Type.Literal('sale'),
    data: Type.Object({ at: Time, saleState, sale, saleOpensAt, saleClosesAt }, CLOSED),
  },
  {
    ...CLOSED,
    $id: 'SaleEvent',
    description: 'The sale as in the performance, first of all and whenever it changes.',
  },
);

export const ResetEvent = Type.Object(
  { event: Type.Literal('reset'), data: Type.Object({}, CLOSED) },
  {
    ...CLOSED,
    $id: 'ResetEvent',
    description:
      "The cursor can't be continued or the seat map has changed. Read map and seats again and connect with the new " +
      'cursor; the stream ends.',
  },
);

const Events = Type.Array(Type.Union([SeatsEvent, SaleEvent, ResetEvent].map((event) => shared(event))));

const CURSOR = 'the `cursor` of the seats, or the `id` of an event';

export const seatEventsSchema = {
  tags: ['catalogue'],
  operationId: 'watchSeats',
  summary: 'Watch the seats',
  description: DESCRIPTION,
  params: performanceParams,
  querystring: Type.Object(
    {
      cursor: Type.Optional(
        Type.String({
          maxLength: SEAT_CURSOR_LENGTH_MAX,
          description: `Where to begin: ${CURSOR}. Without one, the first event has every seat.`,
        }),
      ),
    },
    CLOSED,
  ),
  headers: Type.Object({
    'last-event-id': Type.Optional(
      Type.String({
        maxLength: SEAT_CURSOR_LENGTH_MAX,
        description: `Where to continue: ${CURSOR}. It overrides the query; browsers send it when they reconnect.`,
      }),
    ),
  }),
  response: {
    200: {
      description: 'The stream of events.',
      content: {
        'text/event-stream': {
          schema: Type.String({ contentMediaType: 'text/event-stream', contentSchema: Events }),
        },
      },
    },
  },
};
