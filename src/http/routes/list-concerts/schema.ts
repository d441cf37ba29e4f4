import Type from 'typebox';
import { awayProperties } from '../../answers/away.ts';
import {
  CLOSED,
  ConcertId,
  currencyProperties,
  LocalText,
  Money,
  NotModified,
  PerformanceId,
  shared,
  Time,
  TimeOrNull,
} from '../../answers/schemas.ts';

/** A performance's sale: the operator's state, the window, and the effective state now. */
export const saleProperties = {
  venueId: Type.String(),
  venueName: LocalText,
  timeZone: Type.String({
    description: "The venue's IANA time zone, in which its times are announced.",
    examples: ['Europe/Berlin'],
  }),
  sections: Type.Unsafe<readonly { readonly id: string; readonly name: Readonly<Record<string, string>> }[]>(
    Type.Array(Type.Object({ id: Type.String(), name: LocalText }, CLOSED), {
      description: "The venue's sections that have a name, in the map's order.",
    }),
  ),
  startsAt: Time,
  saleState: Type.Enum(['open', 'paused', 'closed', 'cancelled'], {
    description: 'What the operator has set.',
  }),
  sale: Type.Enum(['not_yet', 'open', 'paused', 'ended', 'cancelled'], {
    description: 'The effective state now, with the window.',
  }),
  saleOpensAt: Time,
  saleClosesAt: TimeOrNull,
  refundableUntil: TimeOrNull,
  holdSeconds: Type.Integer({ description: 'How long a hold lasts.' }),
  seatLimit: Type.Unsafe<number | null>({
    type: ['integer', 'null'],
    description: 'Seats per account, holds and purchases together; null when there is no limit.',
  }),
};

export const concertProperties = {
  id: ConcertId,
  title: LocalText,
  description: LocalText,
  ...currencyProperties,
  ...awayProperties,
  performances: Type.Array(
    Type.Object(
      {
        id: PerformanceId,
        ...saleProperties,
        soldOut: Type.Boolean({
          description:
            'Whether the sale is open and every seat was sold when last looked at, a few seconds ago.',
        }),
        grades: Type.Array(Type.Object({ grade: Type.String(), price: Money }, CLOSED)),
      },
      CLOSED,
    ),
  ),
};

export const Concert = Type.Object(concertProperties, {
  ...CLOSED,
  $id: 'Concert',
  description: 'A concert with its performances, by start.',
});

export const listConcertsSchema = {
  tags: ['catalogue'],
  operationId: 'listConcerts',
  summary: 'List concerts',
  description:
    'Every concert with its performances, categories and prices. Read a performance for its free seats.',
  response: {
    200: Type.Object(
      { ...awayProperties, concerts: Type.Array(shared(Concert)) },
      { ...CLOSED, description: 'Every concert.' },
    ),
    304: NotModified,
  },
};
