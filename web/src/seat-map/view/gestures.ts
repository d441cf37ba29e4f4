/** Fingers, mouse and wheel on the canvas, as what they mean for the map. */

export interface Gestures {
  /** Pixels of the picture. */
  pan(dx: number, dy: number): void;
  zoom(factor: number, x: number, y: number): void;
  /** A drag ended at this speed, in pixels per ms. */
  release(vx: number, vy: number): void;
  /** A finger or button went down: what moves by itself stops. */
  press(): void;
  tap(x: number, y: number, touch: boolean): void;
  hover(x: number, y: number): void;
  leave(): void;
  /** Whether a wheel's turn would change anything; if not, the page scrolls. */
  canZoom(factor: number): boolean;
}

/** A finger that moved less than this has tapped. */
const TAP_PX = 9;
const TAP_MS = 600;

interface Pointer {
  x: number;
  y: number;
}

/** Returns what ends it. */
export function listenToGestures(canvas: HTMLCanvasElement, to: Gestures): () => void {
  const pointers = new Map<number, Pointer>();
  let began: { readonly x: number; readonly y: number; readonly atMs: number } | undefined;
  let moved = false;
  let trail: { readonly x: number; readonly y: number; readonly atMs: number }[] = [];

  function placeOf(event: MouseEvent): Pointer {
    const { left, top } = canvas.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  function down(event: PointerEvent): void {
    if (event.button !== 0) return;
    const at = placeOf(event);
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at);
    if (pointers.size === 1) {
      began = { ...at, atMs: event.timeStamp };
      moved = false;
      trail = [];
    } else {
      moved = true;
    }
    to.press();
  }

  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId);
    const at = placeOf(event);
    if (before === undefined) {
      if (event.pointerType === 'mouse') to.hover(at.x, at.y);
      return;
    }
    if (!moved && began !== undefined && Math.hypot(at.x - began.x, at.y - began.y) < TAP_PX) return;
    moved = true;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, at);
    if (other === undefined) {
      to.pan(at.x - before.x, at.y - before.y);
      trail = [...trail.filter(({ atMs }) => event.timeStamp - atMs < 90), { ...at, atMs: event.timeStamp }];
    } else {
      pinch(other, before, at);
    }
  }

  /** One of two fingers moved: the map stays under both. */
  function pinch(other: Pointer, before: Pointer, at: Pointer): void {
    const apart = Math.hypot(before.x - other.x, before.y - other.y);
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    to.pan((at.x - before.x) / 2, (at.y - before.y) / 2);
    if (apart > 0) to.zoom(Math.hypot(at.x - other.x, at.y - other.y) / apart, middle.x, middle.y);
  }

  function up(event: PointerEvent): void {
    if (!pointers.delete(event.pointerId)) return;
    trail = pointers.size > 0 ? [] : trail;
    if (pointers.size > 0 || event.type === 'pointercancel') return;
    if (!moved && began !== undefined && event.timeStamp - began.atMs < TAP_MS) {
      to.tap(began.x, began.y, event.pointerType === 'touch');
    } else if (moved) {
      const [first, last] = [trail[0], trail.at(-1)];
      const elapsedMs = first && last ? last.atMs - first.atMs : 0;
      const fresh = last !== undefined && event.timeStamp - last.atMs < 60;
      if (first && last && elapsedMs > 10 && fresh)
        to.release((last.x - first.x) / elapsedMs, (last.y - first.y) / elapsedMs);
    }
  }

  function wheel(event: WheelEvent): void {
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    // A trackpad's pinch comes as a wheel with Ctrl, in far smaller steps.
    const factor = Math.exp(
      Math.max(-120, Math.min(120, -event.deltaY * unit)) * (event.ctrlKey ? 0.01 : 0.0022),
    );
    if (!event.ctrlKey && !to.canZoom(factor)) return;
    event.preventDefault();
    const { x, y } = placeOf(event);
    to.zoom(factor, x, y);
  }

  const ends = new AbortController();
  const options = { signal: ends.signal };
  canvas.addEventListener('pointerdown', down, options);
  canvas.addEventListener('pointermove', move, options);
  canvas.addEventListener('pointerup', up, options);
  canvas.addEventListener('pointercancel', up, options);
  canvas.addEventListener('pointerleave', () => to.leave(), options);
  canvas.addEventListener('wheel', wheel, { ...options, passive: false });
  return () => ends.abort();
}
