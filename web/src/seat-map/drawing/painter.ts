/** Draws one picture of the map: shapes, sections, seats, names, marks; each part in its order. */
import { language } from '../../i18n/language.ts';
import type { Geometry, Part, SectionShape } from '../geometry/geometry.ts';
import type { LabelRoom } from './labels.ts';
import { createGapLabels, outlineLabelPlaces, scaleToFit } from './labels.ts';
import type { Look, Rgb } from './colours.ts';
import { css, inkOn, mix } from './colours.ts';
import type { OutlineShape, Point } from '../map-document.ts';
import type { Box } from '../geometry/outline.ts';
import { grow, overlap, widen } from '../geometry/outline.ts';
import { createRowChips } from './row-chips.ts';
import { drawSeat, SHOWN } from './seat-sprites.ts';
import { seatsLeft, sectionName } from '../../format/seats.ts';
import { createTiles, ROW_NAME_PX } from './tiles.ts';
import type { Size, View } from '../view/view.ts';
import { seen } from '../view/view.ts';

/** A change to show: the seats, and when it came. */
export interface Flash {
  readonly indices: readonly number[];
  readonly sinceMs: number;
}

export interface Frame {
  readonly view: View;
  readonly size: Size;
  /** Pixels of the device per pixel of CSS. */
  readonly ratio: number;
  readonly nowMs: number;
  /** The scale stands still, so that seats may be drawn for it. */
  readonly settled: boolean;
  readonly flashes: readonly Flash[];
  /** This buyer's seats. */
  readonly marked: readonly number[];
  /** The seat of the arrow keys, or -1. */
  readonly focus: number;
}

export interface Painter {
  /** Whether nothing was left for the next frame. */
  paint(frame: Frame): boolean;
  /** Seats whose look changed. */
  repaint(indices: readonly number[]): void;
}

export const FLASH_MS = 900;
/** A seat is this large (between neighbours, in CSS pixels) when sections begin to give way to seats, and when they have. */
const SEATS_FROM_PX = 4.4;
const SEATS_FULL_PX = 6;
/** Drawing new squares of seats stops after this time, so that the frame as a whole stays below 8 ms. */
const TILES_MS = 2.5;
/** While the reader zooms, the squares will not last. */
const TILES_ZOOMING_MS = 1.2;
/** Seeing which name fits a section, which is done once for each, stops after this time. */
const NAMES_MS = 25;
const NAME_PX = 13;
const LEFT_PX = 11.5;

/** How far the picture has gone from sections (0) to seats (1). */
export function nearness(pitchPx: number): number {
  const t = Math.max(0, Math.min(1, (pitchPx - SEATS_FROM_PX) / (SEATS_FULL_PX - SEATS_FROM_PX)));
  return t * t * (3 - 2 * t);
}

