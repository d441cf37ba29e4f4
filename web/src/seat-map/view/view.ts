/** Where the reader looks: a point of the map in the middle of the picture, and how large. Pure. */
import type { Box } from '../geometry/outline.ts';
import type { SeatIndex } from '../geometry/seat-index.ts';

/** Neighbours this far apart can be hit: by a finger, and by a mouse. */
export const TOUCH_PX = 14;
export const MOUSE_PX = 8;
/** How far apart neighbours are where a tap leads that came too early. */
export const NEAR_PX = 26;

export interface View {
  /** The map's point in the middle. */
  readonly x: number;
  readonly y: number;
  /** Pixels (of CSS) per unit of the map. */
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly box: Box;
  readonly scaleMin: number;
  readonly scaleMax: number;
}

/** The scale at which the box fills the picture, and its middle. */
export function fit({ left, top, right, bottom }: Box, { width, height }: Size, paddingPx = 12): View {
  const scale = Math.min(
    Math.max(width - 2 * paddingPx, 20) / Math.max(right - left, 1e-3),
    Math.max(height - 2 * paddingPx, 20) / Math.max(bottom - top, 1e-3),
  );
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale };
}

/** The view within what may be seen: neither lost beside the map nor larger or smaller than useful. */
export function clampView(view: View, { box, scaleMin, scaleMax }: Bounds, { width, height }: Size): View {
  const scale = Math.min(Math.max(view.scale, scaleMin), scaleMax);
  return {
    scale,
    x: clampMiddle(view.x, box.left, box.right, width / scale),
    y: clampMiddle(view.y, box.top, box.bottom, height / scale),
  };
}

/** A map smaller than the picture stays whole inside it; a larger one always fills most of it. */
function clampMiddle(at: number, from: number, to: number, length: number): number {
  const slack = Math.max(0, (length - (to - from)) / 2);
  const inset = Math.min((to - from) / 2, length * 0.35);
  const [low, high] =
    slack > 0 ? [(from + to) / 2 - slack * 0.5, (from + to) / 2 + slack * 0.5] : [from + inset, to - inset];
  return Math.min(Math.max(at, low), high);
}

/** So far inside the picture there is at least one seat: a part of it, but no more than some seats of a large picture. */
const SEATS_INSIDE_PART = 0.4;
const SEATS_INSIDE = 6;

/** The seats as far as the view must know them. */
export interface PlacedSeats {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly pitch: number;
  readonly seatIndex: SeatIndex;
}

/** The view, moved to the nearest seats if it would show none: the middle of a stadium is an empty pitch. */
export function towardSeats(view: View, size: Size, { x, y, pitch, seatIndex }: PlacedSeats): View {
  const nearest = seatIndex.nearest(view.x, view.y, Infinity);
  if (nearest < 0) return view;
  const inside = (length: number): number =>
    length / 2 / view.scale - Math.min((length / view.scale) * SEATS_INSIDE_PART, pitch * SEATS_INSIDE);
  const [w, h] = [inside(size.width), inside(size.height)];
  const [dx, dy] = [x[nearest]! - view.x, y[nearest]! - view.y];
  if (Math.abs(dx) <= w && Math.abs(dy) <= h) return view;
  // In a wide picture another one may lie inside.
  let isSeen = false;
  const box = { left: view.x - w, top: view.y - h, right: view.x + w, bottom: view.y + h };
  seatIndex.each(box, () => (isSeen = true));
  if (isSeen) return view;
  const beyond = (away: number, reach: number): number =>
    Math.sign(away) * Math.max(0, Math.abs(away) - reach);
  return { ...view, x: view.x + beyond(dx, w), y: view.y + beyond(dy, h) };
}

/** The map's point under a point of the picture. */
export function toMap(
  view: View,
  { width, height }: Size,
  px: number,
  py: number,
): readonly [number, number] {
  return [view.x + (px - width / 2) / view.scale, view.y + (py - height / 2) / view.scale];
}

/** The view larger by a factor, with the map's point under (px, py) where it is. */
export function zoomAt(
  view: View,
  size: Size,
  factor: number,
  px: number,
  py: number,
  { scaleMin, scaleMax }: Bounds,
): View {
  const scale = Math.min(Math.max(view.scale * factor, scaleMin), scaleMax);
  const [x, y] = toMap(view, size, px, py);
  const part = view.scale / scale;
  return { scale, x: x + (view.x - x) * part, y: y + (view.y - y) * part };
}

/** The way from one view to another, `t` from 0 to 1: by equal factors of scale, so that it looks even. */
export function between(a: View, b: View, t: number): View {
  const scale = a.scale * (b.scale / a.scale) ** t;
  // The middle moves as the scale does, so that a zoom about a point keeps that point still.
  const even = Math.abs(b.scale - a.scale) < 1e-6 * a.scale;
  const part = even ? t : (1 / a.scale - 1 / scale) / (1 / a.scale - 1 / b.scale);
  return { scale, x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

export function seen(view: View, { width, height }: Size): Box {
  const [w, h] = [width / 2 / view.scale, height / 2 / view.scale];
  return { left: view.x - w, top: view.y - h, right: view.x + w, bottom: view.y + h };
}
