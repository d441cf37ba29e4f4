/** What the map says, in both languages. */
import type { Text } from '../i18n/language.ts';
import { money } from '../format/money.ts';
import type { Section } from '../format/seats.ts';
import { seatName } from '../format/seats.ts';
import { t } from '../i18n/language.ts';
import type { SeatState } from '../live/seat-states.ts';
import type { Grades, MapSeat } from './map-document.ts';

export const TEXTS = {
  map: { ko: '좌석 배치도', en: 'Seat map' },
  how: {
    ko: '화살표 키로 좌석을 옮겨 다니고 엔터나 스페이스로 선택합니다. 더하기와 빼기로 확대·축소하고 0으로 전체를 봅니다.',
    en: 'Arrow keys move between seats, Enter or Space chooses one. Plus and minus zoom, 0 shows everything.',
  },
  larger: { ko: '확대', en: 'Zoom in' },
  smaller: { ko: '축소', en: 'Zoom out' },
  whole: { ko: '전체 보기', en: 'Show everything' },
  free: { ko: '선택 가능', en: 'available' },
  held: { ko: '다른 사람이 선점 중', en: 'held by someone else' },
  heldShort: { ko: '선점 중', en: 'held' },
  freeShort: { ko: '빈 좌석', en: 'free' },
  sold: { ko: '판매됨', en: 'sold' },
  none: { ko: '확인 중', en: 'state not known yet' },
  mine: { ko: '내 좌석', en: 'yours' },
  selected: { ko: '선택함', en: 'chosen' },
  onlyFree: { ko: '선택 가능한 좌석만', en: 'Only available seats' },
  noneFree: { ko: '선택 가능한 좌석이 없습니다.', en: 'No seat is available here.' },
  legend: { ko: '등급과 좌석 상태', en: 'Categories and seat states' },
} as const satisfies Record<string, Text>;

export function gradeText(grade: string): string {
  return t({ ko: `${grade}석`, en: grade });
}

export function rowText(row: string): string {
  return t({ ko: `${row}열`, en: `Row ${row}` });
}

export type Shown = SeatState | 'mine' | 'selected';

/** Everything about a seat in a sentence: A구역 3열 12번, R석 154,000원, 선택 가능. */
export function seatText(seat: MapSeat, sections: readonly Section[], grades: Grades, shown: Shown): string {
  const price = grades.find(({ grade }) => grade === seat.grade)?.price;
  const costs = `${gradeText(seat.grade)}${price === undefined ? '' : ` ${money(price)}`}`;
  return `${seatName(seat.label, sections)}, ${costs}, ${t(TEXTS[shown])}`;
}
