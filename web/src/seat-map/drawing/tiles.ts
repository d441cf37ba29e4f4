/**
 * Pictures of the seats in squares, at one scale.
 *
 * Drawing every visible seat in every frame takes too long when there are twenty thousand; copying thirty squares does
 * not. A square is drawn when it is first seen, a few per frame; a seat that changes is redrawn in its squares alone.
 * While the reader zooms, stretched squares of the previous scale fill the gaps.
 */
import type { Geometry } from '../geometry/geometry.ts';
import type { Look } from './colours.ts';
import { css, inkOn } from './colours.ts';
import type { Box } from '../geometry/outline.ts';
import type { SeatSprites } from './seat-sprites.ts';
import { copySprite, createSprites, SHOWN } from './seat-sprites.ts';
import type { Size, View } from '../view/view.ts';
import { seen } from '../view/view.ts';

interface Tile {
  readonly canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  readonly column: number;
  readonly line: number;
}

interface TileSet {
  readonly scale: number;
  readonly ratio: number;
  readonly sprites: SeatSprites;
  /** By column and line; the one used last is last. */
  readonly tiles: Map<number, Tile>;
}

export interface Tiles {
  /**
   * Draws what is seen, and new squares until the time is up; whether all of it is there at its own scale. `fill` is called
   * for boxes (of the map) of which no square of any scale is there yet.
   */
  draw(
    to: CanvasRenderingContext2D,
    view: View,
    size: Size,
    ratio: number,
    settled: boolean,
    until: () => boolean,
    fill: (box: Box) => void,
  ): boolean;
  /** Seats whose look changed. */
  repaint(indices: Iterable<number>): void;
}

/** Small enough that drawing one is a small part of a frame. */
const TILE_PX = 128;
/** All squares together, in pixels of the device: 24 million are 96 MB. */
const PIXELS_MAX = 24e6;
/** How far a set may be stretched before one of its own scale is begun, if the reader is still zooming. */
const STRETCH_MAX = 1.5;
const LINES = 1 << 15;
/** Sizes from which there is room for a row's name, and for the number in a seat. */
export const ROW_NAME_PX = 13;
const NUMBER_PX = 22;

