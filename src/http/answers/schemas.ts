/** Schemas that several routes share. A schema with an `$id` appears once in the OpenAPI document. */
import Type from 'typebox';
import type { Static, TSchema, TUnsafe } from 'typebox';
import { SEATS_PER_HOLD_MAX } from '../../box-office/input-rules.ts';
import { ACCOUNT_ID_PATTERN, CATALOGUE_ID_PATTERN } from '../../domain/ids.ts';
import { AMOUNT_MAX } from '../../domain/money.ts';
import { RESERVATION_STATES } from '../../domain/states.ts';
import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from '../edge/limits.ts';

export const CLOSED = { additionalProperties: false } as const;

export const ConcertId = Type.String({
  pattern: CATALOGUE_ID_PATTERN,
  description: "A concert's id.",
  examples: ['spring-concert'],
});
export const PerformanceId = Type.String({
  pattern: CATALOGUE_ID_PATTERN,
  description: "A performance's id.",
  examples: ['spring-concert-1'],
});
export const ReservationId = Type.String({
  format: 'uuid',
  description: "A reservation's id.",
  examples: ['6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44'],
});
export const AccountId = Type.String({
  pattern: ACCOUNT_ID_PATTERN,
  description: 'An account, as a token names it.',
  examples: ['alice'],
});

/** A moment: a Date in the program, ISO 8601 in JSON. */
export const Time = Type.Unsafe<Date>({
  type: 'string',
  format: 'date-time',
  examples: ['2026-05-01T10:05:00.000Z'],
});
export const TimeOrNull = Type.Unsafe<Date | null>({ type: ['string', 'null'], format: 'date-time' });

/** An amount of money in the currency's minor unit. */
export const Money = Type.Integer({
  minimum: 0,
  maximum: AMOUNT_MAX,
  description: 'Money in minor units of the currency, which concerts, performances and the wallet name.',
  examples: [150_000],
});

/** The currency of every amount of the service. */
export const currencyProperties = {
  currency: Type.String({
    pattern: '^[A-Z]{3}$',
    description: 'The ISO 4217 code of the currency of every amount.',
    examples: ['EUR'],
  }),
  minorUnit: Type.Integer({
    minimum: 0,
    maximum: 3,
    description: 'The decimals of its minor unit: where it is 2, 1250 is 12.50.',
    examples: [2],
  }),
};

export const SeatLabels = Type.Unsafe<readonly string[]>(
  Type.Array(Type.String(), { description: 'Seats by label.', examples: [['A-1-1', 'A-1-2']] }),
);

/** Text by language (`ko`, `en`). */
export const LocalText = Type.Unsafe<Readonly<Record<string, string>>>({
  type: 'object',
  additionalProperties: { type: 'string' },
  description: 'Text by language.',
  examples: [{ ko: '봄 음악회', en: 'Spring concert' }],
});

export const performanceParams = Type.Object({ performanceId: PerformanceId });
export const reservationParams = Type.Object({ performanceId: PerformanceId, reservationId: ReservationId });

/** The part of a repeated answer that may differ from the first one. */
export const StateNow = Type.Enum([...RESERVATION_STATES], {
  description: 'The state of the reservation now, also where the rest is repeated from the first answer.',
});

/** Where a page of a list begins, and its length. The numbers arrive as text; `integersIn` parses them. */
export const pageQuery = Type.Object(
  {
    before: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: AMOUNT_MAX,
        description: "The last page's `next`; left out for the first.",
      }),
    ),
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: PAGE_SIZE_MAX,
        description: `The most entries; ${PAGE_SIZE_DEFAULT} by default.`,
      }),
    ),
  },
  CLOSED,
);

export const Next = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  description: 'The `before` of the next page; null on the last one.',
});

/** Any text without control characters; the map decides whether the seat or grade exists. */
export const Name = Type.String({ pattern: '^[^\\u0000-\\u001f\\u007f]+$', maxLength: 64 });

/** The seats that a request names. */
export const NamedSeats = Type.Array(Name, {
  minItems: 1,
  maxItems: SEATS_PER_HOLD_MAX,
  uniqueItems: true,
  description: 'Seats by label, without repeats.',
});

/** The body of a request that needs none. */
export const NoBody = Type.Unsafe<unknown>({
  type: ['object', 'null'],
  properties: {},
  additionalProperties: false,
});

/** Refers to a schema that the document defines under its `$id`. */
export function shared<Schema extends TSchema>(
  schema: Schema,
  answer: { readonly headers?: Readonly<Record<string, object>> } = {},
): TUnsafe<Static<Schema>> {
  const { $id } = schema as { readonly $id?: string };
  if ($id === undefined) throw new Error('a shared schema needs an $id');
  return Type.Unsafe<Static<Schema>>({ $ref: `${$id}#`, ...answer });
}

/** The header of an answer that made something, or changed it. */
export const Location = { Location: { type: 'string', description: 'The reservation.' } };

/** The answer to If-None-Match if the client already has the body. */
export const NotModified = Type.Unsafe<undefined>({
  type: 'null',
  description: 'Nothing has changed since the tag in If-None-Match.',
});
