/** Where names can be written without lying on seats, on shapes or on each other. */
import type { Geometry } from '../geometry/geometry.ts';
import { pointsOf } from '../geometry/geometry.ts';
import type { OutlineShape, Point } from '../map-document.ts';
import type { Box } from '../geometry/outline.ts';
import { boxOf, contains, distanceToEdge, overlap } from '../geometry/outline.ts';

export interface LabelSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** A shape and the place in it where a name has most room. */
export interface LabelRoom {
  readonly polygon: readonly Point[];
  readonly middle: Point;
}

/** Scales are judged in steps of a quarter octave, so that a name does not hop about while the reader zooms. */
const STEPS_PER_OCTAVE = 4;

function stepOf(scale: number): number {
  return Math.floor(Math.log2(scale) * STEPS_PER_OCTAVE);
}

function scaleOf(step: number): number {
  return 2 ** (step / STEPS_PER_OCTAVE);
}

/** Scales that are tried, from 1/32 to 256. */
const FIT_LEAST = 1 / 32;
const FIT_STEP = 1.06;
const FIT_STEPS = 154;

/** The smallest scale at which a text of this size fits into the shape, about its middle. */
export function scaleToFit(
  { polygon, middle }: LabelRoom,
  { widthPx, heightPx }: LabelSize,
  slack: number,
): number {
  const inside = (x: number, y: number): boolean =>
    contains(polygon, x, y) || (polygon.length > 0 && distanceToEdge(polygon, x, y) < slack);
  const fits = (scale: number): boolean => {
    const [w, h] = [widthPx / 2 / scale, heightPx / 2 / scale];
    return [-1, 0, 1].every((i) => [-1, 1].every((j) => inside(middle[0] + i * w, middle[1] + j * h)));
  };
  // The larger the scale, the smaller the text on the map: halving finds where it begins to fit.
  let [small, large] = [0, FIT_STEPS];
  if (!fits(FIT_LEAST * FIT_STEP ** large)) return Infinity;
  while (small < large) {
    const middleStep = Math.floor((small + large) / 2);
    if (fits(FIT_LEAST * FIT_STEP ** middleStep)) large = middleStep;
    else small = middleStep + 1;
  }
  return FIT_LEAST * FIT_STEP ** large;
}

export interface GapLabels {
  /** Where to write the section's name between the seats; undefined when there is no room, or not looked for yet. */
  at(section: number, scale: number, size: LabelSize): Point | undefined;
  /** Lets that many more sections be looked at. */
  allow(searches: number): void;
  /** Whether one was put off. */
  readonly waiting: boolean;
}

const DIRECTIONS = 16;

export function createGapLabels(geometry: Geometry): GapLabels {
  const { sections, seatIndex, x, y, pitch, outline } = geometry;
  const shapes = outline.map((shape) => boxOf(pointsOf(shape)));
  const placed = new Map<
    number,
    Map<number, { readonly at: Point | undefined; readonly box: Box | undefined }>
  >();
  /** Where names were last: they stay there while the reader zooms. */
  const latest = new Map<number, Point | undefined>();
  let allowed = 0;
  let waiting = false;

  /** The nearest empty place around the section. */
  function search(section: number, width: number, height: number, others: readonly Box[]): Point | undefined {
    const { middle, box } = sections[section]!;
    const reach = Math.hypot(box.right - box.left, box.bottom - box.top) / 2 + height + pitch * 3;
    for (let away = 0; away <= reach; away += pitch * 0.75) {
      for (let k = 0; k < (away === 0 ? 1 : DIRECTIONS); k++) {
        // Upwards and downwards first: lines of text lie better over rows than beside them.
        const angle = Math.PI / 2 + (k % 2 === 0 ? 1 : -1) * Math.ceil(k / 2) * ((2 * Math.PI) / DIRECTIONS);
        const at: Point = [middle[0] + Math.cos(angle) * away, middle[1] + Math.sin(angle) * away];
        if (isEmpty(aroundPoint(at, width, height), others)) return at;
      }
    }
    return undefined;
  }

  function isEmpty(box: Box, others: readonly Box[]): boolean {
    if (shapes.some((shape) => overlap(shape, box)) || others.some((other) => overlap(other, box)))
      return false;
    const margin = pitch / 2;
    let empty = true;
    seatIndex.each(box, (i) => {
      const [atX, atY] = [x[i]!, y[i]!];
      if (
        atX > box.left - margin &&
        atX < box.right + margin &&
        atY > box.top - margin &&
        atY < box.bottom + margin
      )
        empty = false;
    });
    return empty;
  }

  return {
    at(section, scale, { widthPx, heightPx }) {
      const step = stepOf(scale);
      let atStep = placed.get(step);
      if (atStep === undefined) placed.set(step, (atStep = new Map()));
      const known = atStep.get(section);
      if (known !== undefined) {
        latest.set(section, known.at);
        return known.at;
      }
      if (allowed <= 0) {
        waiting = true;
        return latest.get(section);
      }
      allowed--;
      const [width, height] = [widthPx / scaleOf(step), heightPx / scaleOf(step)];
      const others = [...atStep.values()].flatMap(({ box }) => box ?? []);
      const at = search(section, width, height, others);
      latest.set(section, at);
      atStep.set(section, { at, box: at && aroundPoint(at, width, height) });
      return at;
    },
    allow(searches) {
      allowed = searches;
      waiting = false;
    },
    get waiting() {
      return waiting;
    },
  };
}

function aroundPoint([x, y]: Point, width: number, height: number): Box {
  return { left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2 };
}

/** Where each outline shape's label is written: in its middle, or off it where a later shape lies on top. */
export function outlineLabelPlaces(outline: readonly OutlineShape[]): readonly Point[] {
  const boxes = outline.map((shape) => boxOf(pointsOf(shape)));
  return boxes.map(({ left, top, right, bottom }, i) => {
    const above = boxes.slice(i + 1);
    const places = [0.5, 0.15, 0.85].flatMap((across) =>
      [0.5, 0.12, 0.88].map((down): Point => [left + (right - left) * across, top + (bottom - top) * down]),
    );
    const isClear = ([x, y]: Point): boolean =>
      !above.some((box) => x > box.left && x < box.right && y > box.top && y < box.bottom);
    return places.find(isClear) ?? places[0]!;
  });
}
