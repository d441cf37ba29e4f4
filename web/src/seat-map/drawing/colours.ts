/** The colours of the map, read from the page's theme; a canvas knows no CSS variables. */
import { colourIn } from '../../theme/colours.ts';
import { markOf } from './marks.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/** Which seats are drawn solid: those that can be bought, or, for the seller, those that are sold. */
export type Solid = 'free' | 'sold';

export interface Look {
  readonly solid: Solid;
  readonly paper: Rgb;
  readonly ink: Rgb;
  readonly inkSoft: Rgb;
  readonly line: Rgb;
  readonly focus: Rgb;
  readonly held: Rgb;
  readonly sold: Rgb;
  readonly mine: Rgb;
  readonly selected: Rgb;
  /** By grade, dearest first. */
  readonly grades: readonly Rgb[];
  readonly font: string;
}

/** Of a part of the picture that means something (WCAG 2.2, 1.4.11). */
const CONTRAST_MIN = 3;

export function readLook(element: HTMLElement, gradeCount: number, solid: Solid): Look {
  const read = colourReader();
  const colour = (name: string): Rgb => read(colourIn(element, `var(${name})`));
  const [paper, ink] = [colour('--paper-raised'), colour('--ink')];
  const legible = (name: string): Rgb => withContrast(colour(name), paper, ink);
  return {
    solid,
    paper,
    ink,
    inkSoft: colour('--ink-soft'),
    line: colour('--line'),
    focus: legible('--focus'),
    held: legible('--seat-held'),
    sold: legible('--seat-sold'),
    mine: legible('--seat-mine'),
    selected: legible('--seat-selected'),
    grades: Array.from({ length: Math.max(gradeCount, 1) }, (_, i) => legible(`--grade-${markOf(i).hue}`)),
    font: getComputedStyle(element).fontFamily,
  };
}

/** Any colour that CSS can write, by letting the browser paint it. */
function colourReader(): (css: string) => Rgb {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
  return (written) => {
    context.fillStyle = written;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return [red!, green!, blue!];
  };
}

export function css([red, green, blue]: Rgb, alpha = 1): string {
  return alpha === 1 ? `rgb(${red} ${green} ${blue})` : `rgb(${red} ${green} ${blue} / ${alpha})`;
}

/** From `a` (0) to `b` (1). */
export function mix(a: Rgb, b: Rgb, part: number): Rgb {
  const at = (i: 0 | 1 | 2): number => Math.round(a[i] + (b[i] - a[i]) * part);
  return [at(0), at(1), at(2)];
}

/** WCAG 2.2's ratio, from 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(rgb: Rgb): number {
  const [red, green, blue] = rgb.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** The colour, drawn towards the ink only as far as it must be to stand out from the ground. */
export function withContrast(colour: Rgb, ground: Rgb, ink: Rgb, least = CONTRAST_MIN): Rgb {
  for (let part = 0; part < 1; part += 0.05) {
    const drawn = mix(colour, ink, part);
    if (contrast(drawn, ground) >= least) return drawn;
  }
  return ink;
}

/** What can be read best on the ground. */
export function inkOn(ground: Rgb, { ink, paper }: Look): Rgb {
  return contrast(ink, ground) >= contrast(paper, ground) ? ink : paper;
}
