/** The living map on a canvas: draws when something changed, and never while nothing does. */
import type { SeatStates } from '../../live/seat-states.ts';
import { watchTheme } from '../../theme/colours.ts';
import type { Look, Solid } from '../drawing/colours.ts';
import { readLook } from '../drawing/colours.ts';
import type { Overview } from '../drawing/overview.ts';
import { createOverview } from '../drawing/overview.ts';
import type { Flash, Painter } from '../drawing/painter.ts';
import { createPainter, FLASH_MS, nearness } from '../drawing/painter.ts';
import type { Geometry, SectionShape } from '../geometry/geometry.ts';
import { boxOf, contains, grow } from '../geometry/outline.ts';
import { calm, createCamera } from './camera.ts';
import { createKeyboard } from './keyboard.ts';
import { listenToPointer } from './pointer.ts';
import { createShownSeats } from './shown-seats.ts';
import type { View } from './view.ts';
import { fit, NEAR_PX } from './view.ts';

export interface MapEvents {
  /** A seat was tapped, or Enter pressed on it. */
  choose(index: number): void;
  /** The seat under the mouse, or that the arrow keys reached; -1 for none. */
  point(index: number, by: 'mouse' | 'keys'): void;
  /** The section in the middle when seats are near enough to see, else undefined. */
  enter(section: SectionShape | undefined): void;
}

export interface MapCanvases {
  readonly canvas: HTMLCanvasElement;
  /** Shows the whole map, and where the reader is in it. */
  readonly overview: HTMLCanvasElement;
}

export interface MapController {
  setStates(states: SeatStates | undefined): void;
  setOwn(mine: ReadonlySet<number>, selected: ReadonlySet<number>): void;
  /** How a seat is shown now (`SHOWN`). */
  shownAs(index: number): number;
  /** By a factor, about the middle. */
  zoom(factor: number): void;
  showAll(): void;
  showSeats(numbers: readonly number[]): void;
  /** Goes to a place of the overview, in its CSS pixels. */
  goTo(px: number, py: number): void;
  press(event: KeyboardEvent): void;
  blur(): void;
  /** Draws again, as a text changed its language. */
  refresh(): void;
  close(): void;
}

/** How far apart neighbours are at most. */
const LARGEST_PX = 46;
const FLASHES_MAX = 600;

