/** Moves the view: at once, gliding to a place, or running on after a drag. The caller asks it where it is, each frame. */
import type { Bounds, Size, View } from './view.ts';
import { between, clampView } from './view.ts';

export interface Camera {
  readonly view: View;
  /** Whether the scale is changing, or changed just now. */
  isZooming(nowMs: number): boolean;
  /** Goes on to this moment; whether it still moves. */
  advance(nowMs: number): boolean;
  jump(view: View): void;
  glide(view: View): void;
  /** Runs on after a drag, at pixels per ms. */
  throw(vx: number, vy: number): void;
  stop(): void;
  /** Where it goes. */
  readonly goal: View;
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

export function createCamera(first: View, bounds: () => Bounds, size: () => Size): Camera {
  let view = first;
  let glide: { readonly from: View; readonly to: View; sinceMs: number | undefined } | undefined;
  let thrown: { vx: number; vy: number; atMs: number | undefined } | undefined;
  let zoomedAtMs = -Infinity;

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
    set(clampView(moved, bounds(), size()));
    const kept = Math.exp(-elapsedMs / FRICTION_MS);
    thrown.vx *= kept;
    thrown.vy *= kept;
    if (Math.hypot(thrown.vx, thrown.vy) < SPEED_MIN) thrown = undefined;
  }

  return {
    get view() {
      return view;
    },
    get goal() {
      return glide?.to ?? view;
    },
    isZooming: (nowMs) => nowMs - zoomedAtMs < SETTLE_MS,
    advance(nowMs) {
      advanceGlide(nowMs);
      advanceThrow(nowMs);
      return glide !== undefined || thrown !== undefined;
    },
    jump(next) {
      stop();
      set(clampView(next, bounds(), size()));
    },
    glide(next) {
      stop();
      const to = clampView(next, bounds(), size());
      if (calm()) set(to);
      else glide = { from: view, to, sinceMs: undefined };
    },
    throw(vx, vy) {
      if (!calm()) thrown = { vx, vy, atMs: undefined };
    },
    stop,
  };
}
