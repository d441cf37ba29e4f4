/** The seat map: a canvas with buttons, which fingers, mouse and keys work. `SeatList` has the same powers as a list. */
import type { ReadonlySignal } from '@preact/signals';
import { effect } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Section } from '../format/seats.ts';
import { sectionName } from '../format/seats.ts';
import { language, local, t } from '../i18n/language.ts';
import type { SeatStates } from '../live/seat-states.ts';
import { useGeometry } from './geometry/use-geometry.ts';
import type { Grades, MapSeat, SeatMapDocument } from './map-document.ts';
import './seat-map.css';
import type { Solid } from './drawing/colours.ts';
import { SHOWN } from './drawing/seat-sprites.ts';
import { ZOOM_STEP } from './view/keyboard.ts';
import type { MapController } from './view/map-controller.ts';
import { createMapController } from './view/map-controller.ts';
import type { Shown } from './texts.ts';
import { seatText, TEXTS } from './texts.ts';

export interface SeatMapProps {
  readonly map: SeatMapDocument;
  /** Dearest first. */
  readonly grades: Grades;
  readonly states: ReadonlySignal<SeatStates | undefined>;
  /** Seats this buyer holds or owns. */
  readonly mine: ReadonlySet<number>;
  /** Seats chosen but not yet held. */
  readonly selected: ReadonlySet<number>;
  /** Absent: read only. Called for free seats and this buyer's own; a taken seat only says that it is. */
  readonly onToggle?: (seat: MapSeat) => void;
  /** Called for any seat that is tapped, whatever it is. */
  readonly onChoose?: (seat: MapSeat) => void;
  /** Which seats are drawn solid; those that can be bought, unless told. */
  readonly solid?: Solid;
  /** Moves the view to these seats when the value changes. */
  readonly focus?: readonly number[];
}

const SHOWN_NAMES: readonly Shown[] = ['none', 'free', 'held', 'sold', 'mine', 'selected'];

export function SeatMap(props: SeatMapProps): JSX.Element {
  const { map, grades, states, mine, selected, focus, solid = 'free' } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const overview = useRef<HTMLCanvasElement>(null);
  const controller = useRef<MapController>(undefined);
  /** Says how the seat that was chosen last is now; the page may need a moment to change it. */
  const tellChosen = useRef(() => {});
  const latest = useRef(props);
  latest.current = props;
  const [pointed, setPointed] = useState('');
  const [spoken, setSpoken] = useState('');
  const [section, setSection] = useState<Section>();
  const geometry = useGeometry(map, grades);

  useEffect(() => {
    if (geometry === undefined) return undefined;
    const describe = (index: number): string => {
      const seat = geometry.seatAt(index);
      const shown = SHOWN_NAMES[made.shownAs(index)] ?? 'none';
      return seatText(seat, latest.current.map.sections, latest.current.grades, shown);
    };
    const canvases = { canvas: canvas.current!, overview: overview.current! };
    const look = { gradeCount: grades.length, solid };
    const made: MapController = createMapController(canvases, geometry, look, {
      choose(index) {
        const kind = made.shownAs(index);
        const { onToggle, onChoose } = latest.current;
        onChoose?.(geometry.seatAt(index));
        if (onToggle !== undefined && (kind === SHOWN.free || kind >= SHOWN.mine))
          onToggle(geometry.seatAt(index));
        tellChosen.current = () => {
          setPointed(describe(index));
          setSpoken(describe(index));
        };
        tellChosen.current();
      },
      point(index, by) {
        const text = index < 0 ? '' : describe(index);
        tellChosen.current = () => {};
        setPointed(text);
        if (by === 'keys') setSpoken(text);
      },
      enter: (shape) => setSection(shape?.section),
    });
    controller.current = made;
    made.setOwn(latest.current.mine, latest.current.selected);
    const stopStates = effect(() => made.setStates(states.value));
    return () => {
      stopStates();
      made.close();
      tellChosen.current = () => {};
      controller.current = undefined;
    };
  }, [geometry, states]);
  useEffect(() => {
    controller.current?.setOwn(mine, selected);
    tellChosen.current();
  }, [geometry, states, mine, selected]);
  useEffect(() => controller.current?.showSeats(focus ?? []), [geometry, states, focus?.join(' ')]);
  useEffect(() => controller.current?.refresh(), [language.value]);

  return (
    <div class="seat-map">
      <div
        class="seat-map-picture"
        role="application"
        aria-label={`${local(map.venueName) || map.venueId}: ${t(TEXTS.map)}. ${t(TEXTS.how)}`}
        tabIndex={0}
        onKeyDown={(event) => controller.current?.press(event)}
        onBlur={() => controller.current?.blur()}
      >
        <canvas ref={canvas} class="seat-map-canvas" aria-hidden="true" />
        <p class="seat-map-place" aria-hidden="true" hidden={section === undefined}>
          {section && sectionName(section)}
        </p>
        <p class="seat-map-pointed" aria-hidden="true" hidden={pointed === ''}>
          {pointed}
        </p>
      </div>
      <p class="visually-hidden" aria-live="polite">
        {spoken}
      </p>
      <div class="seat-map-buttons">
        {/* For fingers and mice: the keys have their own ways about the map. */}
        <canvas
          ref={overview}
          class="seat-map-overview"
          aria-hidden="true"
          onClick={({ offsetX, offsetY }) => controller.current?.goTo(offsetX, offsetY)}
        />
        <MapButton
          name={t(TEXTS.larger)}
          drawing="M12 5V19M5 12H19"
          act={() => controller.current?.zoom(ZOOM_STEP)}
        />
        <MapButton
          name={t(TEXTS.smaller)}
          drawing="M5 12H19"
          act={() => controller.current?.zoom(1 / ZOOM_STEP)}
        />
        <MapButton
          name={t(TEXTS.whole)}
          drawing="M4 9V4H9M15 4H20V9M20 15V20H15M9 20H4V15"
          act={() => controller.current?.showAll()}
        />
      </div>
    </div>
  );
}

function MapButton({ name, drawing, act }: { name: string; drawing: string; act: () => void }): JSX.Element {
  return (
    <button type="button" class="seat-map-button" aria-label={name} title={name} onClick={act}>
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
        <path d={drawing} />
      </svg>
    </button>
  );
}
