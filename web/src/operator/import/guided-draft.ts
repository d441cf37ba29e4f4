/** What has been typed into the guided form, and what of it collides with what there is. */
import type { Currency } from '../../../../src/domain/currency.ts';
import { CURRENCY_DEFAULT, currencyOf } from '../../../../src/domain/currency.ts';
import type { Text } from '../../i18n/language.ts';
import type { Concert } from '../answers.ts';
import type { GuidedForm, GuidedName, GuidedSection } from './guided-catalogue.ts';
import { idFrom, unusedId } from './guided-catalogue.ts';
import { ownTimeZone } from './local-time.ts';

/** Numbers stand as they are typed; the form's own rules keep them numbers. */
export interface GuidedDraft {
  /** Empty for a new concert. */
  readonly concertId: string;
  readonly newConcertId: string;
  readonly titleKo: string;
  readonly titleEn: string;
  /** Empty for a new venue. */
  readonly venueId: string;
  readonly newVenueId: string;
  readonly venueKo: string;
  readonly venueEn: string;
  /** Of a new venue. */
  readonly timeZone: string;
  /** Of a catalogue that is empty so far. */
  readonly currency: string;
  readonly sections: readonly GuidedSection[];
  readonly performanceId: string;
  readonly startsAt: string;
  readonly opensAt: string;
  readonly closesAt: string;
  readonly refundableUntil: string;
  readonly holdMinutes: number;
  readonly seatLimit: number;
  readonly saleState: 'open' | 'paused';
  readonly prices: Readonly<Record<string, number>>;
}

export const EMPTY_DRAFT: GuidedDraft = {
  concertId: '',
  newConcertId: '',
  titleKo: '',
  titleEn: '',
  venueId: '',
  newVenueId: '',
  venueKo: '',
  venueEn: '',
  timeZone: ownTimeZone(),
  currency: CURRENCY_DEFAULT,
  sections: [{ id: 'A', grade: 'R', rows: 10, seatsPerRow: 20 }],
  performanceId: '',
  startsAt: '',
  opensAt: '',
  closesAt: '',
  refundableUntil: '',
  holdMinutes: 5,
  seatLimit: 4,
  saleState: 'open',
  prices: {},
};

export interface KnownVenue {
  readonly id: string;
  readonly name: Readonly<Record<string, string>>;
  /** The dearest first. */
  readonly grades: readonly string[];
  readonly timeZone: string;
}

/** What the catalogue shows; a venue without a performance is not in it. */
export interface Known {
  /** Undefined while there is no concert. */
  readonly currency: Currency | undefined;
  readonly concerts: readonly Concert[];
  readonly venues: readonly KnownVenue[];
  readonly performanceIds: ReadonlySet<string>;
}

export function knownOf(concerts: readonly Concert[]): Known {
  const performances = concerts.flatMap((concert) => concert.performances);
  const venues = new Map(
    performances.map(({ venueId, venueName, timeZone, grades }) => [
      venueId,
      { id: venueId, name: venueName, timeZone, grades: grades.map(({ grade }) => grade) },
    ]),
  );
  return {
    currency: concerts[0],
    concerts,
    venues: [...venues.values()],
    performanceIds: new Set(performances.map(({ id }) => id)),
  };
}

/** The grades that need a price, in the order in which they are shown. */
export function gradesOf(draft: GuidedDraft, { venues }: Known): readonly string[] {
  if (draft.venueId !== '') return venues.find(({ id }) => id === draft.venueId)?.grades ?? [];
  return [...new Set(draft.sections.map(({ grade }) => grade).filter((grade) => grade !== ''))];
}

export function timeZoneOf(draft: GuidedDraft, { venues }: Known): string {
  return venues.find(({ id }) => id === draft.venueId)?.timeZone ?? draft.timeZone;
}

/** Undefined when none is chosen that there is. */
export function currencyOfDraft(draft: GuidedDraft, { currency }: Known): Currency | undefined {
  return currency ?? currencyOf(draft.currency);
}

/** The ids that are taken where none is typed. */
export function idsOf(
  draft: GuidedDraft,
  { performanceIds }: Known,
): { readonly concert: string; readonly venue: string; readonly performance: string } {
  const concert = draft.concertId || draft.newConcertId || idFrom(draft.titleEn);
  return {
    concert,
    venue: draft.venueId || draft.newVenueId || idFrom(draft.venueEn),
    performance: draft.performanceId || unusedId(concert, performanceIds),
  };
}

/**
 * An import brings in line what it names. So a form that makes something new must not name what there is: it would change
 * a hall or a performance that is on sale.
 */
export function conflictsOf(draft: GuidedDraft, known: Known): readonly Text[] {
  const ids = idsOf(draft, known);
  const found: Text[] = [];
  const missing = ids.concert === '' || ids.venue === '' || ids.performance === '';
  if (missing) {
    found.push({
      ko: '영어 이름이 없으면 ID를 직접 적어야 합니다.',
      en: 'Without an English name, enter the ID yourself.',
    });
  }
  if (draft.concertId === '' && known.concerts.some(({ id }) => id === ids.concert)) {
    found.push({
      ko: `공연 ID ${ids.concert}은(는) 이미 있습니다. 있는 공연에서 고르거나 다른 ID를 쓰세요.`,
      en: `There is a concert ${ids.concert} already. Choose it above, or use another ID.`,
    });
  }
  if (draft.venueId === '' && known.venues.some(({ id }) => id === ids.venue)) {
    found.push({
      ko: `공연장 ID ${ids.venue}은(는) 이미 있습니다. 있는 공연장에서 고르거나 다른 ID를 쓰세요.`,
      en: `There is a venue ${ids.venue} already. Choose it above, or use another ID.`,
    });
  }
  if (known.performanceIds.has(ids.performance)) {
    found.push({
      ko: `회차 ID ${ids.performance}은(는) 이미 있습니다.`,
      en: `There is a performance ${ids.performance} already.`,
    });
  }
  return found;
}

export function formOf(draft: GuidedDraft, known: Known): GuidedForm {
  const ids = idsOf(draft, known);
  const concert = known.concerts.find(({ id }) => id === draft.concertId);
  const { startsAt, opensAt, closesAt, refundableUntil, holdMinutes, seatLimit, saleState } = draft;
  const { sections } = draft;
  return {
    currency: currencyOfDraft(draft, known)?.currency ?? draft.currency,
    timeZone: timeZoneOf(draft, known),
    concert: {
      id: ids.concert,
      title: concert === undefined ? { ko: draft.titleKo, en: draft.titleEn } : nameOf(concert.title),
      // A concert that is imported without its description loses it.
      ...(concert !== undefined &&
        hasBoth(concert.description) && { description: nameOf(concert.description) }),
    },
    venue:
      draft.venueId === ''
        ? { kind: 'new', id: ids.venue, name: { ko: draft.venueKo, en: draft.venueEn }, sections }
        : { kind: 'existing', id: draft.venueId },
    performance: {
      id: ids.performance,
      startsAt,
      opensAt,
      closesAt,
      refundableUntil,
      holdMinutes,
      seatLimit,
      saleState,
      prices: gradesOf(draft, known).map((grade) => ({ grade, price: draft.prices[grade] ?? 0 })),
    },
  };
}

function nameOf(text: Readonly<Record<string, string>>): GuidedName {
  return { ko: text['ko'] ?? '', en: text['en'] ?? '' };
}

function hasBoth(text: Readonly<Record<string, string>>): boolean {
  return text['ko'] !== undefined && text['en'] !== undefined;
}
