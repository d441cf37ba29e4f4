/** The fields of the guided form, in three parts. */
import type { JSX } from 'preact';
import type { Currency } from '../../../../src/domain/currency.ts';
import { CURRENCY_CODES } from '../../../../src/domain/currency.ts';
import { AmountField } from '../../components/amount-field.tsx';
import { count } from '../../format/numbers.ts';
import type { Text } from '../../i18n/language.ts';
import { local, t } from '../../i18n/language.ts';
import type { GuidedSection } from './guided-catalogue.ts';
import type { GuidedDraft, Known } from './guided-draft.ts';
import { IdField, NumberField, Part, TextField } from './form-fields.tsx';
import { currencyOfDraft, gradesOf, idsOf, timeZoneOf } from './guided-draft.ts';

const TEXTS = {
  concert: { ko: '1. 공연', en: '1. Concert' },
  whichConcert: { ko: '어느 공연인가요', en: 'Concert' },
  newConcert: { ko: '새 공연', en: 'New concert' },
  titleKo: { ko: '한국어 제목', en: 'Title in Korean' },
  titleEn: { ko: '영어 제목', en: 'Title in English' },
  concertId: { ko: '공연 ID (a–z, 0–9, 하이픈)', en: 'Concert ID (a–z, 0–9, -)' },
  venueId: { ko: '공연장 ID (a–z, 0–9, 하이픈)', en: 'Venue ID (a–z, 0–9, -)' },
  performanceId: { ko: '회차 ID (a–z, 0–9, 하이픈)', en: 'Performance ID (a–z, 0–9, -)' },
  venue: { ko: '2. 공연장', en: '2. Venue' },
  whichVenue: { ko: '어느 공연장인가요', en: 'Which venue' },
  newVenue: { ko: '새 공연장', en: 'New venue' },
  nameKo: { ko: '한국어 이름', en: 'Name in Korean' },
  nameEn: { ko: '영어 이름', en: 'Name in English' },
  section: { ko: '구역', en: 'Section' },
  grade: { ko: '등급', en: 'Category' },
  rows: { ko: '열', en: 'Rows' },
  seatsPerRow: { ko: '열당 좌석 수', en: 'Seats per row' },
  addSection: { ko: '구역 추가', en: 'Add a section' },
  removeSection: { ko: '구역 빼기', en: 'Remove section' },
  arrangement: {
    ko: '무대 앞에서부터 세 구역씩 나란히 놓입니다.',
    en: 'Sections are placed three side by side, the first ones nearest the stage.',
  },
  performance: { ko: '3. 회차와 가격', en: '3. Performance and prices' },
  startsAt: { ko: '공연 시작', en: 'Starts' },
  opensAt: { ko: '판매 시작', en: 'Sale opens' },
  closesAt: { ko: '판매 마감 (선택)', en: 'Sale closes (optional)' },
  refundableUntil: { ko: '환불 마감 (선택)', en: 'Refunds until (optional)' },
  currency: { ko: '통화', en: 'Currency' },
  timeZone: { ko: '공연장 시간대', en: 'Time zone of the venue' },
  holdMinutes: { ko: '선점 시간(분)', en: 'Hold time (minutes)' },
  seatLimit: { ko: '1인 좌석 한도 (0은 없음)', en: 'Seats per account (0: no limit)' },
  saleState: { ko: '판매 상태', en: 'Sale' },
  open: { ko: '시각이 되면 판매', en: 'Opens automatically at that time' },
  paused: { ko: '일시 중지 상태로 만들기', en: 'Create paused' },
} as const satisfies Record<string, Text>;

const CODE = '[A-Za-z0-9]{1,12}';

export interface FieldsProps {
  readonly draft: GuidedDraft;
  readonly known: Known;
  readonly change: (part: Partial<GuidedDraft>) => void;
}

