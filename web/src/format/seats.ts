/** Seats as the reader writes them: the same name on the map, in the list, at checkout, on the ticket and for the operator. */
import { local, t } from '../i18n/language.ts';
import { count, countOf } from './numbers.ts';

/** A section of a hall; the catalogue may give it a name. */
export interface Section {
  readonly id: string;
  readonly name?: Readonly<Record<string, string>>;
}

/** `1층 A구역`, `Stalls A`; without a name `A구역`, `Section A`. */
export function sectionName({ id, name }: Section): string {
  return local(name) || t({ ko: `${id}구역`, en: `Section ${id}` });
}

/** Of the label `A-2-5`: `1층 A구역 2열 5번`, `Stalls A, row 2, seat 5`. */
export function seatName(label: string, sections: readonly Section[]): string {
  return seatNames([label], sections);
}

/** Several seats, those of one row together: `1층 A구역 2열 5번, 6번`, `Stalls A, row 2, seats 5 and 6`. */
export function seatNames(labels: readonly string[], sections: readonly Section[]): string {
  const rows = new Map<string, string[]>();
  for (const label of labels) {
    const [section, row, seat] = label.split('-');
    // The service writes `#12` for a seat that its map does not know.
    const key = seat === undefined ? label : `${section}-${row}`;
    rows.set(key, [...(rows.get(key) ?? []), ...(seat === undefined ? [] : [seat])]);
  }
  return [...rows]
    .map(([row, seats]) => (seats.length === 0 ? row : inRow(row, seats, sections)))
    .join(t({ ko: ' · ', en: '; ' }));
}

function inRow(key: string, seats: readonly string[], sections: readonly Section[]): string {
  const { section, place } = partsOf(key, seats, sections);
  return t({ ko: `${section} ${place}`, en: `${section}, ${place}` });
}

export interface SeatParts {
  readonly section: string;
  /** Row and seat: `2열 5번`, `row 2, seat 5`. */
  readonly place: string;
}

/** A seat's name in two parts, of which a ticket writes the second one large. */
export function seatParts(label: string, sections: readonly Section[]): SeatParts {
  const [section, row, seat] = label.split('-');
  return seat === undefined ? { section: '', place: label } : partsOf(`${section}-${row}`, [seat], sections);
}

function partsOf(key: string, seats: readonly string[], sections: readonly Section[]): SeatParts {
  const [id = '', row] = key.split('-');
  return {
    section: sectionName(sections.find((one) => one.id === id) ?? { id }),
    // A number stays on the line of its word.
    place: t({
      ko: `${row}열 ${seats.map((seat) => `${seat}번`).join(', ')}`,
      en: `row\u00a0${row}, ${seats.length === 1 ? 'seat' : 'seats'}\u00a0${LIST.format(seats)}`,
    }),
  };
}

const LIST = new Intl.ListFormat('en-GB');

export function seatCount(number: number): string {
  return t({ ko: `${count(number)}석`, en: countOf(number, 'seat') });
}

export function seatsLeft(number: number): string {
  if (number === 0) return t({ ko: '남은 자리 없음', en: 'none left' });
  return t({ ko: `${count(number)}석 남음`, en: `${count(number)} left` });
}

/** The seats of a reservation that are not refunded, by label. */
export function keptSeatsOf({
  seats,
  refundedSeats,
}: {
  readonly seats: readonly string[];
  readonly refundedSeats: readonly string[];
}): readonly string[] {
  return seats.filter((seat) => !refundedSeats.includes(seat));
}
