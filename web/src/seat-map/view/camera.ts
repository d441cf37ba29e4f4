/** What part of the map is seen: moves at once, glides to a place, or runs on after a drag. Asked for its view each frame. */
import type { Box } from '../geometry/outline.ts';
import type { Bounds, PlacedSeats, Size, View } from './view.ts';
import { between, clampView, fit, toMap, towardSeats, zoomAt } from './view.ts';

export interface Camera {
  readonly view: View;
  /** Where it glides to; the view when it does not. */
  readonly goal: View;
  readonly size: Size;
  readonly bounds: Bounds;
  /** The map's point under a point of the picture. */
  toMap(px: number, py: number): readonly [x: number, y: number];
  /** Whether the scale is changing, or changed just now. */
  isZooming(nowMs: number): boolean;
  /** Goes on to this moment; whether it still moves. */
  advance(nowMs: number): boolean;
  /** The whole map when it was whole before; else the middle stays. */
  resize(size: Size): void;
  readonly pan: (dx: number, dy: number) => void;
  /** Keeps the map's point under (px, py), or in the middle, where it is. */
  zoom(factor: number, how: 'glide' | 'jump', px?: number, py?: number): void;
  jump(view: View): void;
  glide(view: View): void;
  readonly showAll: () => void;
  /** Runs on after a drag, at pixels per ms. */
  readonly throw: (vx: number, vy: number) => void;
  readonly stop: () => void;
}

const GLIDE_MS = 320;
/** After so long without zooming the reader looks, and the seats are drawn sharp. */
const SETTLE_MS = 140;
/** A throw loses two thirds of its speed in this time. */
const FRICTION_MS = 260;
const SPEED_MIN = 0.02;

/** Whether the reader wants no motion. */
export function calm(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

/** What it looks at. */
interface Subject extends PlacedSeats {
  readonly box: Box;
}

/** `onMove` is called when it begins to move. */
export function createCamera(subject: Subject, scaleLargest: number, onMove: () => void): Camera {
  const { box } = subject;
  let view: View = { x: 0, y: 0, scale: 1 };
  let size: Size = { width: 0, height: 0 };
  /** Whether it shows something else than the whole map. */
  let isMoved = false;
  let glide: { readonly from: View; readonly to: View; sinceMs: number | undefined } | undefined;
  let thrown: { vx: number; vy: number; atMs: number | undefined } | undefined;
  let zoomedAtMs = -Infinity;

  function bounds(): Bounds {
    const scaleMin = fit(box, size).scale;
    return { box, scaleMin, scaleMax: Math.max(scaleLargest, scaleMin) };
  }

  /** The nearest view that may be seen: within the map, and with seats in it. */
  function allowed(next: View): View {
    return towardSeats(clampView(next, bounds(), size), size, subject);
  }

  function set(next: View): void {
    if (next.scale !== view.scale) zoomedAtMs = performance.now();
    view = next;
  }

  function stop(): void {
    glide = thrown = undefined;
  }

  function advanceGlide(nowMs: number): void {
    if (glide === undefined) return;
    glide.sinceMs ??= nowMs;
    const t = Math.min(1, (nowMs - glide.sinceMs) / GLIDE_MS);
    // Cubic, out: quick to answer, soft to arrive.
    set(t === 1 ? glide.to : between(glide.from, glide.to, 1 - (1 - t) ** 3));
    if (t === 1) glide = undefined;
  }

  function advanceThrow(nowMs: number): void {
    if (thrown === undefined) return;
    const elapsedMs = Math.min(nowMs - (thrown.atMs ?? nowMs - 16), 50);
    thrown.atMs = nowMs;
    const moved = {
      ...view,
      x: view.x - (thrown.vx * elapsedMs) / view.scale,
      y: view.y - (thrown.vy * elapsedMs) / view.scale,
    };
    set(allowed(moved));
    const kept = Math.exp(-elapsedMs / FRICTION_MS);
    thrown.vx *= kept;
    thrown.vy *= kept;
    if (Math.hypot(thrown.vx, thrown.vy) < SPEED_MIN) thrown = undefined;
  }

  function jumpTo(next: View): void {
    stop();
    set(allowed(next));
    onMove();
  }

  function glideTo(next: View): void {
    if (calm()) return jumpTo(next);
    stop();
    glide = { from: view, to: allowed(next), sinceMs: undefined };
    onMove();
  }

  const camera: Camera = {
    get view() {
      return view;
    },
    get goal() {
      return glide?.to ?? view;
    },
    get size() {
      return size;
    },
    get bounds() {
      return bounds();
    },
    toMap: (px, py) => toMap(view, size, px, py),
    isZooming: (nowMs) => nowMs - zoomedAtMs < SETTLE_MS,
    advance(nowMs) {
      advanceGlide(nowMs);
      advanceThrow(nowMs);
      return glide !== undefined || thrown !== undefined;
    },
    resize(next) {
      size = next;
      if (size.width > 0) jumpTo(isMoved ? view : fit(box, size));
    },
    pan: (dx, dy) => camera.jump({ ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale }),
    zoom: (factor, how, px = size.width / 2, py = size.height / 2) =>
      camera[how](zoomAt(how === 'glide' ? camera.goal : view, size, factor, px, py, bounds())),
    jump(next) {
      isMoved = true;
      jumpTo(next);
    },
    glide(next) {
      isMoved = true;
      glideTo(next);
    },
    showAll() {
      isMoved = false;
      glideTo(fit(box, size));
    },
    throw(vx, vy) {
      if (calm()) return;
      thrown = { vx, vy, atMs: undefined };
      onMove();
    },
    stop,
  };
  return camera;
}
