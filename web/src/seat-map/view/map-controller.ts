/**
 * The living map on a canvas: holds what is shown, moves the view, draws when something changed, and says what the reader
 * did. Nothing is drawn while nothing changes.
 */
import type { SeatStates } from '../../live/seat-states.ts';
import { CODE } from '../../live/seat-states.ts';
import { calm, createCamera } from './camera.ts';
import type { Geometry, SectionShape } from '../geometry/geometry.ts';
import { listenToGestures } from './gestures.ts';
import { watchTheme } from '../../theme/colours.ts';
import { readLook } from '../drawing/colours.ts';
import type { Direction } from '../geometry/neighbour.ts';
import { neighbourOf } from '../geometry/neighbour.ts';
import { boxOf, contains, grow } from '../geometry/outline.ts';
import type { Flash, Painter } from '../drawing/painter.ts';
import { createPainter, FLASH_MS, nearness } from '../drawing/painter.ts';
import { SHOWN } from '../drawing/seat-sprites.ts';
import type { Bounds, Size, View } from './view.ts';
import { fit, seen, toMap, zoomAt } from './view.ts';

export interface StageEvents {
  /** A seat was tapped, or Enter pressed on it. */
  choose(index: number): void;
  /** The seat under the mouse, or that the arrow keys reached; -1 for none. */
  point(index: number, by: 'mouse' | 'keys'): void;
  /** The section in the middle when seats are near enough to see, else undefined. */
  enter(section: SectionShape | undefined): void;
}

export interface Stage {
  setStates(states: SeatStates | undefined): void;
  setOwn(mine: ReadonlySet<number>, selected: ReadonlySet<number>): void;
  /** How a seat is shown now (`SHOWN`). */
  shownAs(index: number): number;
  zoom(factor: number): void;
  showAll(): void;
  showSeats(numbers: readonly number[]): void;
  move(direction: Direction): void;
  /** Enter or Space. */
  chooseFocused(): void;
  blur(): void;
  /** Draws again, as a text changed its language. */
  refresh(): void;
  close(): void;
}

/** Neighbours this far apart can be hit: by a finger, and by a mouse. */
const TOUCH_PX = 14;
const MOUSE_PX = 8;
/** Where a tap leads that came too early. */
const NEAR_PX = 26;
const LARGEST_PX = 46;
/** A tap takes the nearest seat within this distance. */
const REACH_PX = 22;
const DOUBLE_TAP_MS = 320;
const FLASHES_MAX = 600;