export function createMapController(
  { canvas, overview: small }: MapCanvases,
  geometry: Geometry,
  { gradeCount, solid }: { readonly gradeCount: number; readonly solid: Solid },
  events: MapEvents,
): MapController {
  const { pitch, sections, x, y } = geometry;
  const context = canvas.getContext('2d', { alpha: false })!;
  const shownSeats = createShownSeats(geometry);
  const camera = createCamera(geometry, LARGEST_PX / pitch, schedule);
  const keyboard = createKeyboard(geometry, camera, events);
  let version: number | undefined;
  let ratio = 1;
  let look: Look | undefined;
  let painter: Painter | undefined;
  let overview: Overview | undefined;
  let flashes: Flash[] = [];
  let entered: SectionShape | undefined;
  let pending = 0;
  /** Whether the seats have been seen as they are; the moment is measured (`npm run page-speed`). */
  let isDrawn = false;
  /** Seats to show as soon as the canvas has a size. */
  let awaited: readonly number[] = [];

  function schedule(): void {
    pending ||= requestAnimationFrame(frame);
  }

  function frame(nowMs: number): void {
    pending = 0;
    const { size } = camera;
    if (size.width === 0) return;
    const { shown, free, marked } = shownSeats;
    if (painter === undefined) {
      look = readLook(canvas, gradeCount, solid);
      painter = createPainter(context, geometry, look, shown, free);
      // In a large hall that takes about as long as the first picture: not both at once.
      return schedule();
    }
    const moving = camera.advance(nowMs);
    flashes = flashes.filter(({ sinceMs }) => nowMs - sinceMs < FLASH_MS);
    const zooming = camera.isZooming(nowMs);
    const { view } = camera;
    const { focus } = keyboard;
    const whole = painter.paint({ view, size, ratio, nowMs, settled: !zooming, flashes, marked, focus });
    // Between this frame and the observer's word the map can be hidden: a picture without a size can't be drawn.
    if (small.clientWidth > 0) overview ??= look && createOverview(small, geometry, look);
    overview?.paint(view, size);
    enter(view);
    if (whole && version !== undefined && !isDrawn) {
      isDrawn = true;
      performance.mark('seat-map');
    }
    if (moving || zooming || !whole || flashes.length > 0) schedule();
  }

  function enter({ x: atX, y: atY, scale }: View): void {
    const near = nearness(pitch * scale) === 1 && scale > camera.bounds.scaleMin * 1.5;
    const now = near ? sectionAt(atX, atY) : undefined;
    if (now !== entered) events.enter((entered = now));
  }

  function sectionAt(atX: number, atY: number): SectionShape | undefined {
    return sections.find(({ polygon, box }) => {
      const { left, top, right, bottom } = grow(box, pitch);
      return atX > left && atX < right && atY > top && atY < bottom && contains(polygon, atX, atY);
    });
  }

  function resize(): void {
    const { clientWidth: width, clientHeight: height } = canvas;
    const nextRatio = Math.min(window.devicePixelRatio || 1, 3);
    if (width === camera.size.width && height === camera.size.height && nextRatio === ratio) return;
    ratio = nextRatio;
    overview = undefined;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    camera.resize({ width, height });
    const view = width > 0 ? viewOf(awaited) : undefined;
    if (view !== undefined) camera.jump(view);
    awaited = [];
    // Now, not in the next frame: the browser has just cleared the canvas.
    if (pending !== 0) cancelAnimationFrame(pending);
    frame(performance.now());
  }

  /** The view in which these seats can be seen; undefined when the map has none of them. */
  function viewOf(numbers: readonly number[]): View | undefined {
    const indices = numbers.map((number) => geometry.indexOf[number] ?? -1).filter((index) => index >= 0);
    if (indices.length === 0) return undefined;
    const box = boxOf(indices.map((i) => [x[i]!, y[i]!] as const));
    const view = fit(grow(box, pitch * 3), camera.size);
    return { ...view, scale: Math.min(view.scale, NEAR_PX / pitch) };
  }

  function repaint(indices: readonly number[]): void {
    painter?.repaint(indices);
    schedule();
  }

  const stopPointer = listenToPointer(canvas, geometry, camera, shownSeats.isOpen, events);
  const stopTheme = watchTheme(() => {
    painter = undefined;
    overview = undefined;
    schedule();
  });
  const resizes = new ResizeObserver(resize);
  resizes.observe(canvas);

  return {
    setStates(states) {
      if (states === undefined || states.version === version) return;
      const isFirst = version === undefined;
      version = states.version;
      const indices = shownSeats.setStates(states);
      if (!isFirst && indices.length > 0 && indices.length <= FLASHES_MAX && !calm()) {
        flashes.push({ indices, sinceMs: performance.now() });
      }
      repaint(indices);
    },
    setOwn: (mine, selected) => repaint(shownSeats.setOwn(mine, selected)),
    shownAs: (index) => shownSeats.shown[index]!,
    zoom: (factor) => camera.zoom(factor, 'glide'),
    showAll: camera.showAll,
    showSeats(numbers) {
      if (camera.size.width === 0) {
        awaited = numbers;
        return;
      }
      const view = viewOf(numbers);
      if (view !== undefined) camera.glide(view);
    },
    goTo(px, py) {
      if (overview === undefined) return;
      const [atX, atY] = overview.toMap(px, py);
      const isNear = camera.goal.scale > camera.bounds.scaleMin * 1.5;
      camera.glide({ x: atX, y: atY, scale: isNear ? camera.goal.scale : NEAR_PX / pitch });
    },
    press(event) {
      keyboard.press(event);
      schedule();
    },
    blur() {
      keyboard.blur();
      schedule();
    },
    refresh: schedule,
    close() {
      stopPointer();
      stopTheme();
      resizes.disconnect();
      if (pending !== 0) cancelAnimationFrame(pending);
    },
  };
}
