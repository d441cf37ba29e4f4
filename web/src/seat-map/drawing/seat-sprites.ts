/** How one seat looks, by state and grade; drawn once for a size and then copied for each seat. */
import { css, inkOn } from './colours.ts';
import type { Look } from './colours.ts';
import { CHECK, markOf } from './marks.ts';

/** How a seat is shown: its state, or that it is this buyer's. The first four are `SeatStates.codes`. */
export const SHOWN = { unknown: 0, free: 1, held: 2, sold: 3, mine: 4, selected: 5 } as const;
const KINDS = 6;

export interface SeatSprites {
  readonly image: HTMLCanvasElement;
  /** The size of one sprite, in device pixels; the seat is in its middle. */
  readonly size: number;
}

/** Below this many pixels a seat has no room for what is inside its shape. */
const DETAIL_PX = 9;

/** All sprites side by side: kinds by column, grades by line. */
export function createSprites(look: Look, seatPx: number): SeatSprites {
  const size = Math.max(Math.round(seatPx), 3) + 2;
  const image = document.createElement('canvas');
  image.width = size * KINDS;
  image.height = size * look.grades.length;
  const context = image.getContext('2d')!;
  for (const grade of look.grades.keys()) {
    for (let kind = 0; kind < KINDS; kind++) {
      context.setTransform(1, 0, 0, 1, (kind + 0.5) * size, (grade + 0.5) * size);
      drawSeat(context, look, kind, grade, (size - 2) / 2);
    }
  }
  return { image, size };
}

export function copySprite(
  to: CanvasRenderingContext2D,
  { image, size }: SeatSprites,
  kind: number,
  grade: number,
  x: number,
  y: number,
): void {
  to.drawImage(image, kind * size, grade * size, size, size, x, y, size, size);
}

/** A seat of this radius about the origin. */
export function drawSeat(
  context: CanvasRenderingContext2D,
  look: Look,
  kind: number,
  grade: number,
  radius: number,
): void {
  const shape = scaled(markOf(grade).shape, radius * 0.94);
  const hue = look.grades[grade]!;
  const fine = Math.max(1, radius * 0.13);
  context.lineWidth = fine;
  if (kind === SHOWN[look.solid]) {
    context.fillStyle = css(hue);
    context.fill(shape);
  } else if (look.solid === 'sold' && (kind === SHOWN.free || kind === SHOWN.held)) {
    // A seller looks at what is sold: the rest is an outline of its grade, hatched while it is held.
    drawHollow(context, css(hue), grade, radius, kind === SHOWN.held);
  } else if (kind === SHOWN.sold) {
    context.fillStyle = css(look.sold);
    context.fill(scaled(markOf(0).shape, Math.max(radius * 0.28, 0.8)));
  } else if (kind === SHOWN.mine) {
    context.fillStyle = css(look.mine);
    context.fill(shape);
    drawCheck(context, css(inkOn(look.mine, look)), radius);
  } else if (kind === SHOWN.selected) {
    context.strokeStyle = css(look.selected);
    context.lineWidth = Math.max(1, radius * 0.2);
    context.stroke(scaled(markOf(0).shape, radius - context.lineWidth / 2));
    context.fillStyle = css(look.selected);
    context.fill(scaled(markOf(0).shape, radius * 0.7));
    drawCheck(context, css(inkOn(look.selected, look)), radius * 0.74);
  } else {
    drawHollow(
      context,
      kind === SHOWN.held ? css(look.held) : css(look.line),
      grade,
      radius,
      kind === SHOWN.held,
    );
  }
}

function drawHollow(
  context: CanvasRenderingContext2D,
  colour: string,
  grade: number,
  radius: number,
  hatched: boolean,
): void {
  const shape = scaled(markOf(grade).shape, radius * 0.94 - context.lineWidth / 2);
  context.strokeStyle = colour;
  context.stroke(shape);
  if (!hatched || radius * 2 < DETAIL_PX) return;
  context.save();
  context.clip(shape);
  context.beginPath();
  for (let at = -2; at <= 2; at += 0.62) {
    context.moveTo((at - 1) * radius, radius);
    context.lineTo((at + 1) * radius, -radius);
  }
  context.stroke();
  context.restore();
}

function drawCheck(context: CanvasRenderingContext2D, colour: string, radius: number): void {
  if (radius * 2 < DETAIL_PX * 0.8) return;
  context.strokeStyle = colour;
  context.lineWidth = Math.max(1.2, radius * 0.24);
  context.lineCap = context.lineJoin = 'round';
  context.stroke(scaled(CHECK, radius));
}

function scaled(shape: string, radius: number): Path2D {
  const path = new Path2D();
  path.addPath(new Path2D(shape), new DOMMatrix([radius, 0, 0, radius, 0, 0]));
  return path;
}
