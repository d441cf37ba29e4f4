/** The whole map, small, with a frame around what the picture shows. */
import type { Geometry } from '../geometry/geometry.ts';
import { pointsOf } from '../geometry/geometry.ts';
import type { Point } from '../map-document.ts';
import type { Size, View } from '../view/view.ts';
import { fit, seen } from '../view/view.ts';
import type { Look } from './colours.ts';
import { css, mix } from './colours.ts';

export interface Overview {
  paint(view: View, size: Size): void;
  /** The map's point under a point of the small picture. */
  toMap(px: number, py: number): readonly [x: number, y: number];
}

export function createOverview(canvas: HTMLCanvasElement, geometry: Geometry, look: Look): Overview {
  const { box, parts, outline } = geometry;
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const size: Size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const whole = fit(box, size, 3);
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  const context = canvas.getContext('2d')!;
  const still = drawStill();
  let last = '';

  /** Everything but the frame, which never changes. */
  function drawStill(): HTMLCanvasElement {
    const picture = document.createElement('canvas');
    [picture.width, picture.height] = [canvas.width, canvas.height];
    const to = picture.getContext('2d')!;
    to.scale(ratio, ratio);
    to.fillStyle = css(mix(look.paper, look.ink, 0.09));
    for (const shape of outline) fillShape(to, pointsOf(shape));
    for (const { polygon, grade } of parts) {
      to.fillStyle = css(mix(look.paper, look.grades[grade]!, 0.6));
      fillShape(to, polygon);
    }
    return picture;
  }

  function fillShape(to: CanvasRenderingContext2D, points: readonly Point[]): void {
    to.beginPath();
    for (const [x, y] of points) to.lineTo(...toPicture(x, y));
    to.closePath();
    to.fill();
  }

  function toPicture(x: number, y: number): [x: number, y: number] {
    return [(x - whole.x) * whole.scale + size.width / 2, (y - whole.y) * whole.scale + size.height / 2];
  }

  return {
    paint(view, pictureSize) {
      const { left, top, right, bottom } = seen(view, pictureSize);
      const [fromX, fromY] = toPicture(left, top).map((at) => Math.max(1, at)) as [number, number];
      const [toX, toY] = toPicture(right, bottom);
      const frame = [fromX, fromY, Math.min(size.width - 1, toX), Math.min(size.height - 1, toY)];
      const key = frame.map((at) => at.toFixed(1)).join(' ');
      if (key === last) return;
      last = key;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      context.drawImage(still, 0, 0);
      if (left <= box.left && top <= box.top && right >= box.right && bottom >= box.bottom) return;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      context.strokeStyle = css(look.ink);
      context.lineWidth = 1.5;
      context.strokeRect(fromX, fromY, Math.max(3, frame[2]! - fromX), Math.max(3, frame[3]! - fromY));
    },
    toMap: (px, py) => [
      whole.x + (px - size.width / 2) / whole.scale,
      whole.y + (py - size.height / 2) / whole.scale,
    ],
  };
}