export function createTiles(geometry: Geometry, shown: Uint8Array, look: Look): Tiles {
  const { x, y, grade, seatIndex, pitch, rowNames, seatAt } = geometry;
  const numberInks = look.grades.map((hue) => css(inkOn(hue, look)));
  let current: TileSet | undefined;
  let before: TileSet | undefined;
  let spare: Tile[] = [];

  function begin(scale: number, ratio: number): TileSet {
    // A set that has drawn nothing is no help to the next one.
    if (current !== undefined && current.tiles.size > 0) {
      recycle(before);
      before = current;
    }
    const sprites = createSprites(look, pitch * scale * ratio * 0.9);
    return (current = { scale, ratio, sprites, tiles: new Map() });
  }

  function recycle(set: TileSet | undefined): void {
    for (const tile of set?.tiles.values() ?? []) if (spare.length < 40) spare.push(tile);
  }

  function tileAt(set: TileSet, column: number, line: number): Tile {
    const tilePx = Math.round(TILE_PX * set.ratio);
    if (set.tiles.size * tilePx * tilePx > PIXELS_MAX) {
      const [oldest, tile] = set.tiles.entries().next().value!;
      set.tiles.delete(oldest);
      spare.push(tile);
    }
    const used = spare.pop();
    const canvas = used?.canvas ?? document.createElement('canvas');
    const context = used?.context ?? canvas.getContext('2d')!;
    if (canvas.width === tilePx) context.clearRect(0, 0, tilePx, tilePx);
    else canvas.width = canvas.height = tilePx;
    const tile = { canvas, context, column, line };
    set.tiles.set(column * LINES + line, tile);
    fill(set, tile);
    return tile;
  }

  function fill(set: TileSet, tile: Tile): void {
    const px = set.scale * set.ratio;
    const side = Math.round(TILE_PX * set.ratio) / px;
    const box = {
      left: tile.column * side,
      top: tile.line * side,
      right: (tile.column + 1) * side,
      bottom: (tile.line + 1) * side,
    };
    const around = {
      left: box.left - pitch,
      top: box.top - pitch,
      right: box.right + pitch,
      bottom: box.bottom + pitch,
    };
    seatIndex.each(around, (i) => drawSeatOn(set, tile, i, px));
    if (pitch * set.scale >= ROW_NAME_PX) nameRows(set, tile, around, px);
  }

  function drawSeatOn(
    { sprites, scale, ratio }: TileSet,
    tile: Tile,
    i: number,
    px: number,
    clear = false,
  ): void {
    const tilePx = Math.round(TILE_PX * ratio);
    const atX = x[i]! * px - tile.column * tilePx;
    const atY = y[i]! * px - tile.line * tilePx;
    const left = Math.round(atX - sprites.size / 2);
    const top = Math.round(atY - sprites.size / 2);
    if (left > tilePx || top > tilePx || left + sprites.size < 0 || top + sprites.size < 0) return;
    if (clear) tile.context.clearRect(left, top, sprites.size, sprites.size);
    copySprite(tile.context, sprites, shown[i]!, grade[i]!, left, top);
    const isSolid = shown[i] === SHOWN[look.solid];
    if ((isSolid || shown[i] === SHOWN.free) && pitch * scale >= NUMBER_PX) {
      writeIn(
        tile.context,
        isSolid ? numberInks[grade[i]!]! : css(look.ink),
        0.36 * pitch * px,
        left + sprites.size / 2,
        top + sprites.size / 2,
        seatAt(i).seat,
      );
    }
  }

  function nameRows(
    { scale, ratio }: TileSet,
    tile: Tile,
    { left, top, right, bottom }: Box,
    px: number,
  ): void {
    const tilePx = Math.round(TILE_PX * ratio);
    const fontPx = Math.min(11, pitch * scale * 0.6) * ratio;
    for (const { name, at } of rowNames) {
      const [atX, atY] = at;
      if (atX < left || atX > right || atY < top || atY > bottom) continue;
      writeIn(
        tile.context,
        css(look.inkSoft),
        fontPx,
        atX * px - tile.column * tilePx,
        atY * px - tile.line * tilePx,
        name,
      );
    }
  }

  function writeIn(
    to: CanvasRenderingContext2D,
    colour: string,
    fontPx: number,
    atX: number,
    atY: number,
    text: string,
  ): void {
    to.font = `600 ${Math.round(fontPx)}px ${look.font}`;
    to.textAlign = 'center';
    to.textBaseline = 'middle';
    to.fillStyle = colour;
    to.fillText(text, atX, atY + fontPx * 0.06);
  }

  function covers(set: TileSet | undefined, box: Box): boolean {
    if (set === undefined) return false;
    const side = Math.round(TILE_PX * set.ratio) / (set.scale * set.ratio);
    return tilesIn(box, side).every(([column, line]) => set.tiles.has(column * LINES + line));
  }

  /** Copies a set's squares into the box (of the map), stretched to the view. */
  function copy(to: CanvasRenderingContext2D, set: TileSet, box: Box, place: Placing): void {
    const tilePx = Math.round(TILE_PX * set.ratio);
    const side = tilePx / (set.scale * set.ratio);
    for (let column = Math.floor(box.left / side); column * side < box.right; column++) {
      for (let line = Math.floor(box.top / side); line * side < box.bottom; line++) {
        const tile = set.tiles.get(column * LINES + line);
        if (tile === undefined) continue;
        const left = Math.max(box.left, column * side);
        const top = Math.max(box.top, line * side);
        const right = Math.min(box.right, (column + 1) * side);
        const bottom = Math.min(box.bottom, (line + 1) * side);
        if (right <= left || bottom <= top) continue;
        const [toLeft, toTop, toRight, toBottom] = [
          place.x(left),
          place.y(top),
          place.x(right),
          place.y(bottom),
        ];
        const px = tilePx / side;
        to.drawImage(
          tile.canvas,
          (left - column * side) * px,
          (top - line * side) * px,
          (right - left) * px,
          (bottom - top) * px,
          toLeft,
          toTop,
          toRight - toLeft,
          toBottom - toTop,
        );
      }
    }
  }

  return {
    draw(to, view, size, ratio, settled, until, fillBox) {
      const stretch =
        current === undefined ? Infinity : Math.max(view.scale / current.scale, current.scale / view.scale);
      if (
        current === undefined ||
        current.ratio !== ratio ||
        stretch > STRETCH_MAX ||
        (settled && stretch !== 1)
      ) {
        begin(view.scale, ratio);
      }
      const set = current!;
      const box = seen(view, size);
      const place = placing(view, size, ratio);
      const side = Math.round(TILE_PX * ratio) / (set.scale * ratio);
      let whole = true;
      for (const [column, line] of tilesIn(box, side)) {
        const key = column * LINES + line;
        const tile = set.tiles.get(key) ?? (until() ? undefined : tileAt(set, column, line));
        const own = {
          left: column * side,
          top: line * side,
          right: (column + 1) * side,
          bottom: (line + 1) * side,
        };
        if (tile === undefined) {
          whole = false;
          if (!covers(before, own)) fillBox(own);
          if (before !== undefined) copy(to, before, own, place);
          continue;
        }
        set.tiles.delete(key);
        set.tiles.set(key, tile);
        const [left, top] = [place.x(own.left), place.y(own.top)];
        // Unstretched, a square's pixels are the picture's: nothing is blurred.
        if (view.scale === set.scale) to.drawImage(tile.canvas, left, top);
        else to.drawImage(tile.canvas, left, top, place.x(own.right) - left, place.y(own.bottom) - top);
      }
      if (whole && before !== undefined) {
        recycle(before);
        before = undefined;
      }
      return whole && view.scale === set.scale;
    },
    repaint(indices) {
      for (const i of indices) {
        for (const set of [current, before]) if (set !== undefined) repaintIn(set, i);
      }
    },
  };

  function repaintIn(set: TileSet, i: number): void {
    const px = set.scale * set.ratio;
    const side = Math.round(TILE_PX * set.ratio) / px;
    const reach = pitch / 2 + 1 / px;
    const box = { left: x[i]! - reach, top: y[i]! - reach, right: x[i]! + reach, bottom: y[i]! + reach };
    for (const [column, line] of tilesIn(box, side)) {
      const tile = set.tiles.get(column * LINES + line);
      if (tile !== undefined) drawSeatOn(set, tile, i, px, true);
    }
  }
}

/** Where a point of the map lies in the picture, in whole pixels of the device. */
interface Placing {
  x(at: number): number;
  y(at: number): number;
}

function placing(view: View, { width, height }: Size, ratio: number): Placing {
  const px = view.scale * ratio;
  // The corner is rounded once, so that squares of the view's own scale stay exactly beside each other.
  const [left, top] = [
    Math.round((width / 2) * ratio - view.x * px),
    Math.round((height / 2) * ratio - view.y * px),
  ];
  return { x: (at) => Math.round(at * px) + left, y: (at) => Math.round(at * px) + top };
}

/** The squares in a box, those in the middle first: the reader looks there. */
function tilesIn({ left, top, right, bottom }: Box, side: number): readonly (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let column = Math.floor(left / side); column * side < right; column++) {
    for (let line = Math.floor(top / side); line * side < bottom; line++) found.push([column, line]);
  }
  const [x, y] = [(left + right) / 2 / side - 0.5, (top + bottom) / 2 / side - 0.5];
  return found.sort((a, b) => Math.hypot(a[0] - x, a[1] - y) - Math.hypot(b[0] - x, b[1] - y));
}
