/** A poster for a concert that has no picture: colours and shapes that its id decides, always the same. */
import type { JSX } from 'preact';

/** A ground, two shapes' colours, and a dim one; the title stands on the ground in white. */
type Palette = readonly [ground: string, warm: string, light: string, dim: string];

/** How far the bright colours are from the ground on the wheel, in degrees: opposite, a third on, near. */
const SCHEMES = [
  [180, 215],
  [120, 75],
  [-120, -60],
  [35, 160],
] as const;

/** The ground is always so dark, and the shapes so bright, that each stands out from the other. */
function paletteOf(hue: number, [warm, light]: (typeof SCHEMES)[number]): Palette {
  const at = (degrees: number): number => (hue + degrees + 360) % 360;
  return [
    `oklch(0.29 0.055 ${at(0)})`,
    `oklch(0.71 0.16 ${at(warm)})`,
    `oklch(0.85 0.12 ${at(light)})`,
    `oklch(0.4 0.07 ${at(0)})`,
  ];
}

export function Poster({
  id,
  children,
}: {
  readonly id: string;
  readonly children?: JSX.Element;
}): JSX.Element {
  const { hue, scheme, shape, turn } = posterOf(id);
  const palette = paletteOf(hue, SCHEMES[scheme]!);
  const Shapes = SHAPES[shape]!;
  return (
    <div class="poster" style={{ '--poster-ground': palette[0] }}>
      <svg viewBox="0 0 400 400" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
        <rect width="400" height="400" fill={palette[0]} />
        <Shapes palette={palette} turn={turn} />
      </svg>
      {children !== undefined && <div class="poster-words">{children}</div>}
    </div>
  );
}

export interface PosterLooks {
  readonly hue: number;
  readonly scheme: number;
  readonly shape: number;
  readonly turn: number;
}

/** Some 29,000 different ones, so that two concerts of a hall hardly share one. */
export function posterOf(id: string): PosterLooks {
  const seed = hash(id);
  return {
    hue: seed % 360,
    scheme: (seed >>> 9) % SCHEMES.length,
    shape: (seed >>> 12) % SHAPES.length,
    turn: (seed >>> 17) % 5,
  };
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