export function ConcertFields({ draft, known, change }: FieldsProps): JSX.Element {
  return (
    <Part title={t(TEXTS.concert)}>
      {known.concerts.length > 0 && (
        <label class="field op-search">
          {t(TEXTS.whichConcert)}
          <select
            value={draft.concertId}
            onChange={(event) => change({ concertId: event.currentTarget.value })}
          >
            <option value="">{t(TEXTS.newConcert)}</option>
            {known.concerts.map(({ id, title }) => (
              <option key={id} value={id}>
                {local(title)}
              </option>
            ))}
          </select>
        </label>
      )}
      {draft.concertId === '' && (
        <div class="op-fields grid">
          <TextField
            label={t(TEXTS.titleKo)}
            value={draft.titleKo}
            onText={(titleKo) => change({ titleKo })}
          />
          <TextField
            label={t(TEXTS.titleEn)}
            value={draft.titleEn}
            required={false}
            onText={(titleEn) => change({ titleEn })}
          />
          <IdField
            label={t(TEXTS.concertId)}
            value={draft.newConcertId}
            suggested={idsOf(draft, known).concert}
            onText={(newConcertId) => change({ newConcertId })}
          />
        </div>
      )}
    </Part>
  );
}

export function VenueFields({ draft, known, change }: FieldsProps): JSX.Element {
  return (
    <Part title={t(TEXTS.venue)}>
      {known.venues.length > 0 && (
        <label class="field op-search">
          {t(TEXTS.whichVenue)}
          <select value={draft.venueId} onChange={(event) => change({ venueId: event.currentTarget.value })}>
            <option value="">{t(TEXTS.newVenue)}</option>
            {known.venues.map(({ id, name }) => (
              <option key={id} value={id}>
                {local(name)}
              </option>
            ))}
          </select>
        </label>
      )}
      {draft.venueId === '' && (
        <>
          <div class="op-fields grid">
            <TextField
              label={t(TEXTS.nameKo)}
              value={draft.venueKo}
              onText={(venueKo) => change({ venueKo })}
            />
            <TextField
              label={t(TEXTS.nameEn)}
              value={draft.venueEn}
              required={false}
              onText={(venueEn) => change({ venueEn })}
            />
            <IdField
              label={t(TEXTS.venueId)}
              value={draft.newVenueId}
              suggested={idsOf(draft, known).venue}
              onText={(newVenueId) => change({ newVenueId })}
            />
          </div>
          <label class="field op-search">
            {t(TEXTS.timeZone)}
            <select
              value={draft.timeZone}
              onChange={(event) => change({ timeZone: event.currentTarget.value })}
            >
              {timeZones(draft.timeZone).map((zone) => (
                <option key={zone}>{zone}</option>
              ))}
            </select>
          </label>
          <Sections sections={draft.sections} onSections={(sections) => change({ sections })} />
        </>
      )}
    </Part>
  );
}

/** Every zone that the browser knows, and the one that is chosen. */
function timeZones(chosen: string): readonly string[] {
  return [...new Set([chosen, ...Intl.supportedValuesOf('timeZone'), 'UTC'])].toSorted();
}

interface SectionsProps {
  readonly sections: readonly GuidedSection[];
  readonly onSections: (sections: readonly GuidedSection[]) => void;
}

const SECTIONS_MAX = 26;