/** `shown` and `free` (by part) belong to the caller, who keeps them true. */
export function createPainter(
  context: CanvasRenderingContext2D,
  geometry: Geometry,
  look: Look,
  shown: Uint8Array,
  free: Uint32Array,
): Painter {
  const { sections, parts, part: partOf, pitch, outline, x, y } = geometry;
  const tiles = createTiles(geometry, shown, look);
  const gaps = createGapLabels(geometry);
  const partPaths = parts.map(({ polygon }) => roundedPath(widen(polygon, pitch * 0.675), pitch * 0.4));
  const sectionPaths = sections.map(({ polygon }) => roundedPath(widen(polygon, pitch * 0.675), pitch * 0.8));
  const outlinePaths = outline.map(outlinePath);
  const outlineLabels = outlineLabelPlaces(outline);
  const seatsIn = new Uint32Array(parts.length);
  for (const part of partOf) seatsIn[part]!++;
  const mainParts = sections.map(({ parts: own }) =>
    own.reduce((a, b) => (seatsIn[b]! > seatsIn[a]! ? b : a)),
  );
  const rowChips = createRowChips(context, geometry, look);
  const fonts = {
    short: `650 ${LEFT_PX}px ${look.font}`,
    name: `650 ${NAME_PX}px ${look.font}`,
    left: `500 ${LEFT_PX}px ${look.font}`,
  };
  const measure = textMeasure(context);
  const fitting = new Map<string, number>();
  const named = new Set<number>();
  const panel = mix(look.paper, look.ink, 0.045);
  const stage = mix(look.paper, look.ink, 0.09);

  /** The map's coordinates. */
  function inMap({ view, size, ratio }: Frame): void {
    const px = view.scale * ratio;
    context.setTransform(
      px,
      0,
      0,
      px,
      (size.width / 2) * ratio - view.x * px,
      (size.height / 2) * ratio - view.y * px,
    );
  }

  /** CSS pixels. */
  function inPicture({ ratio }: Frame): void {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  function toPicture({ view, size }: Frame, [atX, atY]: Point): Point {
    return [(atX - view.x) * view.scale + size.width / 2, (atY - view.y) * view.scale + size.height / 2];
  }

  function paintOutline(frame: Frame): void {
    inMap(frame);
    context.lineWidth = 1.25 / frame.view.scale;
    context.strokeStyle = css(mix(look.paper, look.ink, 0.5));
    for (const [i, path] of outlinePaths.entries()) {
      // A pitch that a stage stands on is the ground, so it is paler.
      context.fillStyle = css(i < outlinePaths.length - 1 ? panel : stage);
      context.fill(path);
      context.stroke(path);
    }
    inPicture(frame);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = css(look.inkSoft);
    for (const [i, shape] of outline.entries()) labelOutline(frame, shape, outlineLabels[i]!);
  }

  function labelOutline(frame: Frame, shape: OutlineShape, place: Point): void {
    const text = shape.label?.[language.value];
    if (text === undefined) return;
    const [width, height] = roomOf(shape, frame.view.scale);
    const font = `600 ${Math.max(11, Math.min(16, height * 0.24))}px ${look.font}`;
    const upright = height > width * 1.6;
    if (measure(font, text) > (upright ? height : width) - 4) return;
    const [atX, atY] = toPicture(frame, place);
    context.font = font;
    if (!upright) return context.fillText(text, atX, atY);
    context.save();
    context.translate(atX, atY);
    context.rotate(Math.PI / 2);
    context.fillText(text, 0, 0);
    context.restore();
  }

  function paintSections(frame: Frame, visible: readonly number[], near: number): void {
    inMap(frame);
    for (const s of visible) {
      context.fillStyle = css(near === 1 ? panel : look.paper);
      context.fill(sectionPaths[s]!);
      if (near < 1) for (const p of sections[s]!.parts) paintPart(p, near);
      const hue = look.solid === 'free' && isSoldOut(s) ? look.sold : strongestHue(sections[s]!, parts, look);
      context.strokeStyle = css(mix(hue, mix(look.paper, look.ink, 0.2), near));
      context.lineWidth = (1.4 - near * 0.4) / frame.view.scale;
      // Near, the names of rows stand on the border.
      if (pitch * frame.view.scale < ROW_NAME_PX) context.stroke(sectionPaths[s]!);
    }
  }

  function paintPart(p: number, near: number): void {
    context.fillStyle = css(mix(tint(p), panel, near));
    context.fill(partPaths[p]!);
  }

  /** Where seats are not drawn yet: their grade's colour, as from far away. */
  function fillParts(frame: Frame, visible: readonly number[], box: Box): void {
    context.save();
    inMap(frame);
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    for (const s of visible) for (const p of sections[s]!.parts) paintPart(p, 0);
    context.restore();
  }

  /** The grade's colour: the paler the fewer are left, grey when none is; for a seller, the paler the fewer have gone. */
  function tint(p: number): Rgb {
    if (look.solid === 'sold')
      return mix(look.paper, look.grades[parts[p]!.grade]!, 0.06 + 0.54 * (1 - free[p]! / seatsIn[p]!));
    if (free[p] === 0) return mix(look.paper, look.sold, 0.28);
    return mix(look.paper, look.grades[parts[p]!.grade]!, 0.14 + 0.4 * (free[p]! / seatsIn[p]!));
  }

  function isSoldOut(s: number): boolean {
    return sections[s]!.parts.every((p) => free[p] === 0);
  }

  /** Whether no section waits for its name. */
  function nameSections(frame: Frame, visible: readonly number[], near: number): boolean {
    const began = performance.now();
    let whole = true;
    inPicture(frame);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const s of visible) {
      if (!named.has(s) && performance.now() - began > NAMES_MS) {
        whole = false;
        continue;
      }
      named.add(s);
      if (near < 0.5) nameInside(frame, s, 1 - near * 2);
      else nameBeside(frame, s, near * 2 - 1);
    }
    context.globalAlpha = 1;
    return whole;
  }

  /** As much as fits, best inside the colour that most of its seats have. */
  function nameInside(frame: Frame, s: number, alpha: number): void {
    const { section, parts: own } = sections[s]!;
    const left = seatsLeft(own.reduce((sum, p) => sum + free[p]!, 0));
    const ways = [[sectionName(section), left], [section.id, left], [`${section.id} ${left}`], [section.id]];
    const largest = parts[mainParts[s]!]!;
    const inPart = ways.slice(0, 3).find((lines) => fits(`${s} part`, largest, lines, frame.view.scale));
    const lines = inPart ?? ways.find((way) => fits(`${s}`, sections[s]!, way, frame.view.scale));
    if (lines === undefined) return;
    const [atX, atY] = toPicture(frame, (inPart ? largest : sections[s]!).middle);
    context.globalAlpha = alpha;
    context.fillStyle = css(inkOn(tint(mainParts[s]!), look));
    if (lines.length === 1) return write(fonts.short, lines[0]!, atX, atY);
    write(fonts.name, lines[0]!, atX, atY - 8);
    write(fonts.left, lines[1]!, atX, atY + 9);
  }

  function fits(where: string, room: LabelRoom, lines: readonly string[], scale: number): boolean {
    // Numbers change often, their widths seldom.
    const key = `${where} ${lines.join('\n').replaceAll(/\d/g, '0')}`;
    let least = fitting.get(key);
    if (least === undefined) {
      const widthPx =
        4 +
        Math.max(
          ...lines.map((line, i) =>
            measure(i > 0 ? fonts.left : lines.length > 1 ? fonts.name : fonts.short, line),
          ),
        );
      const heightPx = lines.length === 1 ? NAME_PX : 32;
      fitting.set(key, (least = scaleToFit(room, { widthPx, heightPx }, pitch * 0.6)));
    }
    return scale >= least;
  }

  function nameBeside(frame: Frame, s: number, alpha: number): void {
    const name = sectionName(sections[s]!.section);
    const size = { widthPx: measure(fonts.name, name) + 10, heightPx: NAME_PX + 7 };
    const at = gaps.at(s, frame.view.scale, size);
    if (at === undefined) return;
    const [atX, atY] = toPicture(frame, at);
    context.globalAlpha = alpha;
    context.fillStyle = css(look.ink);
    write(fonts.name, name, atX, atY);
  }

  function write(font: string, text: string, atX: number, atY: number): void {
    context.font = font;
    context.fillText(text, Math.round(atX), Math.round(atY));
  }

  /** From far away this buyer's seats are too small to see, so they get a pin. */
  function paintMarks(frame: Frame): void {
    const radius = Math.max(pitch * frame.view.scale * 0.45, 7);
    if (radius > 7) return;
    const pins: Point[] = [];
    for (const i of frame.marked) {
      const [atX, atY] = toPicture(frame, [x[i]!, y[i]!]);
      // One pin for seats beside each other.
      if (pins.some((pin) => Math.hypot(pin[0] - atX, pin[1] - atY) < radius * 2)) continue;
      pins.push([atX, atY]);
      context.setTransform(frame.ratio, 0, 0, frame.ratio, atX * frame.ratio, atY * frame.ratio);
      context.fillStyle = css(look.paper);
      context.beginPath();
      context.arc(0, 0, radius + 1.5, 0, 2 * Math.PI);
      context.fill();
      drawSeat(context, look, shown[i] === SHOWN.mine ? SHOWN.mine : SHOWN.selected, 0, radius);
    }
    inPicture(frame);
  }

  /** A ring that widens and fades: something happened here. */
  function paintFlashes(frame: Frame): void {
    inMap(frame);
    const around = grow(seen(frame.view, frame.size), pitch);
    for (const { indices, sinceMs } of frame.flashes) {
      const t = Math.min(1, Math.max(0, (frame.nowMs - sinceMs) / FLASH_MS));
      const radius = pitch * (0.5 + 0.3 * t);
      context.beginPath();
      for (const i of indices) {
        const [atX, atY] = [x[i]!, y[i]!];
        if (atX < around.left || atX > around.right || atY < around.top || atY > around.bottom) continue;
        context.moveTo(atX + radius, atY);
        context.arc(atX, atY, radius, 0, 2 * Math.PI);
      }
      context.lineWidth = pitch * 0.16;
      context.strokeStyle = css(look.inkSoft, Math.round((1 - t) * 70) / 100);
      context.stroke();
    }
    inPicture(frame);
  }

  function paintFocus(frame: Frame): void {
    if (frame.focus < 0) return;
    const [atX, atY] = toPicture(frame, [x[frame.focus]!, y[frame.focus]!]);
    const radius = Math.max(pitch * frame.view.scale * 0.62, 9);
    for (const [colour, width] of [
      [look.paper, 5],
      [look.focus, 2.5],
    ] as const) {
      context.strokeStyle = css(colour);
      context.lineWidth = width;
      context.beginPath();
      context.arc(atX, atY, radius, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  return {
    repaint: (indices) => tiles.repaint(indices),
    paint(frame) {
      const { view, size, ratio } = frame;
      const near = nearness(pitch * view.scale);
      const inSight = seen(view, size);
      const visible = [...sections.keys()].filter((s) => overlap(grow(sections[s]!.box, pitch), inSight));
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.fillStyle = css(look.paper);
      context.fillRect(0, 0, context.canvas.width, context.canvas.height);
      paintOutline(frame);
      paintSections(frame, visible, near);
      let whole = true;
      if (near > 0) {
        const began = performance.now();
        const tilesMs = frame.settled ? TILES_MS : TILES_ZOOMING_MS;
        context.setTransform(1, 0, 0, 1, 0, 0);
        context.globalAlpha = near;
        whole = tiles.draw(
          context,
          view,
          size,
          ratio,
          frame.settled,
          () => performance.now() - began > tilesMs,
          (box) => fillParts(frame, visible, box),
        );
        context.globalAlpha = 1;
        paintFlashes(frame);
        if (near === 1) rowChips.paint(frame, visible);
      }
      gaps.allow(frame.settled ? 2 : 0);
      const allNamed = nameSections(frame, visible, near);
      paintMarks(frame);
      paintFocus(frame);
      return whole && allNamed && !gaps.waiting;
    },
  };
}

function strongestHue({ parts: own }: SectionShape, parts: readonly Part[], look: Look): Rgb {
  return look.grades[Math.min(...own.map((p) => parts[p]!.grade))]!;
}

function pathOf(polygon: readonly Point[]): Path2D {
  const path = new Path2D();
  for (const [i, [x, y]] of polygon.entries()) {
    if (i === 0) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
  path.closePath();
  return path;
}

/** With rounded corners. */
function roundedPath(polygon: readonly Point[], radius: number): Path2D {
  const path = new Path2D();
  const [first, last] = [polygon[0]!, polygon.at(-1)!];
  path.moveTo((first[0] + last[0]) / 2, (first[1] + last[1]) / 2);
  for (const [i, [x, y]] of polygon.entries())
    path.arcTo(x, y, ...polygon[(i + 1) % polygon.length]!, radius);
  path.closePath();
  return path;
}

function outlinePath(shape: OutlineShape): Path2D {
  if (shape.shape === 'polygon') return pathOf(shape.points);
  const path = new Path2D();
  if (shape.shape === 'rectangle') path.rect(...shape.at, ...shape.size);
  else path.arc(...shape.centre, shape.radius, 0, 2 * Math.PI);
  return path;
}

/** Width and height that a label may have, in CSS pixels. */
function roomOf(shape: OutlineShape, scale: number): Point {
  if (shape.shape === 'circle') return [shape.radius * 1.8 * scale, shape.radius * 1.2 * scale];
  if (shape.shape === 'rectangle') return [shape.size[0] * scale, shape.size[1] * scale];
  const xs = shape.points.map(([x]) => x);
  const ys = shape.points.map(([, y]) => y);
  return [(Math.max(...xs) - Math.min(...xs)) * 0.8 * scale, (Math.max(...ys) - Math.min(...ys)) * scale];
}

/** Widths of texts, each measured once. */
function textMeasure(context: CanvasRenderingContext2D): (font: string, text: string) => number {
  const known = new Map<string, number>();
  return (font, text) => {
    const key = `${font} ${text}`;
    let width = known.get(key);
    if (width === undefined) {
      context.font = font;
      known.set(key, (width = context.measureText(text).width));
    }
    return width;
  };
}
