/** A poster for a concert that has no picture: colours and shapes that its id decides, always the same. */
import type { JSX } from 'preact';

/** A ground, two shapes' colours, and a light; the title stands on the ground in white. */
const PALETTES = [
  ['#14213d', '#e4572e', '#f3b61f', '#2a3b66'],
  ['#2d1b3d', '#ff6f91', '#ffc75f', '#4c2f63'],
  ['#0b3b36', '#f2c14e', '#f78154', '#155b52'],
  ['#3a1520', '#f25c54', '#f7b267', '#5e2434'],
  ['#102a43', '#62b6cb', '#f6ae2d', '#1d4468'],
  ['#26233a', '#9ccfd8', '#ebbcba', '#3d3860'],
  ['#1f2d1f', '#c5d86d', '#f2a65a', '#34492f'],
  ['#321b0f', '#f4a259', '#f4e285', '#51301d'],
] as const;

type Palette = (typeof PALETTES)[number];

export function Poster({
  id,
  children,
}: {
  readonly id: string;
  readonly children?: JSX.Element;
}): JSX.Element {
  const seed = hash(id);
  const palette = PALETTES[seed % PALETTES.length]!;
  const Shapes = SHAPES[(seed >>> 8) % SHAPES.length]!;
  return (
    <div class="poster" style={{ '--poster-ground': palette[0] }}>
      <svg viewBox="0 0 400 400" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
        <rect width="400" height="400" fill={palette[0]} />
        <Shapes palette={palette} turn={(seed >>> 16) % 5} />
      </svg>
      {children !== undefined && <div class="poster-words">{children}</div>}
    </div>
  );
}

interface ShapesProps {
  readonly palette: Palette;
  readonly turn: number;
}

/** Rows of a hall around a light. */
function Rows({ palette: [, warm, light, dim], turn }: ShapesProps): JSX.Element {
  const x = 130 + turn * 35;
  return (
    <g fill="none" stroke-width="15" stroke-linecap="round">
      <circle cx={x} cy="120" r="46" fill={light} />
      {Array.from({ length: 7 }, (_, row) => (
        <circle
          key={row}
          cx={x}
          cy="120"
          r={84 + row * 36}
          stroke={row === turn ? warm : dim}
          stroke-dasharray={row % 2 === 0 ? undefined : '2 26'}
        />
      ))}
    </g>
  );
}

/** A body with a tail through the dark. */
function Comet({ palette: [, warm, light, dim], turn }: ShapesProps): JSX.Element {
  return (
    <g>
      {Array.from({ length: 6 }, (_, band) => (
        <path
          key={band}
          d={`M${430 - band * 20} ${-60 + band * 8} L${150 + turn * 12} ${150 + band * 13}`}
          stroke={band % 2 === 0 ? warm : dim}
          stroke-width={26 - band * 3}
          stroke-linecap="round"
        />
      ))}
      <circle cx={150 + turn * 12} cy="172" r="58" fill={light} />
      <circle cx={70 + turn * 30} cy="62" r="6" fill={light} />
      <circle cx={250 + turn * 9} cy="240" r="4" fill={light} />
      <circle cx="46" cy={210 - turn * 8} r="4" fill={warm} />
    </g>
  );
}

/** Keys and strings: three of everything. */
function Trio({ palette: [, warm, light, dim], turn }: ShapesProps): JSX.Element {
  return (
    <g>
      <rect x="0" y="0" width="400" height="400" fill={dim} opacity="0.35" />
      <circle cx={120 + turn * 20} cy="130" r="92" fill={warm} />
      <path d={`M${210 + turn * 10} 40 a90 90 0 0 1 0 180z`} fill={light} />
      {Array.from({ length: 5 }, (_, line) => (
        <path key={line} d={`M0 ${70 + line * 30} H400`} stroke={dim} stroke-width="3" opacity="0.85" />
      ))}
      <rect x={300 - turn * 6} y="20" width="26" height="200" rx="13" fill={light} />
    </g>
  );
}

/** Sound, as it leaves the stage. */
function Waves({ palette: [, warm, light, dim], turn }: ShapesProps): JSX.Element {
  return (
    <g>
      <circle cx={290 - turn * 30} cy="110" r="62" fill={light} />
      {Array.from({ length: 6 }, (_, wave) => {
        const y = 120 + wave * 30;
        const height = 46 - wave * 5;
        return (
          <path
            key={wave}
            d={`M-20 ${y} q 55 ${-height} 110 0 t 110 0 t 110 0 t 110 0`}
            fill="none"
            stroke={wave % 3 === turn % 3 ? warm : dim}
            stroke-width="13"
          />
        );
      })}
    </g>
  );
}

const SHAPES = [Rows, Comet, Trio, Waves] as const;

/** FNV-1a, then mixed: similar ids shall not look alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ character.codePointAt(0)!, 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 12)) >>> 0;
}
