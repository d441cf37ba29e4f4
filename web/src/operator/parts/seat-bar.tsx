/** How many seats are sold, held and free: a bar, and the same in words. */
import type { JSX } from 'preact';
import { t } from '../../i18n/language.ts';
import type { SeatCounts } from '../answers.ts';
import { count, share } from '../../format/numbers.ts';

export const SEAT_WORDS = {
  sold: { ko: '판매', en: 'Sold' },
  held: { ko: '선점', en: 'Held' },
  free: { ko: '잔여', en: 'Free' },
} as const;

const ORDER = ['sold', 'held', 'free'] as const;

export function SeatBar({
  seats,
  label,
}: {
  readonly seats: SeatCounts;
  readonly label: string;
}): JSX.Element {
  const all = seats.sold + seats.held + seats.free;
  return (
    <div class="stack-tight">
      <div class="op-bar" aria-hidden="true">
        {ORDER.map((state) => (
          <span key={state} data-state={state} style={{ flexGrow: seats[state] }} />
        ))}
      </div>
      <ul class="legend" aria-label={label}>
        {ORDER.map((state) => (
          <li key={state}>
            <span class="op-swatch" data-state={state} aria-hidden="true" />
            <span class="soft">{t(SEAT_WORDS[state])}</span>
            <strong>{count(seats[state])}</strong>
            {state === 'sold' && <span class="soft">· {share(seats.sold, all)}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
