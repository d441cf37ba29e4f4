/**
 * The shape of a catalogue document, which `rowlock import` reads from a file and the admin API takes as its
 * body. docs/catalogue.md explains how to write one. The bounds of single values are here; `check.ts` has the
 * rules between values.
 */
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { CATALOGUE_ID_PATTERN } from '../../../domain/ids.ts';
import { PRICE_MAX } from '../../../domain/money.ts';

/** Bounds of a document, so that no file exhausts the service's memory or time. */
export const LIMITS = {
  venues: 100,
  concerts: 2_000,
  performancesPerConcert: 500,
  sectionsPerVenue: 1_000,
  blocksPerSection: 100,
  rowsPerBlock: 200,
  seatsPerRow: 500,
  seatsPerVenue: 100_000,
  /** Of all venues in one document. */
  seats: 500_000,
  /** Seats of all performances that an import concerns. */
  seatsOnSale: 2_000_000,
  /** Labels that a venue may have had over time: a removed seat keeps its number. */
  seatNumbersPerVenue: 1_000_000,
  grades: 50,
  shapes: 200,
  shapePoints: 200,
  coordinate: 9_999.99,
  textLength: 200,
  descriptionLength: 2_000,
  timeZoneLength: 64,
} as const;

/** What holds for a performance of which the document says nothing. */
export const PERFORMANCE_DEFAULTS = {
  /** Seats of one account. */
  seatLimit: 8,
  /** How often an hour one account may hold as many seats as that without paying for them. */
  holdBudget: 3,
} as const;

/** A section, a row, a seat or a grade. A hyphen is not allowed: it separates the parts of a label. */
export const CODE_PATTERN = '^[A-Za-z0-9]{1,12}$';
/** ISO 8601 with an offset, to the millisecond at most; `readTime` refuses impossible days. */
export const TIME_PATTERN =
  '^\\d{4}-\\d{2}-\\d{2}T([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d{1,3})?)?(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$';
/** `check.ts` asks whether ISO 4217 knows it. */
export const CURRENCY_PATTERN = '^[A-Z]{3}$';
/** Such as `America/Port_of_Spain` or `Etc/GMT-9`; `check-venue.ts` asks whether it is known. */
export const TIME_ZONE_PATTERN = '^[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*){0,2}$';
/**
 * At least one visible character, and none that a database or a page can't store (controls, half surrogates).
 */
export const TEXT_PATTERN = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]+$';
/**
 * The same for possibly empty texts of several lines. It is one class without an alternative: a matcher keeps
 * a position to return to for each turn of one, and a body's length of positions would overflow it.
 */
export const LONG_TEXT_PATTERN = '^[^\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\p{Cs}]*$';

const CLOSED = { additionalProperties: false } as const;

const Id = Type.String({ pattern: CATALOGUE_ID_PATTERN });
const Code = Type.String({ pattern: CODE_PATTERN });
const Time = Type.String({ pattern: TIME_PATTERN });
const Text = Type.String({ pattern: TEXT_PATTERN, maxLength: LIMITS.textLength });
const Coordinate = Type.Number({ minimum: -LIMITS.coordinate, maximum: LIMITS.coordinate });
const Point = Type.Tuple([Coordinate, Coordinate]);
const Distance = Type.Number({ minimum: 0.01, maximum: LIMITS.coordinate });

const Name = Type.Object({ ko: Text, en: Text }, CLOSED);
const LongText = Type.String({ pattern: LONG_TEXT_PATTERN, maxLength: LIMITS.descriptionLength });
const Description = Type.Object({ ko: LongText, en: LongText }, CLOSED);

const Rectangle = Type.Object(
  {
    shape: Type.Literal('rectangle'),
    at: Point,
    size: Type.Tuple([Distance, Distance]),
    label: Type.Optional(Name),
  },
  CLOSED,
);
const Circle = Type.Object(
  { shape: Type.Literal('circle'), centre: Point, radius: Distance, label: Type.Optional(Name) },
  CLOSED,
);
const Polygon = Type.Object(
  {
    shape: Type.Literal('polygon'),
    points: Type.Array(Point, { minItems: 3, maxItems: LIMITS.shapePoints }),
    label: Type.Optional(Name),
  },
  CLOSED,
);
export const OutlineShape = Type.Union([Rectangle, Circle, Polygon]);

