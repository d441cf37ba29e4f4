import Type from 'typebox';
import { CLOSED, Time } from '../../answers/schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Milliseconds = Type.Number({ minimum: 0, description: 'Milliseconds.' });

const LatencyOrNull = Type.Union([
  Type.Object(
    { p50: Milliseconds, p99: Milliseconds },
    {
      ...CLOSED,
      description:
        'Of several processes, their medians weighted by their answers, and the highest of their 99th percentiles.',
    },
  ),
  Type.Null(),
]);
const GroupSizeOrNull = Type.Union([
  Type.Object({ mean: Type.Number({ minimum: 0 }), max: Count }, CLOSED),
  Type.Null(),
]);

const Second = Type.Object(
  {
    at: Type.Unsafe<Date>({ ...Time, description: "A whole second of the service's clock." }),
    held: Count,
    paid: Count,
    toppedUp: Count,
    refunded: Count,
    released: Count,
    revenue: Type.Integer({ description: 'Payments less refunds, in minor units.' }),
    outcomes: Type.Unsafe<Readonly<Record<string, number>>>({
      type: 'object',
      additionalProperties: Count,
      description: 'Refusals by code; those that did not occur are left out.',
      examples: [{ seat_taken: 12 }],
    }),
    latencyMs: LatencyOrNull,
    groups: Type.Integer({ minimum: 0, description: 'Decided groups, each one transaction.' }),
    groupSize: GroupSizeOrNull,
  },
  CLOSED,
);

export const readActivitySchema = {
  tags: ['admin'],
  operationId: 'readActivity',
  summary: 'Read what the service does',
  description:
    'The last 300 seconds of the service that answers, all its processes together; other services on the same database ' +
    'have their own numbers. They count answers: a request sent again with its key counts again. For actual sales, read ' +
    'the sales.',
  response: {
    200: Type.Object(
      {
        at: Time,
        process: Type.Object(
          {
            uptimeSeconds: Count,
            strategies: Type.Object(
              { topUp: Type.String(), hold: Type.String(), pay: Type.String() },
              CLOSED,
            ),
          },
          CLOSED,
        ),
        now: Type.Object(
          {
            waiting: Type.Integer({
              minimum: 0,
              description: 'Requests that wait to be decided in a group.',
            }),
            pool: Type.Object({ total: Count, idle: Count, waiting: Count }, CLOSED),
            watchers: Type.Integer({ minimum: 0, description: 'Watchers of seats.' }),
            inFlight: Type.Object(
              {
                attempts: Count,
                oldestSeconds: Type.Number({ minimum: 0, description: 'The age of the oldest.' }),
              },
              {
                ...CLOSED,
                description:
                  'Payments and refunds that are on their way between two transactions, in the whole database.',
              },
            ),
          },
          CLOSED,
        ),
        seconds: Type.Array(Second, {
          description: 'In order; seconds without an answer are left out, and the last one may not be over.',
        }),
      },
      { ...CLOSED, description: 'The last five minutes.' },
    ),
  },
};
