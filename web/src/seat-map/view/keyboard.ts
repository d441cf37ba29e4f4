/** What the keys do on the map: the arrows walk from seat to seat, Enter chooses, + and − zoom, 0 shows everything. */
import type { Geometry } from '../geometry/geometry.ts';
import type { Direction } from '../geometry/neighbour.ts';
import { neighbourOf } from '../geometry/neighbour.ts';
import { grow } from '../geometry/outline.ts';
import type { Camera } from './camera.ts';
import type { MapEvents } from './map-controller.ts';
import { seen, TOUCH_PX } from './view.ts';

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
export const ZOOM_STEP = 1.7;

export interface Keyboard {
  /** The seat that the arrows reached; -1 for none. */
  readonly focus: number;
  press(event: KeyboardEvent): void;
  blur(): void;
}

export function createKeyboard(geometry: Geometry, camera: Camera, events: MapEvents): Keyboard {
  const { seatIndex, pitch, x, y } = geometry;
  let focus = -1;

  function walk(direction: Direction): void {
    const { view, size } = camera;
    const next =
      focus < 0 ? seatIndex.nearest(view.x, view.y, Infinity) : neighbourOf(geometry, focus, direction);
    if (next < 0) return;
    focus = next;
    const scale = Math.max(view.scale, (TOUCH_PX + 6) / pitch);
    const inside = grow(seen({ ...view, scale }, size), (-Math.min(size.width, size.height) * 0.12) / scale);
    const [atX, atY] = [x[focus]!, y[focus]!];
    const visible = atX > inside.left && atX < inside.right && atY > inside.top && atY < inside.bottom;
    if (!visible || scale > view.scale) camera.glide({ x: atX, y: atY, scale });
    events.point(focus, 'keys');
  }

  return {
    get focus() {
      return focus;
    },
    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const arrow = ARROWS[event.key];
      if (arrow !== undefined) walk(arrow);
      else if (event.key === 'Enter' || event.key === ' ') {
        if (focus >= 0) events.choose(focus);
      } else if (event.key === '+' || event.key === '=') camera.zoom(ZOOM_STEP, 'glide');
      else if (event.key === '-') camera.zoom(1 / ZOOM_STEP, 'glide');
      else if (event.key === '0') camera.showAll();
      else return;
      event.preventDefault();
    },
    blur() {
      focus = -1;
    },
  };
}