function Sections({ sections, onSections }: SectionsProps): JSX.Element {
  const change = (index: number, part: Partial<GuidedSection>): void =>
    onSections(sections.map((section, i) => (i === index ? { ...section, ...part } : section)));
  const add = (): void => {
    const last = sections.at(-1) ?? { grade: 'R', rows: 10, seatsPerRow: 20 };
    const used = new Set(sections.map(({ id }) => id));
    const letters = Array.from({ length: SECTIONS_MAX }, (_, i) => String.fromCodePoint(65 + i));
    const id = letters.find((letter) => !used.has(letter)) ?? '';
    onSections([...sections, { ...last, id }]);
  };
  const seats = sections.reduce((sum, { rows, seatsPerRow }) => sum + rows * seatsPerRow, 0);
  return (
    <>
      <ul class="stack-tight">
        {sections.map((section, index) => (
          <li key={index} class="op-section">
            <TextField
              label={t(TEXTS.section)}
              value={section.id}
              pattern={CODE}
              onText={(id) => change(index, { id })}
            />
            <TextField
              label={t(TEXTS.grade)}
              value={section.grade}
              pattern={CODE}
              onText={(grade) => change(index, { grade })}
            />
            <NumberField
              label={t(TEXTS.rows)}
              value={section.rows}
              min={1}
              max={200}
              onNumber={(rows) => change(index, { rows })}
            />
            <NumberField
              label={t(TEXTS.seatsPerRow)}
              value={section.seatsPerRow}
              min={1}
              max={500}
              onNumber={(seatsPerRow) => change(index, { seatsPerRow })}
            />
            <button
              type="button"
              class="button-quiet"
              disabled={sections.length === 1}
              onClick={() => onSections(sections.filter((_, i) => i !== index))}
            >
              <span aria-hidden="true">−</span>
              <span class="visually-hidden">
                {t(TEXTS.removeSection)} {section.id}
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="row between">
        <button type="button" class="button-quiet" disabled={sections.length >= SECTIONS_MAX} onClick={add}>
          <span aria-hidden="true">+</span> {t(TEXTS.addSection)}
        </button>
        <span>{t({ ko: `모두 ${count(seats)}석`, en: `${count(seats)} seats in all` })}</span>
      </div>
      <p class="soft small">{t(TEXTS.arrangement)}</p>
    </>
  );
}

const TIMES = ['startsAt', 'opensAt', 'closesAt', 'refundableUntil'] as const;

export function PerformanceFields({ draft, known, change }: FieldsProps): JSX.Element {
  const currency = currencyOfDraft(draft, known);
  return (
    <Part title={t(TEXTS.performance)}>
      <div class="op-fields grid">
        {TIMES.map((name) => (
          <label key={name} class="field">
            {t(TEXTS[name])}
            <input
              type="datetime-local"
              required={name === 'startsAt' || name === 'opensAt'}
              value={draft[name]}
              onInput={(event) => change({ [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <p class="soft small">{timesWords(timeZoneOf(draft, known))}</p>
      {known.currency === undefined && (
        <label class="field op-search">
          {t(TEXTS.currency)}
          <select
            value={draft.currency}
            onChange={(event) => change({ currency: event.currentTarget.value, prices: {} })}
          >
            {CURRENCY_CODES.map((code) => (
              <option key={code}>{code}</option>
            ))}
          </select>
        </label>
      )}
      <div class="op-fields grid">
        {currency !== undefined &&
          gradesOf(draft, known).map((grade) => (
            <AmountField
              key={`${grade} ${currency.currency}`}
              label={priceWords(grade, currency)}
              amount={draft.prices[grade] ?? Number.NaN}
              currency={currency}
              min={0}
              max={1_000_000_000}
              onAmount={(price) => change({ prices: { ...draft.prices, [grade]: price } })}
            />
          ))}
      </div>
      <div class="op-fields grid">
        <NumberField
          label={t(TEXTS.holdMinutes)}
          value={draft.holdMinutes}
          min={1}
          max={1_440}
          onNumber={(holdMinutes) => change({ holdMinutes })}
        />
        <NumberField
          label={t(TEXTS.seatLimit)}
          value={draft.seatLimit}
          min={0}
          max={1_000}
          onNumber={(seatLimit) => change({ seatLimit })}
        />
        <label class="field">
          {t(TEXTS.saleState)}
          <select
            value={draft.saleState}
            onChange={(event) =>
              change({ saleState: event.currentTarget.value === 'paused' ? 'paused' : 'open' })
            }
          >
            <option value="open">{t(TEXTS.open)}</option>
            <option value="paused">{t(TEXTS.paused)}</option>
          </select>
        </label>
        <IdField
          label={t(TEXTS.performanceId)}
          value={draft.performanceId}
          suggested={idsOf(draft, known).performance}
          onText={(performanceId) => change({ performanceId })}
        />
      </div>
    </Part>
  );
}

function timesWords(timeZone: string): string {
  return t({ ko: `시각은 공연장 시각(${timeZone})입니다.`, en: `Times are the venue's (${timeZone}).` });
}

function priceWords(grade: string, { currency }: Currency): string {
  return t({ ko: `${grade} 가격(${currency})`, en: `Price of ${grade} (${currency})` });
}