const blockRows = {
  grade: Code,
  rows: Type.Array(Type.Integer({ minimum: 1, maximum: LIMITS.seatsPerRow }), {
    minItems: 1,
    maxItems: LIMITS.rowsPerBlock,
  }),
  firstRow: Type.Optional(Type.Integer({ minimum: 0, maximum: 9_999 })),
  rowNames: Type.Optional(Type.Array(Code, { minItems: 1, maxItems: LIMITS.rowsPerBlock })),
  firstSeat: Type.Optional(Type.Integer({ minimum: 0, maximum: 9_999 })),
};
const StraightBlock = Type.Object({ ...blockRows, origin: Point, seatStep: Point, rowStep: Point }, CLOSED);
const Arc = Type.Object(
  {
    centre: Point,
    radius: Distance,
    angle: Type.Number({ minimum: -360, maximum: 360 }),
    rowPitch: Distance,
    seatPitch: Type.Number({ minimum: -100, maximum: 100 }),
  },
  CLOSED,
);
const CurvedBlock = Type.Object({ ...blockRows, arc: Arc }, CLOSED);

const SingleSeat = Type.Object({ row: Code, seat: Code, x: Coordinate, y: Coordinate, grade: Code }, CLOSED);
const sectionHead = { id: Code, name: Type.Optional(Name) };
const BlockSection = Type.Object(
  {
    ...sectionHead,
    blocks: Type.Array(Type.Union([StraightBlock, CurvedBlock]), {
      minItems: 1,
      maxItems: LIMITS.blocksPerSection,
    }),
  },
  CLOSED,
);
const SeatSection = Type.Object(
  { ...sectionHead, seats: Type.Array(SingleSeat, { minItems: 1, maxItems: LIMITS.seatsPerVenue }) },
  CLOSED,
);

const Venue = Type.Object(
  {
    id: Id,
    name: Name,
    timeZone: Type.Optional(Type.String({ pattern: TIME_ZONE_PATTERN, maxLength: LIMITS.timeZoneLength })),
    outline: Type.Optional(Type.Array(OutlineShape, { maxItems: LIMITS.shapes })),
    focus: Type.Optional(Point),
    sections: Type.Array(Type.Union([BlockSection, SeatSection]), {
      minItems: 1,
      maxItems: LIMITS.sectionsPerVenue,
    }),
  },
  CLOSED,
);

const Sale = Type.Object(
  {
    opensAt: Time,
    closesAt: Type.Optional(Time),
    state: Type.Optional(Type.Enum(['open', 'paused', 'closed'])),
  },
  CLOSED,
);
/** A bound, or null for none. */
const OrNone = Type.Union([Type.Integer({ minimum: 1, maximum: 1_000 }), Type.Null()]);

const Performance = Type.Object(
  {
    id: Id,
    venue: Id,
    startsAt: Time,
    sale: Sale,
    refundableUntil: Type.Optional(Time),
    holdSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
    seatLimit: Type.Optional(OrNone),
    holdBudget: Type.Optional(OrNone),
    prices: Type.Record(Code, Type.Integer({ minimum: 0, maximum: PRICE_MAX }), {
      ...CLOSED,
      minProperties: 1,
      maxProperties: LIMITS.grades,
    }),
  },
  CLOSED,
);
const Concert = Type.Object(
  {
    id: Id,
    title: Name,
    description: Type.Optional(Description),
    performances: Type.Array(Performance, { maxItems: LIMITS.performancesPerConcert }),
  },
  CLOSED,
);

export const CatalogueDocument = Type.Object(
  {
    currency: Type.Optional(Type.String({ pattern: CURRENCY_PATTERN })),
    venues: Type.Array(Venue, { maxItems: LIMITS.venues }),
    concerts: Type.Array(Concert, { maxItems: LIMITS.concerts }),
  },
  CLOSED,
);

export type CatalogueDocument = Static<typeof CatalogueDocument>;
export type VenueDocument = Static<typeof Venue>;
export type SectionDocument = Static<typeof BlockSection> | Static<typeof SeatSection>;
export type BlockDocument = Static<typeof StraightBlock> | Static<typeof CurvedBlock>;
export type ConcertDocument = Static<typeof Concert>;
export type PerformanceDocument = Static<typeof Performance>;
/** A text in the languages of the box office. */
export type LocalText = Static<typeof Name>;
/** A shape that a seat-map page draws beside the seats, in their coordinates. */
export type OutlineShape = Static<typeof OutlineShape>;