export function createStage(
  canvas: HTMLCanvasElement,
  geometry: Geometry,
  gradeCount: number,
  events: StageEvents,
): Stage {
  const { seatIndex, pitch, seats, sections, x, y, part: partOf, parts } = geometry;
  const context = canvas.getContext('2d', { alpha: false })!;
  const shown = new Uint8Array(seats.length);
  const free = new Uint32Array(parts.length);
  let codes = new Uint8Array(seats.length);
  let statesVersion: number | undefined;
  let own: { readonly mine: ReadonlySet<number>; readonly selected: ReadonlySet<number> } = {
    mine: new Set(),
    selected: new Set(),
  };
  let size: Size = { width: 0, height: 0 };
  let ratio = 1;
  let painter: Painter | undefined;
  let flashes: Flash[] = [];
  let focus = -1;
  let entered: SectionShape | undefined;
  let lastTap = { x: 0, y: 0, atMs: -Infinity };
  let pending = 0;
  let moved = false;
  /** Seats to show as soon as the canvas has a size. */
  let wanted: readonly number[] = [];

  const camera = createCamera({ x: 0, y: 0, scale: 1 }, bounds, () => size);

  function bounds(): Bounds {
    const scaleMin = fit(geometry.box, size).scale;
    return { box: geometry.box, scaleMin, scaleMax: Math.max(LARGEST_PX / pitch, scaleMin) };
  }

  function schedule(): void {
    pending ||= requestAnimationFrame(frame);
  }

  function frame(nowMs: number): void {
    pending = 0;
    if (size.width === 0) return;
    painter ??= createPainter(context, geometry, readLook(canvas, gradeCount), shown, free);
    const moving = camera.advance(nowMs);
    flashes = flashes.filter(({ sinceMs }) => nowMs - sinceMs < FLASH_MS);
    const zooming = camera.isZooming(nowMs);
    const marked = [...own.mine, ...own.selected]
      .map((number) => geometry.indexOf[number] ?? -1)
      .filter((i) => i >= 0);
    const { view } = camera;
    const whole = painter.paint({ view, size, ratio, nowMs, settled: !zooming, flashes, marked, focus });
    enter(view);
    if (moving || zooming || !whole || flashes.length > 0) schedule();
  }

  function enter({ x: atX, y: atY, scale }: View): void {
    const near = nearness(pitch * scale) === 1 && scale > bounds().scaleMin * 1.5;
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
    if (width === size.width && height === size.height && nextRatio === ratio) return;
    const wasWhole = size.width === 0 || !moved;
    size = { width, height };
    ratio = nextRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    // A picture that showed everything still does; another keeps its middle.
    if (width > 0) camera.jump(wasWhole ? fit(geometry.box, size) : camera.view);
    if (width > 0 && wanted.length > 0) camera.jump(viewOf(wanted) ?? camera.view);
    wanted = [];
    // Now, not in the next frame: the browser has just cleared the canvas.
    if (pending !== 0) cancelAnimationFrame(pending);
    frame(performance.now());
  }

  /** What is shown of a seat follows from its state and from whose it is. */
  function showAgain(index: number): boolean {
    const { number } = seats[index]!;
    const now = own.mine.has(number) ? SHOWN.mine : own.selected.has(number) ? SHOWN.selected : codes[index]!;
    if (shown[index] === now) return false;
    shown[index] = now;
    return true;
  }

  function setCode(index: number, code: number): void {
    if (codes[index] === CODE.free) free[partOf[index]!]!--;
    if (code === CODE.free) free[partOf[index]!]!++;
    codes[index] = code;
  }

  function applyStates(states: SeatStates): void {
    const isNext = statesVersion !== undefined && states.version === statesVersion + 1;
    const known = statesVersion !== undefined;
    statesVersion = states.version;
    const repainted: number[] = [];
    const apply = (index: number, number: number): void => {
      const code = states.codes[number - 1] ?? CODE.none;
      if (code === codes[index]) return;
      setCode(index, code);
      if (showAgain(index)) repainted.push(index);
    };
    if (isNext && states.changed !== undefined) {
      for (const number of states.changed) {
        const index = geometry.indexOf[number] ?? -1;
        if (index >= 0) apply(index, number);
      }
    } else {
      for (const [index, { number }] of seats.entries()) apply(index, number);
    }
    painter?.repaint(repainted);
    if (known && repainted.length > 0 && repainted.length <= FLASHES_MAX && !calm()) {
      flashes.push({ indices: repainted, sinceMs: performance.now() });
    }
  }

  function seatAt(px: number, py: number): number {
    const { view } = camera;
    const [atX, atY] = toMap(view, size, px, py);
    const hit = seatIndex.nearest(atX, atY, pitch * 0.55);
    if (hit >= 0) return hit;
    const within = REACH_PX / view.scale;
    const open = seatIndex.nearest(atX, atY, within, isOpen);
    return open >= 0 ? open : seatIndex.nearest(atX, atY, within);
  }

  function isOpen(index: number): boolean {
    return shown[index] === SHOWN.free || shown[index] === SHOWN.mine || shown[index] === SHOWN.selected;
  }

  function tap(px: number, py: number, touch: boolean): void {
    const { view } = camera;
    const pitchPx = pitch * view.scale;
    const [atX, atY] = toMap(view, size, px, py);
    const atMs = performance.now();
    const again = atMs - lastTap.atMs < DOUBLE_TAP_MS && Math.hypot(px - lastTap.x, py - lastTap.y) < 30;
    lastTap = { x: px, y: py, atMs: again ? -Infinity : atMs };
    // Measured against the goal: a tap while the view still glides there is not another step.
    if (pitch * camera.goal.scale >= (touch ? TOUCH_PX : MOUSE_PX) && pitchPx >= MOUSE_PX) {
      const seat = seatAt(px, py);
      if (seat >= 0) return events.choose(seat);
      if (again) zoomTo(2, px, py);
      return;
    }
    const near = seatIndex.nearest(atX, atY, REACH_PX / view.scale);
    if (near >= 0 && nearness(pitchPx) === 1) zoomTo(NEAR_PX / pitchPx, px, py);
    else if (near >= 0) showSection(sections[parts[partOf[near]!]!.section]!, atX, atY, touch);
    else if (again) zoomTo(2, px, py);
  }

  /** The whole section, or so much around the tapped point that its seats can be hit. */
  function showSection({ box }: SectionShape, atX: number, atY: number, touch: boolean): void {
    const whole = fit(grow(box, pitch * 2), size, 16);
    const least = ((touch ? TOUCH_PX : MOUSE_PX) + 4) / pitch;
    moved = true;
    camera.glide(whole.scale >= least ? whole : { x: atX, y: atY, scale: least });
    schedule();
  }

  /** The view in which these seats can be seen; undefined when the map has none of them. */
  function viewOf(numbers: readonly number[]): View | undefined {
    const indices = numbers.map((number) => geometry.indexOf[number] ?? -1).filter((index) => index >= 0);
    if (indices.length === 0) return undefined;
    moved = true;
    const view = fit(grow(boxOf(indices.map((i) => [x[i]!, y[i]!] as const)), pitch * 3), size);
    return { ...view, scale: Math.min(view.scale, NEAR_PX / pitch) };
  }

  function zoomTo(factor: number, px: number, py: number, glide = true): void {
    moved = true;
    const next = zoomAt(glide ? camera.goal : camera.view, size, factor, px, py, bounds());
    if (glide) camera.glide(next);
    else camera.jump(next);
    schedule();
  }

  function focusOn(index: number): void {
    focus = index;
    const { view } = camera;
    const scale = Math.max(view.scale, (TOUCH_PX + 6) / pitch);
    const inside = grow(seen({ ...view, scale }, size), (-Math.min(size.width, size.height) * 0.12) / scale);
    const [atX, atY] = [x[index]!, y[index]!];
    const visible = atX > inside.left && atX < inside.right && atY > inside.top && atY < inside.bottom;
    if (!visible || scale > view.scale) {
      moved = true;
      camera.glide({ x: atX, y: atY, scale });
    }
    events.point(index, 'keys');
    schedule();
  }

  const stopGestures = listenToGestures(canvas, {
    pan(dx, dy) {
      const { view } = camera;
      moved = true;
      camera.jump({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale });
      schedule();
    },
    zoom: (factor, px, py) => zoomTo(factor, px, py, false),
    release(vx, vy) {
      camera.throw(vx, vy);
      schedule();
    },
    press: () => camera.stop(),
    tap,
    hover(px, py) {
      const near = pitch * camera.view.scale >= MOUSE_PX;
      const [atX, atY] = toMap(camera.view, size, px, py);
      const index = near ? seatIndex.nearest(atX, atY, pitch * 0.6) : -1;
      canvas.style.cursor = index >= 0 ? (isOpen(index) ? 'pointer' : 'default') : 'grab';
      events.point(index, 'mouse');
    },
    leave: () => events.point(-1, 'mouse'),
    canZoom(factor) {
      const { scaleMin, scaleMax } = bounds();
      return factor > 1 ? camera.view.scale < scaleMax : camera.view.scale > scaleMin;
    },
  });
  const stopTheme = watchTheme(() => {
    painter = undefined;
    schedule();
  });
  const resizes = new ResizeObserver(resize);
  resizes.observe(canvas);

  return {
    setStates(states) {
      if (states === undefined || states.version === statesVersion) return;
      applyStates(states);
      schedule();
    },
    setOwn(mine, selected) {
      const touched = [...own.mine, ...own.selected, ...mine, ...selected];
      own = { mine, selected };
      const repainted = touched
        .map((number) => geometry.indexOf[number] ?? -1)
        .filter((index) => index >= 0 && showAgain(index));
      painter?.repaint(repainted);
      schedule();
    },
    shownAs: (index) => shown[index]!,
    zoom: (factor) => zoomTo(factor, size.width / 2, size.height / 2),
    showAll() {
      camera.glide(fit(geometry.box, size));
      moved = false;
      schedule();
    },
    showSeats(numbers) {
      if (size.width === 0) {
        wanted = numbers;
        return;
      }
      const view = viewOf(numbers);
      if (view !== undefined) camera.glide(view);
      schedule();
    },
    move(direction) {
      const next =
        focus < 0
          ? seatIndex.nearest(camera.view.x, camera.view.y, Infinity)
          : neighbourOf(geometry, focus, direction);
      if (next >= 0) focusOn(next);
    },
    chooseFocused() {
      if (focus >= 0) events.choose(focus);
    },
    blur() {
      focus = -1;
      schedule();
    },
    refresh: schedule,
    close() {
      stopGestures();
      stopTheme();
      resizes.disconnect();
      if (pending !== 0) cancelAnimationFrame(pending);
      codes = new Uint8Array(0);
    },
  };
}
