/** What a finger or the mouse does on the map: drags it, comes nearer, points at a seat, chooses it. */
import { nearness } from '../drawing/painter.ts';
import type { Geometry } from '../geometry/geometry.ts';
import { grow } from '../geometry/outline.ts';
import type { Camera } from './camera.ts';
import { listenToGestures } from './gestures.ts';
import type { MapEvents } from './map-controller.ts';
import { fit, MOUSE_PX, NEAR_PX, TOUCH_PX } from './view.ts';

/** A tap takes the nearest seat within this distance. */
const REACH_PX = 22;
const DOUBLE_TAP_MS = 320;

/** Returns what ends it. */
export function listenToPointer(
  canvas: HTMLCanvasElement,
  { seatIndex, pitch, sections, parts, part: partOf }: Geometry,
  camera: Camera,
  isOpen: (index: number) => boolean,
  events: MapEvents,
): () => void {
  let lastTap = { x: 0, y: 0, atMs: -Infinity };

  function seatAt(atX: number, atY: number): number {
    const hit = seatIndex.nearest(atX, atY, pitch * 0.55);
    if (hit >= 0) return hit;
    const within = REACH_PX / camera.view.scale;
    const open = seatIndex.nearest(atX, atY, within, isOpen);
    return open >= 0 ? open : seatIndex.nearest(atX, atY, within);
  }

  function tap(px: number, py: number, touch: boolean): void {
    const pitchPx = pitch * camera.view.scale;
    const [atX, atY] = camera.toMap(px, py);
    const atMs = performance.now();
    const again = atMs - lastTap.atMs < DOUBLE_TAP_MS && Math.hypot(px - lastTap.x, py - lastTap.y) < 30;
    lastTap = { x: px, y: py, atMs: again ? -Infinity : atMs };
    // Measured against the goal: a tap while the view still glides there is not another step.
    if (pitch * camera.goal.scale >= (touch ? TOUCH_PX : MOUSE_PX) && pitchPx >= MOUSE_PX) {
      const seat = seatAt(atX, atY);
      if (seat >= 0) return events.choose(seat);
      if (again) camera.zoom(2, 'glide', px, py);
      return;
    }
    const near = seatIndex.nearest(atX, atY, REACH_PX / camera.view.scale);
    if (near >= 0 && nearness(pitchPx) === 1) camera.zoom(NEAR_PX / pitchPx, 'glide', px, py);
    else if (near >= 0) showSection(near, atX, atY, touch);
    else if (again) camera.zoom(2, 'glide', px, py);
  }

  /** The seat's whole section, or so much around the tapped point that a finger finds seats with their numbers. */
  function showSection(seat: number, atX: number, atY: number, touch: boolean): void {
    const { box } = sections[parts[partOf[seat]!]!.section]!;
    const whole = fit(grow(box, pitch * 2), camera.size, 16);
    const least = (touch ? NEAR_PX : MOUSE_PX + 4) / pitch;
    camera.glide(whole.scale >= least ? whole : { x: atX, y: atY, scale: least });
  }

  return listenToGestures(canvas, {
    pan: camera.pan,
    zoom: (factor, px, py) => camera.zoom(factor, 'jump', px, py),
    release: camera.throw,
    press: camera.stop,
    tap,
    hover(px, py) {
      const isNear = pitch * camera.view.scale >= MOUSE_PX;
      const index = isNear ? seatIndex.nearest(...camera.toMap(px, py), pitch * 0.6) : -1;
      canvas.style.cursor = index >= 0 ? (isOpen(index) ? 'pointer' : 'default') : 'grab';
      events.point(index, 'mouse');
    },
    leave: () => events.point(-1, 'mouse'),
    canZoom(factor) {
      const { scaleMin, scaleMax } = camera.bounds;
      return factor > 1 ? camera.view.scale < scaleMax : camera.view.scale > scaleMin;
    },
  });
}
