/** The catalogue document that the guided form sends: one concert with one performance, and its venue where it is new. */
import type { ImportCatalogueBody } from '../../api/types.ts';
import { localTime } from './local-time.ts';

type Venue = ImportCatalogueBody['venues'][number];

export interface GuidedSection {
  readonly id: string;
  readonly grade: string;
  readonly rows: number;
  readonly seatsPerRow: number;
}

export interface GuidedName {
  readonly ko: string;
  readonly en: string;
}

export interface GuidedForm {
  /** An ISO 4217 code: of the catalogue that there is, or chosen for the first one. */
  readonly currency: string;
  /** The venue's IANA time zone, in which the times are typed. */
  readonly timeZone: string;
  readonly concert: { readonly id: string; readonly title: GuidedName; readonly description?: GuidedName };
  readonly venue:
    | { readonly kind: 'existing'; readonly id: string }
    | {
        readonly kind: 'new';
        readonly id: string;
        readonly name: GuidedName;
        readonly sections: readonly GuidedSection[];
      };
  readonly performance: {
    readonly id: string;
    /** The venue's local times, as `<input type="datetime-local">` gives them; an empty one is left out. */
    readonly startsAt: string;
    readonly opensAt: string;
    readonly closesAt: string;
    readonly refundableUntil: string;
    readonly holdMinutes: number;
    /** 0 for none. */
    readonly seatLimit: number | null;
    readonly saleState: 'open' | 'paused';
    readonly prices: readonly { readonly grade: string; readonly price: number }[];
  };
}

/** The document, in the form that docs/catalogue.md describes. */
export function guidedCatalogue(form: GuidedForm): ImportCatalogueBody {
  const { currency, timeZone, concert, venue, performance } = form;
  const timeOf = (local: string): string => localTime(local, timeZone);
  const { id, startsAt, opensAt, closesAt, refundableUntil, holdMinutes, seatLimit, saleState, prices } =
    performance;
  return {
    currency,
    venues:
      venue.kind === 'existing'
        ? []
        : [{ id: venue.id, name: named(venue.name), timeZone, ...hallOf(venue.sections) }],
    concerts: [
      {
        id: concert.id,
        title: named(concert.title),
        ...(concert.description !== undefined && { description: concert.description }),
        performances: [
          {
            id,
            venue: venue.id,
            startsAt: timeOf(startsAt),
            sale: {
              opensAt: timeOf(opensAt),
              ...(closesAt !== '' && { closesAt: timeOf(closesAt) }),
              state: saleState,
            },
            ...(refundableUntil !== '' && { refundableUntil: timeOf(refundableUntil) }),
            holdSeconds: Math.round(holdMinutes * 60),
            seatLimit: seatLimit === 0 ? null : seatLimit,
            prices: Object.fromEntries(prices.map(({ grade, price }) => [grade, price])),
          },
        ],
      },
    ],
  };
}

/** A name in one language only is used for both. */
function named({ ko, en }: GuidedName): GuidedName {
  return { ko: ko.trim() || en.trim(), en: en.trim() || ko.trim() };
}

// In metres, as in a real hall: chairs, rows, and aisles wide enough that nobody takes them for a gap between chairs.
const SEAT_STEP = 0.55;
const ROW_STEP = 0.9;
const AISLE = 1.6;
const SECTIONS_SIDE_BY_SIDE = 3;
const STAGE_DEPTH = 3;
const STAGE_DISTANCE = 2.5;

/** Sections by threes, side by side, before a stage that is above them on the map. */
function hallOf(sections: readonly GuidedSection[]): Pick<Venue, 'outline' | 'sections'> {
  const tiers = Array.from({ length: Math.ceil(sections.length / SECTIONS_SIDE_BY_SIDE) }, (_, i) =>
    sections.slice(i * SECTIONS_SIDE_BY_SIDE, (i + 1) * SECTIONS_SIDE_BY_SIDE),
  );
  const placed: Venue['sections'] = [];
  let top = 0;
  for (const tier of tiers) {
    let left = -widthOf(tier) / 2;
    for (const { id, grade, rows, seatsPerRow } of tier) {
      const width = seatsPerRow * SEAT_STEP;
      const origin: [number, number] = [rounded(left + width / 2), rounded(top)];
      const block = { grade, origin, rows: Array.from({ length: rows }, () => seatsPerRow) };
      placed.push({ id, blocks: [{ ...block, seatStep: [SEAT_STEP, 0], rowStep: [0, ROW_STEP] }] });
      left += width + AISLE;
    }
    top += Math.max(...tier.map(({ rows }) => rows)) * ROW_STEP + AISLE;
  }
  const stageWidth = rounded(Math.max(4, widthOf(tiers[0] ?? []) * 0.7));
  return {
    outline: [
      {
        shape: 'rectangle',
        at: [rounded(-stageWidth / 2), -STAGE_DISTANCE - STAGE_DEPTH],
        size: [stageWidth, STAGE_DEPTH],
        label: { ko: '무대', en: 'Stage' },
      },
    ],
    sections: placed,
  };
}

function widthOf(tier: readonly GuidedSection[]): number {
  return tier.reduce((sum, { seatsPerRow }) => sum + seatsPerRow * SEAT_STEP, 0) + AISLE * (tier.length - 1);
}

/** The catalogue keeps places to two decimals. */
function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** An id from a title: lower-case letters, digits and hyphens; empty when the title has none of them. */
export function idFrom(title: string): string {
  return title
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
}

/** `base`, or with the first number behind it that makes it new. */
export function unusedId(base: string, used: ReadonlySet<string>, from = 1): string {
  if (base === '') return '';
  for (let number = from; ; number += 1) {
    const id = `${base}-${number}`;
    if (!used.has(id)) return id;
  }
}
