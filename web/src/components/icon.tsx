import type { JSX } from 'preact';

const SHAPES = {
  ticket:
    'M4 7a1 1 0 0 1 1-1h14a1 1 0 0 1 1 1v3a2 2 0 0 0 0 4v3a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-3a2 2 0 0 0 0-4zM14.5 6.5v2M14.5 11v2M14.5 15.5v2',
  wallet:
    'M4 8a2 2 0 0 1 2-2h11v3M4 8v9a2 2 0 0 0 2 2h13a1 1 0 0 0 1-1v-8a1 1 0 0 0-1-1H5a1 1 0 0 1-1-1zM16.5 14h.01',
  more: 'M4 7h16M4 12h16M4 17h16',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  forward: 'M9.5 5.5 16 12l-6.5 6.5',
  up: 'M5.5 15 12 8.5l6.5 6.5',
  down: 'M5.5 9 12 15.5 18.5 9',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 7.5V12l3 2M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16z',
  pause: 'M9 6v12M15 6v12',
  warn: 'M12 9v4.5M12 16.6v.1M12 4 3.5 19h17z',
  offline: 'M4 4l16 16M8.5 15.5a5 5 0 0 1 6.6-.3M5 12a10 10 0 0 1 4-2.4M19 12a10 10 0 0 0-6.2-2.9M12 19h.01',
  plus: 'M12 6v12M6 12h12',
  minus: 'M6 12h12',
  calendar:
    'M5 7a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1zM5 10.5h14M9 4v4M15 4v4M12 13.5v4M10 15.5h4',
  shuffle: 'M4 8h4l8 8h4M4 16h4l2-2M14 10l2-2h4M18 6l2 2-2 2M18 14l2 2-2 2',
} as const;

export type IconName = keyof typeof SHAPES;

/** A drawing beside words that say the same. */
export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="22" height="22" aria-hidden="true" focusable="false">
      <path
        d={SHAPES[name]}
        fill="none"
        stroke="currentColor"
        stroke-width="1.9"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </svg>
  );
}
