import Type from 'typebox';
import { SEAT_CURSOR_LENGTH_MAX } from '../../../seats/cursor.ts';
import { CLOSED, performanceParams } from '../../answers/schemas.ts';

const DESCRIPTION = `Server-sent events, at most four a second, that tell what changes from a cursor on. Nothing is missed, and
nothing is repeated as history: an event tells the states as they are now.

- \`seats\`: seat numbers by their new state, \`{"at":"2026-05-01T10:05:00.000Z","free":[12,13],"held":[5],"sold":[7]}\`; lists
  without a seat are left out. Its \`id\` is the cursor behind it.
- \`sale\`: \`{"at","saleState","sale","saleOpensAt","saleClosesAt"}\` as in the performance, first of all and whenever it changes.
- \`reset\`: the cursor can't be continued or the seat map has changed. Read map and seats again and connect with the new
  cursor; the stream ends.

A comment comes every 15 seconds. A client that does not read is cut off; it continues where it was with \`Last-Event-ID\`.`;

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
      content: { 'text/event-stream': { schema: Type.String() } },
    },
  },
};
