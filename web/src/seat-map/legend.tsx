/** What colours and shapes mean, what the grades cost, and how many are left. */
import type { JSX } from 'preact';
import { money } from '../format/money.ts';
import { seatsLeft } from '../format/seats.ts';
import { t } from '../i18n/language.ts';
import { useLeft } from '../live/left.ts';
import type { Solid } from './drawing/colours.ts';
import { CHECK, markOf } from './drawing/marks.ts';
import type { SeatMapProps } from './seat-map.tsx';
import './seat-map.css';
import type { Shown } from './texts.ts';
import { gradeText, TEXTS } from './texts.ts';

interface LegendProps extends Pick<SeatMapProps, 'grades' | 'states' | 'map'> {
  /** As the map's. A seller has no seats of their own in it. */
  readonly solid?: Solid;
}

export function Legend({ grades, states, map, solid = 'free' }: LegendProps): JSX.Element {
  const { free } = useLeft(map, states).value;
  return (
    <section class="stack-tight" aria-label={t(TEXTS.legend)}>
      <ul class="seat-map-grades legend">
        {grades.map(({ grade, price, free: readFree }, i) => (
          <li key={grade}>
            <GradeMark grade={i} />
            <b>{gradeText(grade)}</b>
            <span>{money(price)}</span>
            <span class="seat-map-left soft">
              {leftWords(free === undefined ? readFree : (free[grade] ?? 0))}
            </span>
          </li>
        ))}
      </ul>
      <ul class="seat-map-states legend soft" data-solid={solid}>
        {STATES[solid].map((state) => (
          <li key={state}>
            <svg class={`seat-map-mark seat-map-is-${state}`} viewBox="-1.2 -1.2 2.4 2.4" aria-hidden="true">
              <path d={markOf(0).shape} />
              <path class="seat-map-sign" d={state === 'held' ? HATCH : CHECK} />
            </svg>
            {t(TEXTS[SHORT[state] ?? state])}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Until the live seats are known, what the performance said: words that come later would move what is below. */
function leftWords(left: number | undefined): string {
  return left === undefined ? '' : seatsLeft(left);
}

const STATES: Readonly<Record<Solid, readonly Shown[]>> = {
  free: ['selected', 'mine', 'held', 'sold'],
  sold: ['sold', 'held', 'free'],
};

/** Where there is no room for a sentence. */
const SHORT: Partial<Record<Shown, keyof typeof TEXTS>> = { held: 'heldShort', free: 'freeShort' };

const HATCH = 'M-.9.35L.35-.9M-.67.67L.67-.67M-.35.9L.9-.35';

/** The mark of a grade as the map draws it; 0 is the dearest. */
export function GradeMark({ grade }: { grade: number }): JSX.Element {
  const { shape, hue } = markOf(grade);
  return (
    <svg
      class="seat-map-mark"
      viewBox="-1.2 -1.2 2.4 2.4"
      aria-hidden="true"
      style={{ fill: `var(--grade-${hue})` }}
    >
      <path d={shape} />
    </svg>
  );
}
