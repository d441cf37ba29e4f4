/**
 * The seat map as a list, for keyboard and screen reader: sections open to rows, and a seat is a button.
 *
 * Only open sections have rows, so that fifty thousand seats cost nothing until someone opens them; a row is drawn again
 * only when one of its own seats changed. In a section the arrow keys go from seat to seat, and Tab from row to row.
 */
import type { ReadonlySignal } from '@preact/signals';
import { useComputed, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId, useMemo, useState } from 'preact/hooks';
import { seatsLeft, sectionName } from '../format/seats.ts';
import { language, t } from '../i18n/language.ts';
import type { SeatStates } from '../live/seat-states.ts';
import { CODE, stateOf } from '../live/seat-states.ts';
import type { MapSeat, Row, SectionRows } from './map-document.ts';
import { rowsOf } from './map-document.ts';
import { GradeMark } from './legend.tsx';
import './seat-map.css';
import type { SeatMapProps } from './seat-map.tsx';
import type { Shown } from './texts.ts';
import { rowText, seatText, TEXTS } from './texts.ts';

interface ListProps extends SeatMapProps {
  readonly onlyFree: boolean;
}

export function SeatList(props: SeatMapProps): JSX.Element {
  const [onlyFree, setOnlyFree] = useState(false);
  const sections = useMemo(() => rowsOf(props.map), [props.map]);
  return (
    <div class="stack-tight">
      <label class="seat-list-filter row">
        <input
          type="checkbox"
          checked={onlyFree}
          onChange={(event) => setOnlyFree(event.currentTarget.checked)}
        />
        {t(TEXTS.onlyFree)}
      </label>
      {sections.map((section) => (
        <ListedSection key={section.section.id} {...props} onlyFree={onlyFree} rows={section} />
      ))}
    </div>
  );
}

function ListedSection({
  rows: { section, rows },
  ...props
}: ListProps & { readonly rows: SectionRows }): JSX.Element {
  const open = useSignal(false);
  const id = useId();
  const { states } = props;
  const free = useComputed(() => (states.value === undefined ? undefined : countFree(rows, states.value)));
  return (
    <section class="seat-list-section card">
      <h3>
        <button
          type="button"
          class="seat-list-toggle between"
          aria-expanded={open.value}
          aria-controls={id}
          onClick={() => {
            open.value = !open.value;
          }}
        >
          <span>{sectionName(section)}</span>
          <span class="soft number">{free.value === undefined ? '' : seatsLeft(free.value)}</span>
        </button>
      </h3>
      <div id={id} hidden={!open.value} onKeyDown={walk}>
        {open.value && rows.map((row) => <ListedRow key={row.row} {...props} row={row} />)}
        {open.value && props.onlyFree && free.value === 0 && <p class="soft">{t(TEXTS.noneFree)}</p>}
      </div>
    </section>
  );
}

function countFree(rows: readonly Row[], { codes }: SeatStates): number {
  let free = 0;
  for (const { seats } of rows) for (const { number } of seats) if (codes[number - 1] === CODE.free) free++;
  return free;
}

function ListedRow({ row, ...props }: ListProps & { readonly row: Row }): JSX.Element | null {
  const [current, setCurrent] = useState(0);
  const states = useRowStates(row, props.states);
  const shownOf = (seat: MapSeat, i: number): Shown =>
    props.mine.has(seat.number) ? 'mine' : props.selected.has(seat.number) ? 'selected' : states[i]!;
  const listed = row.seats
    .map((seat, i) => ({ seat, shown: shownOf(seat, i) }))
    .filter(({ shown }) => !props.onlyFree || shown === 'free' || shown === 'mine' || shown === 'selected');
  if (listed.length === 0) return null;
  const tabStop = Math.min(current, listed.length - 1);
  return (
    <div class="seat-list-row" role="group" aria-label={rowText(row.row)}>
      <span class="seat-list-name" aria-hidden="true">
        {rowText(row.row)}
      </span>
      {listed.map(({ seat, shown }, i) => (
        <ListedSeat
          key={seat.number}
          {...props}
          seat={seat}
          shown={shown}
          isTabStop={i === tabStop}
          onFocus={() => setCurrent(i)}
        />
      ))}
    </div>
  );
}

/** The states of a row's seats: a component that reads them is drawn again only when one of these changed. */
function useRowStates(
  { seats }: Row,
  states: ReadonlySignal<SeatStates | undefined>,
): readonly ReturnType<typeof stateOf>[] {
  const joined = useComputed(() => seats.map(({ number }) => stateOf(states.value, number)).join(' '));
  return joined.value.split(' ') as ReturnType<typeof stateOf>[];
}

interface SeatProps extends ListProps {
  readonly seat: MapSeat;
  readonly shown: Shown;
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
}

function ListedSeat({ seat, shown, isTabStop, onFocus, map, grades, onToggle }: SeatProps): JSX.Element {
  const isOpen = onToggle !== undefined && (shown === 'free' || shown === 'mine' || shown === 'selected');
  const name = seatText(seat, map.sections, grades, shown);
  return (
    <button
      type="button"
      class={`seat-list-seat seat-list-is-${shown}`}
      lang={language.value}
      aria-pressed={shown === 'mine' || shown === 'selected'}
      aria-disabled={!isOpen}
      aria-label={name}
      title={name}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={onFocus}
      onClick={() => isOpen && onToggle(seat)}
    >
      <GradeMark grade={grades.findIndex(({ grade }) => grade === seat.grade)} />
      {t({ ko: `${seat.seat}번`, en: seat.seat })}
    </button>
  );
}

/** Arrow keys, Home and End within an open section. */
function walk(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const from = event.target as HTMLElement;
  const row = from.closest('.seat-list-row');
  if (row === null) return;
  const inRow = [...row.querySelectorAll('button')];
  const at = inRow.indexOf(from as HTMLButtonElement);
  const beside = (step: -1 | 1): HTMLElement | undefined => {
    const next = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    const seats = next === null ? [] : [...next.querySelectorAll('button')];
    return seats[Math.min(at, seats.length - 1)];
  };
  const goals: Readonly<Record<string, () => HTMLElement | undefined>> = {
    ArrowLeft: () => inRow[at - 1],
    ArrowRight: () => inRow[at + 1],
    ArrowUp: () => beside(-1),
    ArrowDown: () => beside(1),
    Home: () => inRow[0],
    End: () => inRow.at(-1),
  };
  const goal = goals[event.key];
  if (goal === undefined) return;
  event.preventDefault();
  goal()?.focus();
}
